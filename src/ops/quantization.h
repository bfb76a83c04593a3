// The arithmetic that TensorFlow's quantised ops share: floats [min, max] laid over the integers of
// a type. Source of the formulas: tensorflow/core/kernels/quantization_utils.h.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/rounding.h"
#include "op/kernel_context.h"
#include "ops/type_sets.h"
#include "tensor/dispatch.h"

namespace rill {

// Calls f.operator()<T>() with the plain integer type of a quantised dtype.
template <typename F>
void dispatch_quantized(DType dtype, const char* who, F&& f) {
  switch (dtype) {
    case DType::qint8:
      return f.template operator()<int8_t>();
    case DType::quint8:
      return f.template operator()<uint8_t>();
    case DType::qint16:
      return f.template operator()<int16_t>();
    case DType::quint16:
      return f.template operator()<uint16_t>();
    case DType::qint32:
      return f.template operator()<int32_t>();
    default:
      unsupported_dtype(who, dtype);
  }
}

template <typename T>
inline constexpr double kLowest = static_cast<double>(std::numeric_limits<T>::lowest());
template <typename T>
inline constexpr double kHighest = static_cast<double>(std::numeric_limits<T>::max());

struct Range {
  float min = 0;
  float max = 0;
  bool operator==(const Range&) const = default;
};

// Two scalar (or one-element) float inputs. Throws INVALID_ARGUMENT.
Range range_input(const KernelContext& ctx, int min_at, int max_at);
void set_range(KernelContext& ctx, int first, Range range);
void range_outputs_shape(ShapeContext& ctx, int first);
// The shape of the input and its range.
void same_shape_and_range(ShapeContext& ctx);

// Numbers as levels of a range.
template <typename T>
class ToLevels {
 public:
  explicit ToLevels(Range r) : flat_(r.min == r.max) {
    const double steps = kHighest<T> - kLowest<T> + 1.0;
    const double span = (static_cast<double>(r.max) - r.min) * (steps / (steps - 1.0));
    scale_ = steps / span;
    first_ = kernels::round_of(r.min * scale_);
  }
  int64_t unclamped(double x) const {
    const double q = level(x);
    if (!(q > -9.2e18)) return INT64_MIN;
    return q >= 9.2e18 ? INT64_MAX : static_cast<int64_t>(q);
  }
  T operator()(double x) const {
    double q = level(x);
    q = q > kLowest<T> ? q : kLowest<T>;
    return static_cast<T>(q < kHighest<T> ? q : kHighest<T>);
  }

 private:
  double level(double x) const {
    const double q = kernels::round_of(x * scale_) - first_ + kLowest<T>;
    return flat_ ? 0 : q;  // chosen behind it, so that loops have no branch
  }
  bool flat_;
  double scale_, first_;
};

template <typename T>
int64_t float_to_quantized_unclamped(double x, Range r) {
  return ToLevels<T>(r).unclamped(x);
}

template <typename T>
T float_to_quantized(double x, Range r) {
  return ToLevels<T>(r)(x);
}

// And back.
template <typename T>
class FromLevels {
 public:
  explicit FromLevels(Range r) : flat_(r.min == r.max), low_(r.min) {
    const double steps = kHighest<T> - kLowest<T> + 1.0;
    const double span = (static_cast<double>(r.max) - r.min) * (steps / (steps - 1.0));
    scale_ = span / steps;
    const auto narrow = static_cast<float>(scale_);
    if (!flat_) low_ = std::round(r.min / narrow) * static_cast<double>(narrow);
  }
  float operator()(T q) const {
    const double above = (static_cast<double>(q) - kLowest<T>)*scale_;
    return static_cast<float>(low_ + (flat_ ? 0 : above));
  }

 private:
  bool flat_;
  double scale_, low_;
};

template <typename T>
float quantized_to_float(T q, Range r) {
  return FromLevels<T>(r)(q);
}

// From one level of a range to the next.
template <typename T>
float level_step(Range r) {
  return static_cast<float>((r.max - r.min) / (kHighest<T> - kLowest<T>));
}

// The range of products of values whose levels are so far apart, held in T.
template <typename T>
Range product_range(float a_step, float b_step) {
  const float one = a_step * b_step;
  return {static_cast<float>(kLowest<T> * one), static_cast<float>(kHighest<T> * one)};
}

// A range wide enough for sums, `times` the larger of the two, and symmetric, so that zero is a
// level of its own.
inline Range sum_range(Range a, Range b, int times) {
  const float most = std::max({a.max, -a.min, b.max, -b.min}) * static_cast<float>(times);
  return {-most, most};
}

// From one range to another, one element after the other.
template <typename In, typename Out>
void requantize(const In* in, Range from, Range to, Out* out, int64_t n) {
  const FromLevels<In> number(from);
  const ToLevels<Out> level(to);
  for (int64_t i = 0; i < n; ++i) out[i] = level(number(in[i]));
}

}  // namespace rill
