// What the layers with a kernel share (Dense, EinsumDense, Embedding, convolutions): its low-rank
// adapter (LoRA; keras/src/layers/core/dense.py, enable_lora).
#pragma once

#include <optional>
#include <string>

#include "keras/core/stored_variables.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

// A product of two thin matrices is added to a kernel that stays as it is. Keras takes
// lora_alpha == lora_rank whenever it builds a layer from a config, so nothing scales the product.
class KernelLayer : public Layer, public StoresVariables {
 public:
  Values stored_variables() const override;
  Tensor stored_value(const Value& variable) const override;
  void variables_restored() override;

 protected:
  void visit_adapter(ConfigVisitor& v);
  // Like add_weight().
  void add_kernel(const std::string& name, const Shape& shape, const Initializer& initializer,
                  bool trainable = true, DType dtype = DType::invalid);
  // To be called behind the other weights. `whole`: the shape of the kernel, where it is stored in
  // another one.
  void add_adapter(const Shape& whole = Shape::unknown_rank());
  // What the layer computes with: the kernel, or its sum with the product.
  Value kernel() const;
  bool adapted() const { return static_cast<bool>(a_); }
  // Whether the variable is this weight, which may be null.
  static bool is_own(const Value& variable, const Value& weight);
  // The kernel alone, and the parts of the product: [..., rank] and [rank, last].
  Value kernel_, a_, b_;

 private:
  std::optional<int64_t> rank_;
  std::string name_of_kernel_;
};

}  // namespace rill::keras
