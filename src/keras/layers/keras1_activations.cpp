// Activations with weights that only Keras 1 had (keras/layers/advanced_activations.py of 1.2).
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "rill/keras/initializers.hpp"

namespace rill::keras {
namespace {

Shape weight_shape(const Shape& input, const std::vector<int64_t>& shared_axes) {
  Shape shape = input;
  shape.erase(0);
  for (const int64_t axis : shared_axes) {
    if (axis > 0 && axis <= shape.rank()) shape[static_cast<int>(axis) - 1] = 1;
  }
  return shape;
}

// alpha * softplus(beta * x)
class ParametricSoftplusLayer final : public Layer {
 public:
  bool supports_masking() const override { return true; }
  void visit_config(ConfigVisitor& v) override {
    v("alpha_init", alpha_init_);
    v("beta_init", beta_init_);
    if (v.reading()) v("beta_initializer", beta_init_);  // as legacy/upgrade.cpp spells it
    v("shared_axes", shared_axes_);
  }
  void build(const Shape& input) override {
    const Shape shape = weight_shape(input, shared_axes_.value_or(Ints()));
    alphas_ = add_weight("alphas", shape, initializers::Constant(alpha_init_));
    betas_ = add_weight("betas", shape, initializers::Constant(beta_init_));
  }
  Value call(const Value& x, const CallContext&) override {
    return op::mul(alphas_, op::unary("Softplus", op::mul(betas_, x)));
  }

 private:
  double alpha_init_ = 0.2, beta_init_ = 5;
  std::optional<Ints> shared_axes_;
  Value alphas_, betas_;
};

// Three straight pieces: slopes a_left below t_left and a_right above t_left + |t_right|, the input
// itself between.
class SReLULayer final : public Layer {
 public:
  bool supports_masking() const override { return true; }
  void visit_config(ConfigVisitor& v) override {
    v("t_left_init", t_left_init_);
    v("a_left_init", a_left_init_);
    v("t_right_init", t_right_init_);
    v("a_right_init", a_right_init_);
    v("shared_axes", shared_axes_);
  }
  void build(const Shape& input) override {
    const Shape shape = weight_shape(input, shared_axes_.value_or(Ints()));
    t_left_ = add_weight("t_left", shape, t_left_init_);
    a_left_ = add_weight("a_left", shape, a_left_init_);
    t_right_ = add_weight("t_right", shape, t_right_init_);
    a_right_ = add_weight("a_right", shape, a_right_init_);
  }
  Value call(const Value& x, const CallContext&) override {
    const Value width = op::unary("Abs", t_right_), from_left = op::sub(x, t_left_);
    const Value below = op::unary("Relu", op::unary("Neg", from_left));
    const Value between = op::binary("Minimum", op::unary("Relu", from_left), width);
    const Value above = op::unary("Relu", op::sub(from_left, width));
    Value y = op::sub(op::add(t_left_, between), op::mul(a_left_, below));
    return op::add(y, op::mul(above, a_right_));
  }

 private:
  Initializer t_left_init_ = "zeros", a_left_init_ = "glorot_uniform";
  Initializer t_right_init_ = "glorot_uniform", a_right_init_ = "ones";
  std::optional<Ints> shared_axes_;
  Value t_left_, a_left_, t_right_, a_right_;
};

}  // namespace

void register_keras1_activations(LayerRegistry& registry) {
  registry.add<ParametricSoftplusLayer>("ParametricSoftplus");
  registry.add<SReLULayer>("SReLU");
}

}  // namespace rill::keras
