// Batch normalization, and batch renormalization.
#include <algorithm>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "base/fail.h"
#include "keras/core/make.h"
#include "keras/core/object_config.h"
#include "keras/core/promote.h"
#include "keras/core/registry.h"
#include "keras/core/weights.h"
#include "keras/layers/moments.h"
#include "rill/keras/layers/normalization.hpp"

namespace rill::keras {
namespace {

Initializer root_of(const Initializer& from) {
  ObjectConfig config;
  config.name = "root";
  config.initializer = [from](const Shape& shape, DType dtype) -> Tensor {
    return op::unary("Sqrt", initial_value(from, shape, dtype));
  };
  return Initializer(std::make_shared<const ObjectConfig>(std::move(config)));
}

// keras/src/layers/normalization/batch_normalization.py, and that of tf_keras.
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
    if (v.reading() || o_.renorm) {
      v("renorm", o_.renorm);
      v("renorm_clipping", o_.renorm_clipping);
      v("renorm_momentum", o_.renorm_momentum);
    }
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
    if (!o_.renorm) return;
    check_clipping();
    const Initializer root = root_of(o_.moving_variance_initializer);
    deviation_ = add_weight("moving_stddev", shape, root, false, dtype);
    renorm_mean_ = add_weight("renorm_mean", shape, o_.moving_mean_initializer, false, dtype);
    renorm_deviation_ = add_weight("renorm_stddev", shape, root, false, dtype);
  }

  Value call(const Value& input, const CallContext& context) override {
    const Value given = op::to_floating(input);
    if (given.dtype() == mean_.dtype()) return normalized(given, context);
    return op::cast(normalized(op::cast(given, mean_.dtype()), context), given.dtype());
  }

 private:
  Value normalized(const Value& x, const CallContext& context) {
    if (mode_ == 1) return by_example(x);
    const std::vector<int> kept = op::axes_of("BatchNormalization", axes_, x.rank());
    const bool by_batch = mode_ == 2 || (context.training && trainable());
    const bool at_end = kept[0] == x.rank() - 1;
    const bool at_side = kept.size() == 1 && (at_end || kept[0] == 1);
    // Keras 2 has no use for a mask where it uses one op.
    const bool fused = keras2_ && !o_.renorm && at_side && (x.rank() == 4 || x.rank() == 5);
    Value mask = fused ? Value() : context.mask(0);
    if (mask && mask.rank() != x.rank() - 1) mask = Value();
    if (mode_ == 0 && by_batch && !mask && !o_.renorm && x.dtype() == DType::float32 && at_side) {
      return by_one_op(x, kept[0], at_end);
    }
    Value mean = mean_, variance = variance_, scale = gamma_, offset = beta_;
    if (by_batch) {
      std::tie(mean, variance) = moments(x, mask, kept);
      if (o_.renorm) {
        std::tie(scale, offset) = renormed(mean, variance);
      } else if (mode_ == 0) {
        follow(mean_, mean, o_.momentum);
        follow(variance_, variance, o_.momentum);
      }
    }
    const Value epsilon = op::constant_like(o_.epsilon, variance);
    Value factor = op::unary("Rsqrt", op::add(variance, epsilon));
    if (scale) factor = op::mul(factor, scale);
    Value shift = op::unary("Neg", op::mul(mean, factor));
    if (offset) shift = op::add(shift, offset);
    // Those of several axes have the rank of the input.
    if (kept.size() == 1) {
      factor = broadcastable(factor, kept, x.rank());
      shift = broadcastable(shift, kept, x.rank());
    }
    return op::add(op::mul(x, factor), shift);
  }

  // Mean and variance of what the mask keeps, in the shape of the weights.
  std::pair<Value, Value> moments(const Value& x, const Value& mask,
                                  const std::vector<int>& kept) const {
    std::vector<int> axes;
    for (int i = 0; i < x.rank(); ++i) {
      if (std::find(kept.begin(), kept.end(), i) == kept.end()) axes.push_back(i);
    }
    Value mean, variance;
    if (mask) {
      const Value weight = op::mul(op::cast(op::expand_dims(mask, mask.rank()), x.dtype()),
                                   op::unary("OnesLike", x));
      Value count = op::reduce("Sum", weight, axes, true);
      if (!keras2_) count = op::add(count, op::constant_like(1e-7, count));
      mean = op::div(op::reduce("Sum", op::mul(weight, x), axes, true), count);
      const Value gap = op::sub(x, mean);
      variance = op::div(op::reduce("Sum", op::mul(weight, op::mul(gap, gap)), axes, true), count);
    } else {
      mean = mean_of(x, axes);
      const Value gap = op::sub(x, mean);
      variance = mean_of(op::mul(gap, gap), axes);
    }
    const std::vector<op::Dim> dims = op::dims(mean_);
    return {op::reshape(mean, dims), op::reshape(variance, dims)};
  }

