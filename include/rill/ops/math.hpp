// Mathematical operations, named as in TensorFlow's Python. With symbolic inputs each adds a node
// (called `name` when one is given) to the graph, else it runs at once. All throw INVALID_ARGUMENT
// for dtypes or shapes that do not go together.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Which dimensions to reduce: all of them unless some are named. Negative ones count from the end;
// an empty vector names none.
struct Axes {
  Axes() = default;
  Axes(std::initializer_list<int64_t> axes) : all(false), list(axes) {}   // NOLINT
  Axes(std::vector<int64_t> axes) : all(false), list(std::move(axes)) {}  // NOLINT
  Axes(int64_t axis) : all(false), list{axis} {}                          // NOLINT
  bool all = true;
  std::vector<int64_t> list;
};

// Functions of each element, of the shape and dtype of x. The numeric dtypes that each takes are
// those of the TensorFlow op of that name (`rill ops`): abs, negative, sign and square take
// integers, too, and the others floating and complex numbers.
//
// Of complex numbers: their magnitudes, real.
RILL_API Value abs(const Value& x, std::string_view name = {});
RILL_API Value negative(const Value& x, std::string_view name = {});
RILL_API Value sign(const Value& x, std::string_view name = {});
// Halves to even; integers as they are.
RILL_API Value round(const Value& x, std::string_view name = {});
RILL_API Value rint(const Value& x, std::string_view name = {});
RILL_API Value reciprocal(const Value& x, std::string_view name = {});
RILL_API Value square(const Value& x, std::string_view name = {});
RILL_API Value sqrt(const Value& x, std::string_view name = {});
RILL_API Value rsqrt(const Value& x, std::string_view name = {});
RILL_API Value exp(const Value& x, std::string_view name = {});
RILL_API Value expm1(const Value& x, std::string_view name = {});
RILL_API Value log(const Value& x, std::string_view name = {});
RILL_API Value log1p(const Value& x, std::string_view name = {});
RILL_API Value sin(const Value& x, std::string_view name = {});
RILL_API Value cos(const Value& x, std::string_view name = {});
RILL_API Value tan(const Value& x, std::string_view name = {});
RILL_API Value asin(const Value& x, std::string_view name = {});
RILL_API Value acos(const Value& x, std::string_view name = {});
RILL_API Value atan(const Value& x, std::string_view name = {});
RILL_API Value sinh(const Value& x, std::string_view name = {});
RILL_API Value cosh(const Value& x, std::string_view name = {});
RILL_API Value tanh(const Value& x, std::string_view name = {});
RILL_API Value asinh(const Value& x, std::string_view name = {});
RILL_API Value acosh(const Value& x, std::string_view name = {});
RILL_API Value atanh(const Value& x, std::string_view name = {});
RILL_API Value sigmoid(const Value& x, std::string_view name = {});
RILL_API Value ceil(const Value& x, std::string_view name = {});
RILL_API Value floor(const Value& x, std::string_view name = {});
RILL_API Value erf(const Value& x, std::string_view name = {});
RILL_API Value erfc(const Value& x, std::string_view name = {});
RILL_API Value erfinv(const Value& x, std::string_view name = {});
// The quantile function of the normal distribution.
RILL_API Value ndtri(const Value& x, std::string_view name = {});
RILL_API Value lgamma(const Value& x, std::string_view name = {});
RILL_API Value digamma(const Value& x, std::string_view name = {});
// Of floating numbers; give bool.
RILL_API Value is_nan(const Value& x, std::string_view name = {});
RILL_API Value is_inf(const Value& x, std::string_view name = {});
RILL_API Value is_finite(const Value& x, std::string_view name = {});
// Of bool.
RILL_API Value logical_not(const Value& x, std::string_view name = {});
// Of integers: each bit the other way.
RILL_API Value invert(const Value& x, std::string_view name = {});

