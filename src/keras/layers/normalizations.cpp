// Layer, group, unit and RMS normalization.
#include <algorithm>
#include <utility>

#include "base/fail.h"
#include "keras/core/make.h"
#include "keras/core/promote.h"
#include "keras/core/registry.h"
#include "keras/layers/moments.h"
#include "rill/keras/layers/normalization.hpp"

namespace rill::keras {
namespace {

Shape pick(const Shape& input, const std::vector<int>& axes) {
  Shape out;
  for (const int a : axes) out.push_back(input[a]);
  return out;
}

class LayerNormalizationLayer final : public Layer {
 public:
  LayerNormalizationLayer() = default;
  explicit LayerNormalizationLayer(const layers::LayerNormalizationOptions& o) : o_(o) {}

  void visit_config(ConfigVisitor& v) override {
    if (v.reading()) v("floats_keras2", floats_);  // of legacy/upgrade.cpp, never written
    v.axis("axis", o_.axis);
    v("epsilon", o_.epsilon);
    v("center", o_.center);
    v("scale", o_.scale);
    if (v.reading() || o_.rms_scaling) v("rms_scaling", o_.rms_scaling);
    v.weight("beta", o_.beta_initializer, o_.beta_regularizer, o_.beta_constraint);
    v.weight("gamma", o_.gamma_initializer, o_.gamma_regularizer, o_.gamma_constraint);
    if (v.reading() && !floats_) std::sort(o_.axis.begin(), o_.axis.end());
  }

  bool supports_masking() const override { return true; }

  void build(const Shape& input) override {
    const Shape shape = pick(input, op::axes_of("LayerNormalization", o_.axis, input.rank()));
    if (o_.scale || o_.rms_scaling) gamma_ = add_weight("gamma", shape, o_.gamma_initializer);
    if (o_.center && !o_.rms_scaling) beta_ = add_weight("beta", shape, o_.beta_initializer);
  }

  Value call(const Value& input, const CallContext&) override {
    const Value x = op::to_floating(input);
    const std::vector<int> axes = op::axes_of("LayerNormalization", o_.axis, x.rank());
    const Value epsilon = op::constant_like(o_.epsilon, x);
    Value y;
    if (o_.rms_scaling) {
      const Value mean = mean_of(x, axes);
      const Value square = mean_of(op::unary("Square", op::sub(x, mean)), axes);
      y = op::mul(x, op::unary("Rsqrt", op::add(square, epsilon)));
    } else {
      const Value centred = op::sub(x, mean_of(x, axes));
      const Value variance = mean_of(op::unary("Square", centred), axes);
      y = op::mul(centred, op::unary("Rsqrt", op::add(variance, epsilon)));
    }
    if (gamma_) y = op::mul(y, broadcastable(gamma_, axes, x.rank()));
    if (beta_) y = op::add(y, broadcastable(beta_, axes, x.rank()));
    // Keras 3 gives back the dtype of the input, be it an integer.
    return floats_ || is_floating(input.dtype()) ? y : op::cast(y, input.dtype());
  }

 private:
  bool floats_ = false;
  layers::LayerNormalizationOptions o_;
  Value gamma_;
  Value beta_;
};

class GroupNormalizationLayer final : public Layer {
 public:
  GroupNormalizationLayer() = default;
  GroupNormalizationLayer(int64_t groups, const layers::GroupNormalizationOptions& o)
      : groups_(groups), o_(o) {}

  void visit_config(ConfigVisitor& v) override {
    v("groups", groups_);
    v("axis", o_.axis);
    v("epsilon", o_.epsilon);
    v("center", o_.center);
    v("scale", o_.scale);
    v.weight("beta", o_.beta_initializer, o_.beta_regularizer, o_.beta_constraint);
    v.weight("gamma", o_.gamma_initializer, o_.gamma_regularizer, o_.gamma_constraint);
  }

  bool supports_masking() const override { return true; }

  void build(const Shape& input) override {
    const int64_t depth = input[op::axis_of("GroupNormalization", o_.axis, input.rank())];
    if (groups_ == -1) groups_ = depth;
    if (groups_ <= 0 || depth % groups_ != 0) {
      fail(Code::invalid_argument, groups_, " groups do not divide ", depth, " channels");
    }
    if (o_.scale) gamma_ = add_weight("gamma", {depth}, o_.gamma_initializer);
    if (o_.center) beta_ = add_weight("beta", {depth}, o_.beta_initializer);
  }

