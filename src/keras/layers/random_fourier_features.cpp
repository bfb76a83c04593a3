// RandomFourierFeatures of Keras 2 (tf_keras/src/layers/kernelized.py): cos(x . kernel / scale +
// bias) with a kernel that is drawn once.
#include <cmath>
#include <numbers>

#include "base/fail.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "rill/keras/initializers.hpp"

namespace rill::keras {
namespace {

class RandomFourierFeaturesLayer final : public Layer {
 public:
  bool autocast() const override { return false; }
  void visit_config(ConfigVisitor& v) override {
    v("output_dim", output_dim_);
    v("kernel_initializer", kernel_initializer_);
    v("scale", scale_);
  }
  void build(const Shape& input) override {
    if (input.rank() != 2 || input.back() < 0) {
      fail(Code::invalid_argument, "the input must be [batch, features], is ", input);
    }
    // "laplacian" draws from the Cauchy distribution, which no initializer gives: such kernels come
    // from files.
    const Initializer normal = initializers::RandomNormal(0, 1);
    const bool gaussian = kernel_initializer_ == "gaussian";
    const double scale = scale_.value_or(gaussian ? std::sqrt(input.back() / 2.0) : 1);
    scale_weight_ = add_weight("kernel_scale", {1}, initializers::Constant(scale));
    kernel_ = add_weight("unscaled_kernel", {input.back(), output_dim_}, normal, false);
    bias_ = add_weight("bias", {output_dim_}, initializers::RandomUniform(0, 2 * std::numbers::pi),
                       false);
  }
  Value call(const Value& x, const CallContext&) override {
    const Value kernel = op::mul(op::div(op::constant_like(1, kernel_), scale_weight_), kernel_);
    const Value y = op::matmul(op::cast(x, DType::float32), kernel);
    return op::unary("Cos", op::bias_add(y, bias_));
  }

 private:
  int64_t output_dim_ = 1;
  std::string kernel_initializer_ = "gaussian";
  std::optional<double> scale_;
  Value kernel_, bias_, scale_weight_;
};

}  // namespace

void register_random_fourier_features(LayerRegistry& registry) {
  registry.add<RandomFourierFeaturesLayer>("RandomFourierFeatures");
}

}  // namespace rill::keras
