// MaxoutDense of Keras 1 (keras/legacy/layers.py of Keras 2.0): the greatest of several products.
#include "keras/core/ops.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

class MaxoutDenseLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("units", output_dim_);  // as legacy/upgrade.cpp spells output_dim
    v("nb_feature", features_);
    v("use_bias", bias_);
    v("input_dim", input_dim_);
  }
  void build(const Shape& input) override {
    kernel_ = add_weight("W", {features_, input.back(), output_dim_});
    if (bias_) offset_ = add_weight("b", {features_, output_dim_}, "zeros");
  }
  Value call(const Value& x, const CallContext&) override {
    Value y = op::einsum("bi,kio->bko", {x, kernel_});
    if (bias_) y = op::add(y, offset_);
    return op::reduce("Max", y, {1});
  }

 private:
  int64_t output_dim_ = 0;
  int64_t features_ = 4;
  bool bias_ = true;
  std::optional<int64_t> input_dim_;
  Value kernel_, offset_;
};

}  // namespace

void register_maxout_dense(LayerRegistry& registry) {
  registry.add<MaxoutDenseLayer>("MaxoutDense");
}

}  // namespace rill::keras
