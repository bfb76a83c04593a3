#pragma once

#include "keras/layers/quantized_kernel.h"
#include "rill/keras/layers/core.hpp"

namespace rill::keras {

class EinsumDenseLayer final : public QuantizedKernelLayer {
 public:
  EinsumDenseLayer() = default;
  EinsumDenseLayer(std::string equation, Ints output_shape,
                   const layers::EinsumDenseOptions& options)
      : equation_(std::move(equation)), output_shape_(std::move(output_shape)), o_(options) {}
  void visit_config(ConfigVisitor& v) override;
  void build(const Shape& input) override;
  Value call(const Value& x, const CallContext&) override;

 private:
  // How an operand lies beside the output: the axes that it lacks there, and where others stand.
  struct Alignment {
    std::vector<int> reduced, transpose, expand, squeeze;
  };
  void add_weights(const Shape& input);
  Layout layout_of(const Shape& kernel, const Shape& input);
  Value product(const Value& x, const Value& kernel) const override;
  Value scale_of_output(const Value& scale) const override;
  Value kept_scale(const Value& scale) const override;
  Value reduced_scale(const Value& scale) const override;

  std::string equation_;
  Ints output_shape_;
  layers::EinsumDenseOptions o_;
  Alignment of_input_, of_kernel_;
};

}  // namespace rill::keras
