// Highway, which only Keras 1 had (keras/layers/core.py of 1.2).
#include "base/fail.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

int64_t features(const Shape& input) {
  if (!input.has_rank() || input.rank() != 2 || input.back() < 0) {
    fail(Code::invalid_argument, "the input must be [batch, features], is ", input);
  }
  return input.back();
}

// A dense layer beside its input, and a gate between the two.
class HighwayLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("transform_bias", transform_bias_);
    v("activation", activation_);
    v("use_bias", use_bias_);
    v.weight("kernel", init_, regularizer_, constraint_);
    v("bias_regularizer", bias_regularizer_);
    v("bias_constraint", bias_constraint_);
    v("activity_regularizer", activity_regularizer_);
  }
  void build(const Shape& input) override {
    const int64_t n = features(input);
    kernel_ = add_weight("W", {n, n}, init_);
    carry_kernel_ = add_weight("W_carry", {n, n}, init_);
    if (!use_bias_) return;
    bias_ = add_weight("b", {n}, "zeros");
    carry_bias_ = add_weight("b_carry", {n}, "ones");
  }
  Value call(const Value& x, const CallContext&) override {
    Value gate = op::matmul(x, carry_kernel_), y = op::matmul(x, kernel_);
    if (bias_) {
      gate = op::bias_add(gate, carry_bias_);
      y = op::bias_add(y, bias_);
    }
    gate = op::unary("Sigmoid", gate);
    y = op::activate(activation_, y);
    return op::add(op::mul(y, gate), op::mul(op::sub(op::constant_like(1, x), gate), x));
  }

 private:
  double transform_bias_ = -2;
  Activation activation_;
  bool use_bias_ = true;
  Initializer init_ = "glorot_uniform";
  Regularizer regularizer_, bias_regularizer_, activity_regularizer_;
  Constraint constraint_, bias_constraint_;
  Value kernel_, bias_, carry_kernel_, carry_bias_;
};

}  // namespace

void register_highway(LayerRegistry& registry) { registry.add<HighwayLayer>("Highway"); }

}  // namespace rill::keras