  Value call(const Value& input, const CallContext&) override {
    const Value x = op::to_floating(input);
    const int rank = x.rank();
    const int axis = op::axis_of("GroupNormalization", o_.axis, rank);
    std::vector<op::Dim> split, back;
    std::vector<int> axes;
    for (int i = 0; i < rank; ++i) {
      const op::Dim d = op::dim(x, i);
      back.push_back(d);
      if (i == axis) {
        split.emplace_back(groups_);
        split.emplace_back(d.size / groups_);
      } else {
        split.push_back(d);
      }
    }
    for (int i = 1; i < rank + 1; ++i) {
      if (i != axis) axes.push_back(i);
    }
    const Value grouped = op::reshape(x, split);
    const Value centred = op::sub(grouped, mean_of(grouped, axes));
    const Value variance = mean_of(op::unary("Square", centred), axes);
    const Value factor = op::unary("Rsqrt", op::add(variance, op::constant_like(o_.epsilon, x)));
    Value y = op::reshape(op::mul(centred, factor), back);
    if (gamma_) y = op::mul(y, broadcastable(gamma_, {axis}, rank));
    if (beta_) y = op::add(y, broadcastable(beta_, {axis}, rank));
    return is_floating(input.dtype()) ? y : op::cast(y, input.dtype());  // as Keras has it
  }

 private:
  int64_t groups_ = 32;
  layers::GroupNormalizationOptions o_;
  Value gamma_;
  Value beta_;
};

class UnitNormalizationLayer final : public Layer {
 public:
  UnitNormalizationLayer() = default;
  explicit UnitNormalizationLayer(Ints axis) : axis_(std::move(axis)) {}
  void visit_config(ConfigVisitor& v) override { v.axis("axis", axis_); }
  bool supports_masking() const override { return true; }
  Value call(const Value& input, const CallContext&) override {
    const Value x = op::to_floating(input);
    const std::vector<int> axes = op::axes_of("UnitNormalization", axis_, x.rank());
    const Value sum = op::reduce("Sum", op::unary("Square", x), axes, true);
    return op::mul(x, op::unary("Rsqrt", op::binary("Maximum", sum, op::constant_like(1e-12, x))));
  }

 private:
  Ints axis_ = -1;
};

class RMSNormalizationLayer final : public Layer {
 public:
  RMSNormalizationLayer() = default;
  RMSNormalizationLayer(Ints axis, double epsilon) : axis_(std::move(axis)), epsilon_(epsilon) {}
  void visit_config(ConfigVisitor& v) override {
    v.axis("axis", axis_);
    if (v.reading()) std::sort(axis_.begin(), axis_.end());
    v("epsilon", epsilon_);
  }
  void build(const Shape& input) override {
    scale_ = add_weight("scale", pick(input, op::axes_of("RMSNormalization", axis_, input.rank())),
                        "ones");
  }
  Value call(const Value& input, const CallContext&) override {
    const Value x = op::to_floating(input);
    const std::vector<int> axes = op::axes_of("RMSNormalization", axis_, x.rank());
    const Value square = mean_of(op::unary("Square", x), axes);
    const Value factor = op::unary("Rsqrt", op::add(square, op::constant_like(epsilon_, x)));
    return op::mul(op::mul(x, factor), broadcastable(scale_, axes, x.rank()));
  }

 private:
  Ints axis_ = -1;
  double epsilon_ = 1e-6;
  Value scale_;
};

}  // namespace

namespace layers {
LayerNormalization::LayerNormalization(const LayerNormalizationOptions& o)
    : LayerPtr(make_layer<LayerNormalizationLayer>("LayerNormalization", o, o)) {}
GroupNormalization::GroupNormalization(int64_t groups, const GroupNormalizationOptions& o)
    : LayerPtr(make_layer<GroupNormalizationLayer>("GroupNormalization", o, groups, o)) {}
UnitNormalization::UnitNormalization(const Ints& axis, const PlainOptions& o)
    : LayerPtr(make_layer<UnitNormalizationLayer>("UnitNormalization", o, axis)) {}
RMSNormalization::RMSNormalization(const Ints& axis, double epsilon, const PlainOptions& o)
    : LayerPtr(make_layer<RMSNormalizationLayer>("RMSNormalization", o, axis, epsilon)) {}
}  // namespace layers

void register_normalizations(LayerRegistry& registry) {
  registry.add<LayerNormalizationLayer>("LayerNormalization");
  registry.add<GroupNormalizationLayer>("GroupNormalization");
  registry.add<UnitNormalizationLayer>("UnitNormalization");
  registry.add<RMSNormalizationLayer>("RMSNormalization");
}

}  // namespace rill::keras
