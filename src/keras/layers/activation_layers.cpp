// Activation and the activations that are layers.
#include "base/fail.h"
#include "keras/core/make.h"
#include "keras/core/object_config.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "rill/keras/layers/core.hpp"

namespace rill::keras {
namespace {

class Elementwise : public Layer {
 public:
  bool supports_masking() const override { return true; }
};

Activation activation_with(const char* name, Json settings) {
  auto config = std::make_shared<ObjectConfig>();
  config->name = name;
  config->settings = std::move(settings);
  return Activation(std::move(config));
}

class ActivationLayer final : public Elementwise {
 public:
  ActivationLayer() = default;
  explicit ActivationLayer(Activation activation) : activation_(std::move(activation)) {}
  void visit_config(ConfigVisitor& v) override { v("activation", activation_); }
  Value call(const Value& x, const CallContext&) override { return op::activate(activation_, x); }

 private:
  Activation activation_;
};

class IdentityLayer final : public Elementwise {
 public:
  void visit_config(ConfigVisitor& v) override {
    if (v.reading()) v("drops_masks_keras2", drops_masks_);
  }
  bool supports_masking() const override { return !drops_masks_; }
  Value call(const Value& x, const CallContext&) override { return emit("Identity", {x}); }

 private:
  bool drops_masks_ = false;
};

class ReLULayer final : public Elementwise {
 public:
  ReLULayer() = default;
  explicit ReLULayer(const layers::ReLUOptions& options) : o_(options) {}
  void visit_config(ConfigVisitor& v) override {
    v("max_value", o_.max_value);
    v("negative_slope", o_.negative_slope);
    v("threshold", o_.threshold);
    if (o_.max_value.value_or(0) < 0 || o_.negative_slope < 0 || o_.threshold < 0) {
      fail(Code::invalid_argument, "max_value, negative_slope and threshold may not be negative");
    }
  }
  Value call(const Value& x, const CallContext&) override {
    Json settings = Json::object();
    settings.set("negative_slope", o_.negative_slope);
    settings.set("threshold", o_.threshold);
    if (o_.max_value) settings.set("max_value", *o_.max_value);
    return op::activate(activation_with("relu", std::move(settings)), x);
  }

 private:
  layers::ReLUOptions o_;
};

class LeakyReLULayer final : public Elementwise {
 public:
  LeakyReLULayer() = default;
  explicit LeakyReLULayer(double slope) : slope_(slope) {}
  void visit_config(ConfigVisitor& v) override {
    if (v.reading()) v("alpha", slope_);  // Keras 2
    v("negative_slope", slope_);
  }
  Value call(const Value& x, const CallContext&) override {
    return emit("LeakyRelu", {x}, {{"alpha", slope_}});
  }

 private:
  double slope_ = 0.3;
};

class ELULayer final : public Elementwise {
 public:
  ELULayer() = default;
  explicit ELULayer(double alpha) : alpha_(alpha) {}
  void visit_config(ConfigVisitor& v) override { v("alpha", alpha_); }
  Value call(const Value& x, const CallContext&) override {
    Json settings = Json::object();
    settings.set("alpha", alpha_);
    return op::activate(activation_with("elu", std::move(settings)), x);
  }

 private:
  double alpha_ = 1;
};

class ThresholdedReLULayer final : public Elementwise {
 public:
  ThresholdedReLULayer() = default;
  explicit ThresholdedReLULayer(double theta) : theta_(theta) {}
  void visit_config(ConfigVisitor& v) override { v("theta", theta_); }
  Value call(const Value& x, const CallContext&) override {
    const Value above = op::binary("Greater", x, op::constant_like(theta_, x));
    return op::mul(x, op::cast(above, x.dtype()));
  }

 private:
  double theta_ = 1;
};

class PReLULayer final : public Elementwise {
 public:
  PReLULayer() = default;
  explicit PReLULayer(const layers::PReLUOptions& options) : o_(options) {}
  void visit_config(ConfigVisitor& v) override {
    v.weight("alpha", o_.alpha_initializer, o_.alpha_regularizer, o_.alpha_constraint);
    v("shared_axes", o_.shared_axes);
  }
  void build(const Shape& input) override {
    Shape shape = input;
    shape.erase(0);
    if (o_.shared_axes) {
      // param_shape[a - 1] = 1 to Python, which counts from behind below 0.
      for (const int64_t a : *o_.shared_axes) {
        shape[op::axis_of("PReLU: shared_axes", a - 1, shape.rank())] = 1;
      }
    }
    alpha_ = add_weight("alpha", shape, o_.alpha_initializer);
  }
  Value call(const Value& x, const CallContext&) override {
    const Value below = op::unary("Relu", op::unary("Neg", x));
    return op::sub(op::unary("Relu", x), op::mul(alpha_, below));
  }

