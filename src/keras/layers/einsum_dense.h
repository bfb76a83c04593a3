#pragma once

#include "keras/layers/kernel_layer.h"
#include "rill/keras/layers/core.hpp"

namespace rill::keras {

class EinsumDenseLayer final : public KernelLayer {
 public:
  EinsumDenseLayer() = default;
  EinsumDenseLayer(std::string equation, Ints output_shape,
                   const layers::EinsumDenseOptions& options)
      : equation_(std::move(equation)), output_shape_(std::move(output_shape)), o_(options) {}
  void visit_config(ConfigVisitor& v) override;
  void build(const Shape& input) override;
  Value call(const Value& x, const CallContext&) override;

 private:
  void add_weights(const Shape& input);

  std::string equation_;
  Ints output_shape_;
  layers::EinsumDenseOptions o_;
  Value bias_;
};

}  // namespace rill::keras
