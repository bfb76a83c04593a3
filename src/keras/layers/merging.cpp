// Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate, Dot.
#include "base/fail.h"
#include "keras/core/make.h"
#include "keras/core/promote.h"
#include "keras/core/registry.h"
#include "rill/keras/layers/shaping.hpp"

namespace rill::keras {
namespace {

// Inputs of different ranks meet as Keras lets them: ones are put in after the batch.
Values same_rank(const Values& inputs) {
  int most = 0;
  for (const Value& x : inputs) most = std::max(most, x.rank());
  Values out;
  for (const Value& x : inputs) {
    Value y = x;
    while (y.rank() < most) y = op::expand_dims(y, 1);
    out.push_back(y);
  }
  return out;
}

enum class Merge { add, subtract, multiply, average, maximum, minimum };

template <Merge kMerge>
class MergeLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    if (v.reading()) v("plain_keras2", plain_);
  }
  bool supports_masking() const override { return true; }

  // Kept where any input is kept (keras/src/layers/merging/base_merge.py); none when one has none.
  // In Keras 2: where all inputs that have a mask are kept.
  Values compute_mask(const Values& inputs, std::span<const Value> masks) override {
    Value out;
    for (size_t i = 0; i < inputs.size(); ++i) {
      const bool masked = i < masks.size() && masks[i];
      if (!masked && !plain_) return {};
      if (masked)
        out = out ? op::binary(plain_ ? "LogicalAnd" : "LogicalOr", out, masks[i]) : masks[i];
    }
    return out ? Values{out} : Values{};
  }

  Values call(const Values& given, const CallContext& context) override {
    if (given.size() < 2 || (kMerge == Merge::subtract && given.size() != 2)) {
      fail(Code::invalid_argument, class_name(), " merges ",
           kMerge == Merge::subtract ? "exactly two" : "at least two", " inputs, not ",
           given.size());
    }
    const Values inputs = op::promoted(same_rank(given));
    Value y;
    if (kOfMasked && !plain_) {
      y = of_masked(inputs, context);
    } else {
      y = inputs[0];
      for (size_t i = 1; i < inputs.size(); ++i) y = op::binary(kOp, y, inputs[i]);
    }
    if (kMerge == Merge::average) {
      if (is_integer(y.dtype())) y = op::cast(y, DType::float64);  // Python's division
      y = op::div(y, op::constant_like(static_cast<double>(inputs.size()), y));
    }
    return {y};
  }

 private:
  // Those that Keras 3 takes from the inputs that are not masked (base_merge.py, multiply.py).
  static constexpr bool kOfMasked =
      kMerge == Merge::multiply || kMerge == Merge::maximum || kMerge == Merge::minimum;

  static Value of_masked(const Values& inputs, const CallContext& context) {
    constexpr bool kProduct = kMerge == Merge::multiply;
    Value y, kept;
    bool all = true;
    for (size_t i = 0; i < inputs.size(); ++i) {
      Value x = inputs[i], mask = context.mask(i);
      if (mask) mask = op::expand_dims(mask, mask.rank());
      if (mask && (kProduct || y)) {
        x = op::select(mask, x, kProduct ? op::constant_like(1, x) : y);
      }
      if (!kProduct && kept && y) y = op::select(kept, y, x);
      all = all && mask;
      kept = !all ? Value() : kept ? op::binary("LogicalOr", kept, mask) : mask;
      y = y ? op::binary(kOp, y, x) : x;
    }
    return kProduct && kept ? op::select(kept, y, op::constant_like(0, y)) : y;
  }

  bool plain_ = false;  // as Keras 2 does
  static constexpr const char* kOp = kMerge == Merge::subtract   ? "Sub"
                                     : kMerge == Merge::multiply ? "Mul"
                                     : kMerge == Merge::maximum  ? "Maximum"
                                     : kMerge == Merge::minimum  ? "Minimum"
                                                                 : "AddV2";
};

class ConcatenateLayer final : public Layer {
 public:
  ConcatenateLayer() = default;
  explicit ConcatenateLayer(int64_t axis) : axis_(axis) {}
  void visit_config(ConfigVisitor& v) override {
    v("axis", axis_);
    if (v.reading()) v("plain_keras2", keras2_);  // of legacy/upgrade.cpp, never written
  }
  bool supports_masking() const override { return true; }

  // Keras 3 keeps what any input keeps, Keras 2 what all of them do.
  Values compute_mask(const Values& inputs, std::span<const Value> masks) override {
    bool any = false;
    for (const Value& m : masks) any = any || m;
    if (!any) return {};
    const int axis = op::axis_of("Concatenate", axis_, inputs[0].rank());
    // A mask lacks the last dimension.
    Values parts;
    for (size_t i = 0; i < inputs.size(); ++i) {
      const Value& x = inputs[i];
      Value m = i < masks.size() ? masks[i] : Value();
      if (!m) {
        m = op::cast(op::unary("OnesLike", x), DType::bool_);
      } else {
        while (m.rank() < x.rank()) m = op::expand_dims(m, m.rank());
        m = op::binary("LogicalOr", m, op::cast(op::unary("ZerosLike", x), DType::bool_));
      }
      parts.push_back(m);
    }
    return {op::reduce(keras2_ ? "All" : "Any", op::concat(parts, axis), {inputs[0].rank() - 1})};
  }