 private:
  layers::PReLUOptions o_;
  Value alpha_;
};

class SoftmaxLayer final : public Elementwise {
 public:
  SoftmaxLayer() = default;
  explicit SoftmaxLayer(Ints axis) : axis_(std::move(axis)) {}
  void visit_config(ConfigVisitor& v) override {
    v.axis("axis", axis_);
    if (v.reading()) v("plain_keras2", plain_);
  }
  Value call(const Value& x, const CallContext& context) override {
    const Value mask = context.mask(0);
    if (!mask || !(mask.shape() == x.shape())) return softmax(x);
    const Value off = op::sub(op::constant_like(1, x), op::cast(mask, x.dtype()));
    const Value y = softmax(op::add(x, op::mul(off, op::constant_like(-3.4028235e38 / 2, x))));
    // Where everything is masked Keras 3 gives zeros.
    return plain_ ? y : op::select(op::cast(mask, DType::bool_), y, op::constant_like(0, y));
  }

 private:
  Value softmax(const Value& y) const {
    if (axis_.size() == 1) {
      Json settings = Json::object();
      settings.set("axis", axis_[0]);
      return op::activate(activation_with("softmax", std::move(settings)), y);
    }
    const std::vector<int> axes = op::axes_of("Softmax", axis_, y.rank());
    const Value top = op::reduce("Max", y, axes, true);
    const Value e = op::unary("Exp", op::sub(y, top));
    return op::div(e, op::reduce("Sum", e, axes, true));
  }

  Ints axis_ = -1;
  bool plain_ = false;
};

class LambdaLayer final : public Elementwise {
 public:
  explicit LambdaLayer(std::function<Tensor(const Tensor&)> f) : f_(std::move(f)) {}
  Value call(const Value& x, const CallContext&) override { return f_(x); }

 private:
  std::function<Tensor(const Tensor&)> f_;
};

}  // namespace

namespace layers {
Activation::Activation(const keras::Activation& activation, const PlainOptions& options)
    : LayerPtr(make_layer<ActivationLayer>("Activation", options, activation)) {}
Identity::Identity(const PlainOptions& options)
    : LayerPtr(make_layer<IdentityLayer>("Identity", options)) {}
Lambda::Lambda(std::function<Tensor(const Tensor&)> function, const PlainOptions& options)
    : LayerPtr(make_layer<LambdaLayer>("Lambda", options, std::move(function))) {}
ReLU::ReLU(const ReLUOptions& options)
    : LayerPtr(make_layer<ReLULayer>("ReLU", options, options)) {}
LeakyReLU::LeakyReLU(double negative_slope, const PlainOptions& options)
    : LayerPtr(make_layer<LeakyReLULayer>("LeakyReLU", options, negative_slope)) {}
ELU::ELU(double alpha, const PlainOptions& options)
    : LayerPtr(make_layer<ELULayer>("ELU", options, alpha)) {}
ThresholdedReLU::ThresholdedReLU(double theta, const PlainOptions& options)
    : LayerPtr(make_layer<ThresholdedReLULayer>("ThresholdedReLU", options, theta)) {}
PReLU::PReLU(const PReLUOptions& options)
    : LayerPtr(make_layer<PReLULayer>("PReLU", options, options)) {}
Softmax::Softmax(const Ints& axis, const PlainOptions& options)
    : LayerPtr(make_layer<SoftmaxLayer>("Softmax", options, axis)) {}
}  // namespace layers

void register_activation_layers(LayerRegistry& registry) {
  registry.add<ActivationLayer>("Activation");
  registry.add<IdentityLayer>("Identity");
  registry.add<ReLULayer>("ReLU");
  registry.add<LeakyReLULayer>("LeakyReLU");
  registry.add<ELULayer>("ELU");
  registry.add<ThresholdedReLULayer>("ThresholdedReLU");
  registry.add<PReLULayer>("PReLU");
  registry.add<SoftmaxLayer>("Softmax");
}

}  // namespace rill::keras
