#include "keras/core/confusion.h"

#include <cmath>

#include "base/fail.h"
#include "keras/core/per_sample.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

constexpr double kMinusInfinity = -1e10;  // Keras' NEG_INF

// All but the k highest of each row become very small.
Value only_top_k(const Value& x, int64_t k) {
  const int64_t classes = x.shape().back();
  const Value best = ops::top_k(x, Value(static_cast<int>(k)), false).indices;
  const Value mask = ops::reduce_sum(op::cast(ops::one_hot(best, classes), x.dtype()), -2);
  return x * mask + kMinusInfinity * (1.0 - mask);
}

Value flat(const Value& x) { return op::reshape(x, {-1}); }

// Every prediction falls into a bucket between two thresholds; sums from the top give the counts.
Confusion in_buckets(const Value& y_true, const Value& y_pred, const Value& weight,
                     const Thresholds& thresholds, bool multi_label) {
  const int64_t n = thresholds.size();
  const bool padded = thresholds.values.front() < 0 || thresholds.values.back() > 1;
  Value p = clip(y_pred, 0, 1);
  Value t = op::cast(op::cast(y_true, DType::bool_), p.dtype());
  Value w = weight;
  if (!multi_label) {
    p = flat(p);
    t = flat(t);
    if (w) w = flat(w);
  }
  const Value yes = w ? t * w : t;
  const Value no = w ? (1.0 - t) * w : 1.0 - t;
  Value bucket = ops::ceil(p * static_cast<double>(n - 1)) - 1.0;
  if (padded) bucket = ops::relu(bucket);
  bucket = op::cast(bucket, DType::int32);
  const auto from_top = [&](const Value& data) {
    if (!multi_label) {
      const Value sums = ops::unsorted_segment_sum(data, bucket, Value(static_cast<int>(n)));
      return ops::cumsum(sums, 0, false, true);
    }
    // Each label has its own range of buckets; those below the first stay negative.
    const int64_t labels = p.shape().back();
    std::vector<int32_t> offset;
    for (int64_t i = 0; i < labels; ++i) offset.push_back(static_cast<int32_t>(i * n));
    const Value moved = ops::where(bucket < Value(0), bucket, bucket + Tensor::vector(offset));
    const Value sums =
        ops::unsorted_segment_sum(flat(data), flat(moved), Value(static_cast<int>(labels * n)));
    return ops::cumsum(op::transpose(op::reshape(sums, {labels, n}), {1, 0}), 0, false, true);
  };
  Confusion c;
  c.tp = from_top(yes);
  c.fp = from_top(no);
  const ops::Axes axes = multi_label ? ops::Axes(0) : ops::Axes();
  c.tn = ops::reduce_sum(no, axes) - c.fp;
  c.fn = ops::reduce_sum(yes, axes) - c.tp;
  return c;
}

Confusion one_by_one(const Value& y_true, const Value& y_pred, const Value& weight,
                     const Thresholds& thresholds, bool multi_label) {
  const std::vector<float> values(thresholds.values.begin(), thresholds.values.end());
  const int64_t n = thresholds.size();
  const auto spread = [&](const Value& x) {
    return multi_label ? op::expand_dims(x, 0) : op::reshape(x, {1, -1});
  };
  const Value limit = Tensor::of(values, multi_label ? Shape{n, 1, 1} : Shape{n, 1});
  const Value above = spread(y_pred) > op::cast(limit, y_pred.dtype());
  const Value yes = spread(op::cast(y_true, DType::bool_)), no = ops::logical_not(yes);
  const Value below = ops::logical_not(above);
  const Value w = weight ? spread(weight) : op::constant_like(1, y_pred);
  const auto count = [&](const Value& a, const Value& b) {
    return ops::reduce_sum(ops::where(ops::logical_and(a, b), w, op::constant_like(0, w)), 1);
  };
  return {count(yes, above), count(no, above), count(no, below), count(yes, below)};
}

}  // namespace

Thresholds Thresholds::of(std::vector<double> values) {
  Thresholds out{std::move(values), false};
  const size_t n = out.values.size();
  out.even = n >= 3;
  for (size_t i = 0; i < n; ++i) {
    const double step = static_cast<float>(i) / static_cast<float>(n - 1);
    if (!(std::abs(out.values[i] - step) <= kEpsilon + 1e-5 * step)) out.even = false;
  }
  return out;
}

Thresholds checked_thresholds(const std::optional<std::vector<double>>& given, double otherwise) {
  if (!given) return Thresholds::of({otherwise});
  if (given->empty()) fail(Code::invalid_argument, "the list of thresholds is empty");
  for (const double t : *given) {
    if (!(t >= 0 && t <= 1)) {
      fail(Code::invalid_argument, "thresholds must be in [0, 1]; one is ", t);
    }
  }
  return Thresholds::of(*given);
}

Confusion confusion(const Value& given_true, const Value& given_pred, const Value& sample_weight,
                    const Thresholds& thresholds, const ConfusionOptions& options) {
  auto [p, t] =
      to_same_rank(op::cast(given_pred, DType::float32), op::cast(given_true, DType::float32));
  for (int i = 0; i < std::max(p.rank(), t.rank()); ++i) {
    if (p.rank() != t.rank() ||
        (p.shape()[i] >= 0 && t.shape()[i] >= 0 && p.shape()[i] != t.shape()[i])) {
      fail(Code::invalid_argument, "y_true ", given_true.shape(), " and y_pred ",
           given_pred.shape(), " must have the same shape");
    }
  }
  Value weight;
  if (sample_weight) {
    weight = op::expand_dims(op::cast(sample_weight, DType::float32), -1);
    weight = to_same_rank(t, weight, false).second;
  }
  if (options.top_k) p = only_top_k(p, *options.top_k);
  if (options.class_id) {
    const int64_t id = *options.class_id, classes = p.rank() > 1 ? p.shape().back() : 0;
    if (p.rank() < 2 || id < 0 || (classes >= 0 && id >= classes)) {
      fail(Code::invalid_argument, "class_id ", id, " does not fit y_pred ", p.shape());
    }
    std::vector<op::Range> ranges(static_cast<size_t>(p.rank()));
    ranges.back() = {id, id + 1};
    t = op::slice(t, ranges);
    p = op::slice(p, ranges);
  }
  if (weight) weight = op::broadcast_to(weight, op::dims(p));
  if (options.label_weights) {
    const Value by_label = op::broadcast_to(options.label_weights, op::dims(p));
    weight = weight ? weight * by_label : by_label;
  }
  return thresholds.even ? in_buckets(t, p, weight, thresholds, options.multi_label)
                         : one_by_one(t, p, weight, thresholds, options.multi_label);
}

}  // namespace rill::keras