// Arithmetic. Shapes broadcast as NumPy's do; both operands have one dtype, a number of C++ takes
// that of the tensor beside it. Throws INVALID_ARGUMENT when they do not go together.
RILL_API Value add(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value subtract(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value multiply(const Value& x, const Value& y, std::string_view name = {});
// Integers give floating numbers, as Python's / does.
RILL_API Value divide(const Value& x, const Value& y, std::string_view name = {});
// Rounded towards zero. Integers divided by zero throw INVALID_ARGUMENT, here and below.
RILL_API Value truncatediv(const Value& x, const Value& y, std::string_view name = {});
// Rounded down; the remainder has the sign of y.
RILL_API Value floordiv(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value floormod(const Value& x, const Value& y, std::string_view name = {});
// The remainder has the sign of x.
RILL_API Value truncatemod(const Value& x, const Value& y, std::string_view name = {});
// 0 where y is 0, whatever x is.
RILL_API Value divide_no_nan(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value multiply_no_nan(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value pow(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value maximum(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value minimum(const Value& x, const Value& y, std::string_view name = {});
// (x - y)^2; of complex numbers (x - y) conj(x - y).
RILL_API Value squared_difference(const Value& x, const Value& y, std::string_view name = {});
// x / y, x log(y), x log(1 + y): 0 where x is 0.
RILL_API Value xdivy(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value xlogy(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value xlog1py(const Value& x, const Value& y, std::string_view name = {});
// The angle of the point (y, x), in radians: here x is the ordinate.
RILL_API Value atan2(const Value& x, const Value& y, std::string_view name = {});
// The next number after x towards y: float32 and float64.
RILL_API Value nextafter(const Value& x, const Value& y, std::string_view name = {});

// Integers bit by bit (a shift takes its distance modulo the width); logical_* take bool.
RILL_API Value bitwise_and(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value bitwise_or(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value bitwise_xor(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value left_shift(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value right_shift(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value logical_and(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value logical_or(const Value& x, const Value& y, std::string_view name = {});

// Comparisons give bool.
RILL_API Value equal(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value not_equal(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value less(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value less_equal(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value greater(const Value& x, const Value& y, std::string_view name = {});
RILL_API Value greater_equal(const Value& x, const Value& y, std::string_view name = {});

// Other dtypes.
RILL_API Value cast(const Value& x, DType dtype, std::string_view name = {});
// The same bytes as another dtype; the last dimension is split or joined where sizes differ.
RILL_API Value bitcast(const Value& x, DType dtype, std::string_view name = {});
// float32 parts make complex64, float64 parts complex128.
RILL_API Value complex(const Value& real, const Value& imag, std::string_view name = {});
RILL_API Value real(const Value& x, std::string_view name = {});
RILL_API Value imag(const Value& x, std::string_view name = {});
// In radians, from -pi to pi.
RILL_API Value angle(const Value& x, std::string_view name = {});
RILL_API Value conj(const Value& x, std::string_view name = {});

// The sum of tensors of one shape and dtype.
RILL_API Value add_n(const Values& inputs, std::string_view name = {});
// min(max(x, minimum), maximum); the limits broadcast to x.
RILL_API Value clip_by_value(const Value& x, const Value& minimum, const Value& maximum,
                             std::string_view name = {});
// Scaled so that its norm (over `axes`) is at most clip_norm.
RILL_API Value clip_by_norm(const Value& x, const Value& clip_norm, const Axes& axes = {});
// sqrt of the sum of squares of all elements of all tensors. Throws INVALID_ARGUMENT for none.
RILL_API Value global_norm(const Values& tensors);
struct ClippedByGlobalNorm {
  Values tensors;
  Value norm;  // before clipping
};
// All scaled by one factor so that their global norm is at most clip_norm.
RILL_API ClippedByGlobalNorm clip_by_global_norm(const Values& tensors, const Value& clip_norm);
// condition ? x : y, the three broadcast together: tf.where with three arguments.
RILL_API Value where(const Value& condition, const Value& x, const Value& y,
                     std::string_view name = {});

// start, start + delta, ... up to but without limit: [ceil((limit - start) / delta)], of the dtype
// of its arguments. Throws INVALID_ARGUMENT for a delta of 0 or of the wrong sign.
RILL_API Value range(const Value& start, const Value& limit, const Value& delta = Value(1),
                     std::string_view name = {});
// num values from start to stop, both included: [num], floating.
RILL_API Value linspace(const Value& start, const Value& stop, const Value& num,
                        std::string_view name = {});
// Running sums and products along an axis. exclusive: without the element itself; reverse: from the
// end.
RILL_API Value cumsum(const Value& x, int64_t axis = 0, bool exclusive = false,
                      bool reverse = false, std::string_view name = {});
RILL_API Value cumprod(const Value& x, int64_t axis = 0, bool exclusive = false,
                       bool reverse = false, std::string_view name = {});

// Reductions over axes, which are dropped, or kept as 1 by keep_dims. No axes: all of them;
// negative ones count from the end. An empty sum is 0, an empty product 1, an empty maximum the
// lowest number, an empty mean NaN. reduce_all and reduce_any take bool. Throw INVALID_ARGUMENT for
// an axis that x has not, or twice.
RILL_API Value reduce_sum(const Value& x, const Axes& axes = {}, bool keep_dims = false,
                          std::string_view name = {});
RILL_API Value reduce_mean(const Value& x, const Axes& axes = {}, bool keep_dims = false,
                           std::string_view name = {});
RILL_API Value reduce_prod(const Value& x, const Axes& axes = {}, bool keep_dims = false,
                           std::string_view name = {});
RILL_API Value reduce_max(const Value& x, const Axes& axes = {}, bool keep_dims = false,
                          std::string_view name = {});
RILL_API Value reduce_min(const Value& x, const Axes& axes = {}, bool keep_dims = false,
                          std::string_view name = {});
RILL_API Value reduce_all(const Value& x, const Axes& axes = {}, bool keep_dims = false,
                          std::string_view name = {});
RILL_API Value reduce_any(const Value& x, const Axes& axes = {}, bool keep_dims = false,
                          std::string_view name = {});
// log(sum(exp(x))) without overflow.
RILL_API Value reduce_logsumexp(const Value& x, const Axes& axes = {}, bool keep_dims = false);
// Of the population (divided by n); of complex numbers real.
RILL_API Value reduce_variance(const Value& x, const Axes& axes = {}, bool keep_dims = false);
RILL_API Value reduce_std(const Value& x, const Axes& axes = {}, bool keep_dims = false);
RILL_API Value count_nonzero(const Value& x, const Axes& axes = {}, bool keep_dims = false,
                             DType dtype = DType::int64);
RILL_API Value reduce_euclidean_norm(const Value& x, const Axes& axes = {}, bool keep_dims = false,
                                     std::string_view name = {});
// The first index of the greatest (least) element along an axis, which is dropped: int32 or int64.
RILL_API Value argmax(const Value& x, int64_t axis = 0, DType output_type = DType::int64,
                      std::string_view name = {});
RILL_API Value argmin(const Value& x, int64_t axis = 0, DType output_type = DType::int64,
                      std::string_view name = {});
// Rows of `data` whose segment id is i make row i of the result: [last id + 1, ...], 0 where an id
// is missing. segment_ids: [rows], int32 or int64, ascending from 0. Throws INVALID_ARGUMENT when
// they are not.
RILL_API Value segment_sum(const Value& data, const Value& segment_ids, std::string_view name = {});
RILL_API Value segment_mean(const Value& data, const Value& segment_ids,
                            std::string_view name = {});
RILL_API Value segment_prod(const Value& data, const Value& segment_ids,
                            std::string_view name = {});
RILL_API Value segment_max(const Value& data, const Value& segment_ids, std::string_view name = {});
RILL_API Value segment_min(const Value& data, const Value& segment_ids, std::string_view name = {});
// The same for ids in any order: [num_segments, ...]. segment_ids may have the leading dimensions
// of data; negative ids are left out. A segment without rows: 0, 1, the lowest, the highest number.
RILL_API Value unsorted_segment_sum(const Value& data, const Value& segment_ids,
                                    const Value& num_segments, std::string_view name = {});
RILL_API Value unsorted_segment_prod(const Value& data, const Value& segment_ids,
                                     const Value& num_segments, std::string_view name = {});
RILL_API Value unsorted_segment_max(const Value& data, const Value& segment_ids,
                                    const Value& num_segments, std::string_view name = {});
RILL_API Value unsorted_segment_min(const Value& data, const Value& segment_ids,
                                    const Value& num_segments, std::string_view name = {});

}  // namespace rill::ops
