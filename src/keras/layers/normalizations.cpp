// Batch, layer, group, unit and RMS normalization.
#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/fail.h"
#include "keras/core/make.h"
#include "keras/core/promote.h"
#include "keras/core/registry.h"
#include "rill/keras/layers/normalization.hpp"

namespace rill::keras {
namespace {

// `weight` of one dimension (or of the axes' dimensions) so that it broadcasts over x.
Value broadcastable(const Value& weight, const std::vector<int>& axes, int rank) {
  bool trailing = true;
  for (size_t i = 0; i < axes.size(); ++i) {
    trailing = trailing && axes[i] == rank - static_cast<int>(axes.size() - i);
  }
  if (trailing) return weight;
  std::vector<op::Dim> dims(static_cast<size_t>(rank), op::Dim(1));
  for (size_t i = 0; i < axes.size(); ++i) {
    dims[static_cast<size_t>(axes[i])] = weight.shape()[static_cast<int>(i)];
  }
  return op::reshape(weight, dims);
}

Shape pick(const Shape& input, const std::vector<int>& axes) {
  Shape out;
  for (const int a : axes) out.push_back(input[a]);
  return out;
}

Value mean_of(const Value& x, const std::vector<int>& axes) {
  return op::reduce("Mean", x, axes, true);
}

class BatchNormalizationLayer final : public Layer {
 public:
  BatchNormalizationLayer() = default;
  explicit BatchNormalizationLayer(const layers::BatchNormalizationOptions& o)
      : o_(o), axes_(o.axis) {}

  void visit_config(ConfigVisitor& v) override {
    v.axis("axis", axes_);
    v("momentum", o_.momentum);
    v("epsilon", o_.epsilon);
    v("center", o_.center);
    v("scale", o_.scale);
    v.weight("beta", o_.beta_initializer, o_.beta_regularizer, o_.beta_constraint);
    v.weight("gamma", o_.gamma_initializer, o_.gamma_regularizer, o_.gamma_constraint);
    v("moving_mean_initializer", o_.moving_mean_initializer);
    v("moving_variance_initializer", o_.moving_variance_initializer);
    v("synchronized", o_.synchronized);
    if (v.reading()) v("fused_keras2", keras2_);
    // Of Keras 1 (keras/layers/normalization.py): 1 normalises the last axis of each example, 2
    // each batch, also when predicting. No later Keras has them, nor reads them.
    if (v.reading() || mode_ != 0) v("mode_keras1", mode_);
  }

  bool supports_masking() const override { return true; }

  void build(const Shape& input) override {
    if (axes_.empty()) fail(Code::invalid_argument, "axis is an empty list");
    const std::vector<int> kept = op::axes_of("BatchNormalization", axes_, input.rank());
    if (std::set<int>(kept.begin(), kept.end()).size() != kept.size()) {
      fail(Code::invalid_argument, "axis names a dimension twice: ", Shape(axes_));
    }
    Shape shape;
    for (int i = 0; i < input.rank(); ++i) {
      const bool own = std::find(kept.begin(), kept.end(), i) != kept.end();
      if (own || kept.size() > 1) shape.push_back(own ? input[i] : 1);
    }
    // Keras 2 keeps these wide.
    const DType own = dtype_policy().variable;
    const bool half = own == DType::float16 || own == DType::bfloat16;
    const DType dtype = half && keras2_ ? DType::float32 : own;
    if (o_.scale) gamma_ = add_weight("gamma", shape, o_.gamma_initializer, true, dtype);
    if (o_.center) beta_ = add_weight("beta", shape, o_.beta_initializer, true, dtype);
    mean_ = add_weight("moving_mean", shape, o_.moving_mean_initializer, false, dtype);
    variance_ = add_weight("moving_variance", shape, o_.moving_variance_initializer, false, dtype);
  }

  Value call(const Value& input, const CallContext& context) override {
    const Value given = op::to_floating(input);
    if (given.dtype() == mean_.dtype()) return normalized(given, context);
    return op::cast(normalized(op::cast(given, mean_.dtype()), context), given.dtype());
  }

 private:
  Value normalized(const Value& x, const CallContext& context) {
    if (mode_ == 1) return by_example(x);
    if (axes_.size() > 1) return along_several(x, context);
    const int axis = op::axis_of("BatchNormalization", axes_[0], x.rank());
    Value mean = mean_, variance = variance_;
    const bool by_batch = mode_ == 2 || (context.training && trainable());
    const bool at_end = axis == x.rank() - 1;
    // Keras 2 has no use for a mask where it uses one op.
    Value mask = keras2_ && x.rank() > 3 ? Value() : context.mask(0);
    if (mask && mask.rank() != x.rank() - 1) mask = Value();
    if (mode_ == 0 && by_batch && !mask && x.dtype() == DType::float32 && (at_end || axis == 1)) {
      return by_one_op(x, axis, at_end);
    }
    if (by_batch && mask) {
      std::tie(mean, variance) = masked_moments(x, mask, axis);
      follow(mean_, mean);
      follow(variance_, variance);
    } else if (by_batch) {
      std::vector<int> axes;
      for (int i = 0; i < x.rank(); ++i) {
        if (i != axis) axes.push_back(i);
      }
      const Value kept = mean_of(x, axes);
      const Value centred = op::sub(x, kept);
      mean = op::reshape(kept, {x.shape()[axis]});
      variance = op::reduce("Mean", op::mul(centred, centred), axes);
      if (mode_ == 0) {
        follow(mean_, mean);
        follow(variance_, variance);
      }
    }
    const Value epsilon = op::constant_like(o_.epsilon, variance);
    Value factor = op::unary("Rsqrt", op::add(variance, epsilon));
    if (gamma_) factor = op::mul(factor, gamma_);
    Value shift = op::unary("Neg", op::mul(mean, factor));
    if (beta_) shift = op::add(shift, beta_);
    return op::add(op::mul(x, broadcastable(factor, {axis}, x.rank())),
                   broadcastable(shift, {axis}, x.rank()));
  }