  // Scale and offset that make up for the gap between the batch and the statistics so far.
  std::pair<Value, Value> renormed(const Value& mean, const Value& variance) {
    const auto number = [&](double value) { return op::constant_like(value, mean); };
    const Value deviation = op::unary("Sqrt", op::add(variance, number(o_.epsilon)));
    const Value past =
        op::binary("Maximum", renorm_deviation_, op::unary("Sqrt", number(o_.epsilon)));
    Value r = op::div(deviation, past);
    Value d = op::div(op::sub(mean, renorm_mean_), past);
    const auto& limits = o_.renorm_clipping;
    if (const auto rmin = limits.find("rmin"); rmin != limits.end()) {
      r = op::binary("Maximum", r, number(rmin->second));
    }
    if (const auto rmax = limits.find("rmax"); rmax != limits.end()) {
      r = op::binary("Minimum", r, number(rmax->second));
    }
    if (const auto dmax = limits.find("dmax"); dmax != limits.end()) {
      d = op::binary("Minimum", op::binary("Maximum", d, number(-dmax->second)),
                     number(dmax->second));
    }
    follow(renorm_mean_, mean, o_.renorm_momentum);
    follow(renorm_deviation_, deviation, o_.renorm_momentum);
    follow(mean_, mean, o_.momentum);
    const Value now = follow(deviation_, deviation, o_.momentum);
    const Value square = op::sub(op::mul(now, now), number(o_.epsilon));
    emit("AssignVariableOp", {variance_, op::unary("Relu", square)});
    Value scale = op::unary("StopGradient", r), offset = op::unary("StopGradient", d);
    if (gamma_) {
      scale = op::mul(scale, gamma_);
      offset = op::mul(offset, gamma_);
    }
    return {scale, beta_ ? op::add(offset, beta_) : offset};
  }

  void check_clipping() const {
    for (const auto& [key, limit] : o_.renorm_clipping) {
      if (key != "rmax" && key != "rmin" && key != "dmax") {
        fail(Code::invalid_argument, "renorm_clipping: unknown key ", quoted(key),
             ", expected 'rmax', 'rmin' or 'dmax'");
      }
    }
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
    follow(mean_, parts[1], o_.momentum);
    // Output 4 is that of the population, output 2 the unbiased one, which Keras 2 keeps where it
    // uses this op itself (_fused_can_be_used, tf_keras/src/layers/normalization).
    const bool unbiased = keras2_ && (x.rank() == 4 || x.rank() == 5);
    follow(variance_, unbiased ? parts[2] : parts[4], o_.momentum);
    if (whole) return parts[0];
    std::vector<op::Dim> back;
    for (int i = 0; i < x.rank(); ++i) back.push_back(op::dim(x, i));
    return op::reshape(parts[0], back);
  }

  // What the moving value becomes.
  static Value follow(const Value& moving, const Value& batch, double momentum) {
    const Value old = op::mul(moving, op::constant_like(momentum, batch));
    const Value now = op::add(old, op::mul(batch, op::constant_like(1 - momentum, batch)));
    emit("AssignVariableOp", {moving, now});
    return now;
  }

  layers::BatchNormalizationOptions o_;
  Ints axes_ = -1;
  int64_t mode_ = 0;
  bool keras2_ = false;
  Value gamma_;
  Value beta_;
  Value mean_;
  Value variance_;
  // Of renorm: what the moving variance is taken from, and the statistics that r and d go by.
  Value deviation_;
  Value renorm_mean_;
  Value renorm_deviation_;
};

}  // namespace

namespace layers {
BatchNormalization::BatchNormalization(const BatchNormalizationOptions& o)
    : LayerPtr(make_layer<BatchNormalizationLayer>("BatchNormalization", o, o)) {}
}  // namespace layers

void register_batch_normalization(LayerRegistry& registry) {
  registry.add<BatchNormalizationLayer>("BatchNormalization",
                                        {"SyncBatchNormalization", "BatchNormalizationV1"});
}

}  // namespace rill::keras