  Values call(const Values& inputs, const CallContext&) override {
    if (inputs.empty()) fail(Code::invalid_argument, "Concatenate needs inputs");
    return {op::concat(op::promoted(inputs), op::axis_of("Concatenate", axis_, inputs[0].rank()))};
  }

 private:
  int64_t axis_ = -1;
  bool keras2_ = false;
};

// keras/src/layers/merging/dot.py batch_dot().
class DotLayer final : public Layer {
 public:
  DotLayer() = default;
  DotLayer(Ints axes, bool normalize) : axes_(std::move(axes)), normalize_(normalize) {}
  void visit_config(ConfigVisitor& v) override {
    v.axis("axes", axes_);
    v("normalize", normalize_);
  }
  Values compute_mask(const Values&, std::span<const Value>) override { return {}; }

  Values call(const Values& inputs, const CallContext&) override {
    if (inputs.size() != 2) fail(Code::invalid_argument, "Dot takes two inputs");
    if (axes_.empty() || axes_.size() > 2) {
      fail(Code::invalid_argument, "axes must be one number or two, not ", Shape(axes_));
    }
    const Values operands = op::promoted(inputs);
    Value x = operands[0], y = operands[1];
    const int a = op::axis_of("Dot", axes_[0], x.rank());
    const int b = op::axis_of("Dot", axes_.back(), y.rank());
    if (a == 0 || b == 0) fail(Code::invalid_argument, "axes may not name the batch");
    if (normalize_) {
      x = normalized(x, a);
      y = normalized(y, b);
    }
    const bool flat_x = x.rank() == 2, flat_y = y.rank() == 2;
    if (flat_x) x = op::expand_dims(x, 1);
    if (flat_y) y = op::expand_dims(y, 2);
    x = op::transpose(x, moved(x.rank(), flat_x ? 2 : a, x.rank() - 1));
    y = op::transpose(y, moved(y.rank(), b, 1));
    std::vector<op::Dim> out{op::dim(x, 0)};
    for (int i = 1; i + 1 < x.rank(); ++i) out.push_back(op::dim(x, i));
    for (int i = 2; i < y.rank(); ++i) out.push_back(op::dim(y, i));
    const bool squash = x.rank() > 3 || y.rank() > 3;
    if (x.rank() > 3) x = op::reshape(x, {op::dim(x, 0), -1, op::dim(x, -1)});
    if (y.rank() > 3) y = op::reshape(y, {op::dim(y, 0), op::dim(y, 1), -1});
    Value result = op::batch_matmul(x, y);
    if (squash) result = op::reshape(result, out);
    if (flat_x) {
      result = op::squeeze(result, 1);
      if (result.rank() == 1) result = op::expand_dims(result, 1);
    } else if (flat_y) {
      result = op::squeeze(result, result.rank() - 1);
    }
    if (result.rank() == 1) result = op::expand_dims(result, 1);
    return {result};
  }

 private:
  static std::vector<int> moved(int rank, int from, int to) {
    std::vector<int> order;
    for (int i = 0; i < rank; ++i) {
      if (i != from) order.push_back(i);
    }
    order.insert(order.begin() + to, from);
    return order;
  }
  static Value normalized(const Value& x, int axis) {
    const Value sum = op::reduce("Sum", op::unary("Square", x), {axis}, true);
    return op::mul(x, op::unary("Rsqrt", op::binary("Maximum", sum, op::constant_like(1e-12, x))));
  }
  Ints axes_ = -1;
  bool normalize_ = false;
};

}  // namespace

namespace layers {
Add::Add(const PlainOptions& o) : LayerPtr(make_layer<MergeLayer<Merge::add>>("Add", o)) {}
Subtract::Subtract(const PlainOptions& o)
    : LayerPtr(make_layer<MergeLayer<Merge::subtract>>("Subtract", o)) {}
Multiply::Multiply(const PlainOptions& o)
    : LayerPtr(make_layer<MergeLayer<Merge::multiply>>("Multiply", o)) {}
Average::Average(const PlainOptions& o)
    : LayerPtr(make_layer<MergeLayer<Merge::average>>("Average", o)) {}
Maximum::Maximum(const PlainOptions& o)
    : LayerPtr(make_layer<MergeLayer<Merge::maximum>>("Maximum", o)) {}
Minimum::Minimum(const PlainOptions& o)
    : LayerPtr(make_layer<MergeLayer<Merge::minimum>>("Minimum", o)) {}
Concatenate::Concatenate(int64_t axis, const PlainOptions& o)
    : LayerPtr(make_layer<ConcatenateLayer>("Concatenate", o, axis)) {}
Dot::Dot(const Ints& axes, bool normalize, const PlainOptions& o)
    : LayerPtr(make_layer<DotLayer>("Dot", o, axes, normalize)) {}
}  // namespace layers

void register_merging(LayerRegistry& registry) {
  registry.add<MergeLayer<Merge::add>>("Add");
  registry.add<MergeLayer<Merge::subtract>>("Subtract");
  registry.add<MergeLayer<Merge::multiply>>("Multiply");
  registry.add<MergeLayer<Merge::average>>("Average");
  registry.add<MergeLayer<Merge::maximum>>("Maximum");
  registry.add<MergeLayer<Merge::minimum>>("Minimum");
  registry.add<ConcatenateLayer>("Concatenate");
  registry.add<DotLayer>("Dot");
}

}  // namespace rill::keras