  // Of what the mask keeps, along the axis.
  std::pair<Value, Value> masked_moments(const Value& x, const Value& mask, int axis) const {
    std::vector<int> axes;
    for (int i = 0; i < x.rank(); ++i) {
      if (i != axis) axes.push_back(i);
    }
    const Value kept =
        op::mul(op::cast(op::expand_dims(mask, mask.rank()), x.dtype()), op::unary("OnesLike", x));
    Value count = op::reduce("Sum", kept, axes, true);
    if (!keras2_) count = op::add(count, op::constant_like(1e-7, count));
    const Value mean = op::div(op::reduce("Sum", op::mul(kept, x), axes, true), count);
    const Value gap = op::sub(x, mean);
    const Value squares = op::reduce("Sum", op::mul(kept, op::mul(gap, gap)), axes, true);
    const std::vector<op::Dim> flat{x.shape()[axis]};
    return {op::reshape(mean, flat), op::reshape(op::div(squares, count), flat)};
  }

  // The weights have the rank of the input, as Keras 2 makes them.
  Value along_several(const Value& x, const CallContext& context) {
    Value mean = mean_, variance = variance_;
    if (context.training && trainable()) {
      const std::vector<int> kept = op::axes_of("BatchNormalization", axes_, x.rank());
      std::vector<int> others;
      for (int i = 0; i < x.rank(); ++i) {
        if (std::find(kept.begin(), kept.end(), i) == kept.end()) others.push_back(i);
      }
      mean = mean_of(x, others);
      const Value centred = op::sub(x, mean);
      variance = mean_of(op::mul(centred, centred), others);
      follow(mean_, mean);
      follow(variance_, variance);
    }
    const Value epsilon = op::constant_like(o_.epsilon, variance);
    Value factor = op::unary("Rsqrt", op::add(variance, epsilon));
    if (gamma_) factor = op::mul(factor, gamma_);
    const Value y = op::mul(op::sub(x, mean), factor);
    return beta_ ? op::add(y, beta_) : y;
  }

  // With epsilon twice, as Keras 1 has it.
  Value by_example(const Value& x) const {
    const Value epsilon = op::constant_like(o_.epsilon, x);
    const std::vector<int> last{x.rank() - 1};
    const Value centred = op::sub(x, op::reduce("Mean", x, last, true));
    const Value variance = op::reduce("Mean", op::mul(centred, centred), last, true);
    const Value deviation = op::unary("Sqrt", op::add(variance, epsilon));
    Value y = emit("RealDiv", {centred, op::add(deviation, epsilon)});
    if (gamma_) y = op::mul(y, gamma_);
    return beta_ ? op::add(y, beta_) : y;
  }

  // Batch statistics as FusedBatchNormV3, whose gradient is one op too. It takes four dimensions.
  Value by_one_op(const Value& x, int axis, bool at_end) {
    const int64_t channels = x.shape()[axis];
    const bool whole = x.rank() == 4;
    Value four = x;
    if (!whole && at_end) four = op::reshape(x, {-1, 1, 1, channels});
    if (!whole && !at_end) four = op::reshape(x, {op::dim(x, 0), channels, 1, -1});
    const auto constant = [&](float number) {
      Tensor t(DType::float32, Shape{channels});
      std::fill_n(t.data<float>(), channels, number);
      return Value(t);
    };
    const Value none = Tensor::zeros(DType::float32, Shape{0});
    const Values parts =
        emit_all("FusedBatchNormV3",
                 {four, gamma_ ? gamma_ : constant(1), beta_ ? beta_ : constant(0), none, none},
                 {{"epsilon", o_.epsilon},
                  {"data_format", at_end ? "NHWC" : "NCHW"},
                  {"is_training", true}});
    follow(mean_, parts[1]);
    // Output 4 is that of the population, output 2 the unbiased one, which Keras 2 keeps where it
    // uses this op itself (_fused_can_be_used, tf_keras/src/layers/normalization).
    follow(variance_, keras2_ && (x.rank() == 4 || x.rank() == 5) ? parts[2] : parts[4]);
    if (whole) return parts[0];
    std::vector<op::Dim> back;
    for (int i = 0; i < x.rank(); ++i) back.push_back(op::dim(x, i));
    return op::reshape(parts[0], back);
  }

  void follow(const Value& moving, const Value& batch) {
    const Value old = op::mul(moving, op::constant_like(o_.momentum, batch));
    const Value now = op::mul(batch, op::constant_like(1 - o_.momentum, batch));
    emit("AssignVariableOp", {moving, op::add(old, now)});
  }

  layers::BatchNormalizationOptions o_;
  Ints axes_ = -1;
  int64_t mode_ = 0;
  bool keras2_ = false;
  Value gamma_;
  Value beta_;
  Value mean_;
  Value variance_;
};

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
BatchNormalization::BatchNormalization(const BatchNormalizationOptions& o)
    : LayerPtr(make_layer<BatchNormalizationLayer>("BatchNormalization", o, o)) {}
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
  registry.add<BatchNormalizationLayer>("BatchNormalization",
                                        {"SyncBatchNormalization", "BatchNormalizationV1"});
  registry.add<LayerNormalizationLayer>("LayerNormalization");
  registry.add<GroupNormalizationLayer>("GroupNormalization");
  registry.add<UnitNormalizationLayer>("UnitNormalization");
  registry.add<RMSNormalizationLayer>("RMSNormalization");
}

}  // namespace rill::keras
