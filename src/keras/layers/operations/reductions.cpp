// Functions along axes: sums and their relatives, order statistics, cumulative ones. The dtypes are
// those of keras/src/backend/tensorflow/numpy.py.
#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/sorting.h"

namespace rill::keras {
namespace {

using op::constant_like;

Value reduction_operand(const OperationCall& c) {
  return c.required(0, {"x", "input_tensor", "tensor", "input", "a", "value"});
}
std::vector<int> axes_in(const OperationCall& c, const Value& x) {
  return c.axes(1, {"axis", "axes"}, x.rank());
}
bool keeps(const OperationCall& c) { return c.flag(2, {"keepdims", "keep_dims"}, false); }

// Keras adds up small integers and booleans in 32 bits, TensorFlow in what they are.
Value wide_enough(const OperationCall& c, const Value& x) {
  if (x.dtype() == DType::bool_) return op::cast(x, DType::int32);
  if (c.tensorflow || !is_integer(x.dtype()) || dtype_size(x.dtype()) > 2) return x;
  return op::cast(x, is_signed_integer(x.dtype()) ? DType::int32 : DType::uint32);
}
Value fractional(const OperationCall& c, const Value& x) {
  return c.tensorflow && is_integer(x.dtype()) ? x : op::to_floating(x);
}
Value boolean(const Value& x) { return op::cast(x.without_weakness(), DType::bool_); }

template <Text kOp>
Values added(const OperationCall& c) {
  const Value x = wide_enough(c, reduction_operand(c));
  return {op::reduce(kOp.value, x, axes_in(c, x), keeps(c))};
}
template <Text kOp>
Values extreme(const OperationCall& c) {
  const Value x = reduction_operand(c);
  if (x.dtype() != DType::bool_) return {op::reduce(kOp.value, x, axes_in(c, x), keeps(c))};
  return {op::reduce(kOp.value[1] == 'a' ? "Any" : "All", x, axes_in(c, x), keeps(c))};
}
template <Text kOp>
Values logical(const OperationCall& c) {
  const Value x = boolean(reduction_operand(c));
  return {op::reduce(kOp.value, x, axes_in(c, x), keeps(c))};
}
Values mean(const OperationCall& c) {
  const Value x = fractional(c, reduction_operand(c));
  return {op::reduce("Mean", x, axes_in(c, x), keeps(c))};
}
Values average(const OperationCall& c) {
  const Value x = op::to_floating(reduction_operand(c));
  const std::vector<int> axes = axes_in(c, x);
  Value weights = c.value(1, {"weights"});
  if (!weights) return {op::reduce("Mean", x, axes)};
  weights = op::cast(weights.without_weakness(), x.dtype());
  if (weights.rank() != x.rank()) {
    if (axes.size() != 1) fail(Code::unimplemented, c.layer, ": weights of another rank");
    std::vector<op::Dim> dims(static_cast<size_t>(x.rank()), op::Dim(1));
    dims[static_cast<size_t>(axes[0])] = -1;
    weights = op::reshape(weights, dims);
  }
  return {op::div(op::reduce("Sum", op::mul(x, weights), axes), op::reduce("Sum", weights, axes))};
}

Value variance_of(const Value& x, const std::vector<int>& axes, bool keep) {
  const Value centred = op::sub(x, op::reduce("Mean", x, axes, true));
  return op::reduce("Mean", op::unary("Square", centred), axes, keep);
}
Values variance(const OperationCall& c) {
  const Value x = op::to_floating(reduction_operand(c));
  return {variance_of(x, axes_in(c, x), keeps(c))};
}
Values deviation(const OperationCall& c) { return {op::unary("Sqrt", variance(c)[0])}; }
Values moments(const OperationCall& c) {
  const Value x = op::to_floating(reduction_operand(c));
  const std::vector<int> axes = axes_in(c, x);
  const bool keep = c.flag(4, {"keepdims", "keep_dims"}, false);
  return {op::reduce("Mean", x, axes, keep), variance_of(x, axes, keep)};
}
Values euclidean_norm(const OperationCall& c) {
  const Value x = reduction_operand(c);
  return {op::reduce("EuclideanNorm", x, axes_in(c, x), keeps(c))};
}
Values logsumexp(const OperationCall& c) {
  const Value x = op::to_floating(reduction_operand(c));
  const std::vector<int> axes = axes_in(c, x);
  Value most = op::reduce("Max", x, axes, true);
  most = op::select(op::unary("IsFinite", most), most, constant_like(0, most));
  const Value sum = op::reduce("Sum", op::unary("Exp", op::sub(x, most)), axes, keeps(c));
  if (!keeps(c)) most = op::reduce("Sum", most, axes);  // one element along each
  return {op::add(op::unary("Log", sum), most)};
}
Values spread(const OperationCall& c) {
  const Value x = reduction_operand(c);
  const std::vector<int> axes = axes_in(c, x);
  return {op::sub(op::reduce("Max", x, axes, keeps(c)), op::reduce("Min", x, axes, keeps(c)))};
}
Values count_nonzero(const OperationCall& c) {
  const Value x = boolean(reduction_operand(c));
  const DType dtype = c.dtype(3, {"dtype"}, c.tensorflow ? DType::int64 : DType::int32);
  return {op::reduce("Sum", op::cast(x, dtype), axes_in(c, x), keeps(c))};
}
Values zero_fraction(const OperationCall& c) {
  const Value zero =
      op::binary("Equal", reduction_operand(c), constant_like(0, reduction_operand(c)));
  const Value share = op::cast(zero, DType::float32);
  return {op::reduce("Mean", share, axes_in(c, share))};
}

// What is not a number counts as `kInstead`, or not at all.
enum class Instead : uint8_t { zero, one, least, most };
template <Text kOp, Instead kInstead>
Values ignoring_nan(const OperationCall& c) {
  const Value x = reduction_operand(c);
  const std::vector<int> axes = axes_in(c, x);
  if (!is_floating(x.dtype())) return {op::reduce(kOp.value, x, axes, keeps(c))};
  constexpr double kValue = kInstead == Instead::zero    ? 0
                            : kInstead == Instead::one   ? 1
                            : kInstead == Instead::least ? -INFINITY
                                                         : INFINITY;
  const Value filled = op::select(op::unary("IsNan", x), constant_like(kValue, x), x);
  return {op::reduce(kOp.value, filled, axes, keeps(c))};
}
Values nanmean(const OperationCall& c) {
  const Value x = op::to_floating(reduction_operand(c));
  const Value there = op::cast(op::unary("LogicalNot", op::unary("IsNan", x)), x.dtype());
  const Value count = op::reduce("Sum", there, axes_in(c, x), keeps(c));
  return {op::div(ignoring_nan<"Sum", Instead::zero>(c)[0], count)};
}

template <Text kOp>
Values position(const OperationCall& c) {
  Value x = reduction_operand(c);
  const int rank = x.rank();
  const bool keep = c.flag(2, {"keepdims"}, false);
  const bool flat = !c.tensorflow && !c.constant(1, {"axis"});
  const DType dtype = c.tensorflow ? c.dtype(2, {"output_type"}, DType::int64) : DType::int32;
  if (x.dtype() == DType::bool_) x = op::cast(x, DType::int32);
  if (flat) x = op::reshape(x, {-1});
  const int axis = flat ? 0 : c.axis(1, {"axis", "dimension"}, 0, rank);
  Value y =
      emit(kOp.value, {x, Tensor::scalar(static_cast<int32_t>(axis))}, {{"output_type", dtype}});
  if (!keep) return {y};
  if (!flat) return {op::expand_dims(y, axis)};
  return {op::reshape(y, std::vector<op::Dim>(static_cast<size_t>(rank), op::Dim(1)))};
}

template <Text kOp>
Values cumulative(const OperationCall& c) {
  Value x = reduction_operand(c);
  if (x.dtype() == DType::bool_) x = op::cast(x, DType::int32);
  x = op::cast(x, c.dtype(9, {"dtype"}, x.dtype()));
  int axis = 0;
  if (c.tensorflow || c.constant(1, {"axis"})) {
    axis = c.axis(1, {"axis"}, 0, x.rank());
  } else {
    x = op::reshape(x, {-1});
  }
  return {emit(kOp.value, {x, Tensor::scalar(static_cast<int32_t>(axis))},
               {{"exclusive", c.flag(2, {"exclusive"}, false)},
                {"reverse", c.flag(3, {"reverse"}, false)}})};
}
Values diff(const OperationCall& c) {
  Value x = reduction_operand(c);
  const int axis = c.axis(2, {"axis"}, -1, x.rank());
  for (int64_t n = c.integer(1, {"n"}, 1); n > 0; --n) {
    std::vector<op::Range> later(static_cast<size_t>(x.rank())), earlier = later;
    later[static_cast<size_t>(axis)].begin = 1;
    earlier[static_cast<size_t>(axis)].end = -1;
    const Value a = op::slice(x, later), b = op::slice(x, earlier);
    x = x.dtype() == DType::bool_ ? op::binary("NotEqual", a, b) : op::sub(a, b);
  }
  return {x};
}

bool descends(const OperationCall& c) {
  return c.word(2, {"direction"}, "ASCENDING") == std::string("DESCENDING");
}
Values sort(const OperationCall& c) {
  const Value x = c.required(0, {"x", "values"});
  return {sorted(x, c.axis(1, {"axis"}, -1, x.rank()), descends(c)).values};
}
Values argsort(const OperationCall& c) {
  Value x = c.required(0, {"x", "values"});
  if (!c.tensorflow && c.config.contains("axis") && !c.constant(1, {"axis"})) {
    x = op::reshape(x, {-1});
  }
  return {sorted(x, c.axis(1, {"axis"}, -1, x.rank()), descends(c)).indices};
}

// The share q of the values along the axes lies below: interpolated between two neighbours.
Value quantile_of(const OperationCall& c, double q, const std::string& method) {
  Value x = op::to_floating(reduction_operand(c));
  const int rank = x.rank();
  const std::vector<int> axes = c.axes(9, {"axis"}, rank);
  std::vector<int> order;
  std::vector<op::Dim> rest, kept;
  for (int i = 0; i < rank; ++i) {
    const bool gone = std::find(axes.begin(), axes.end(), i) != axes.end();
    kept.push_back(gone ? op::Dim(1) : op::dim(x, i));
    if (gone) continue;
    order.push_back(i);
    rest.push_back(op::dim(x, i));
  }
  order.insert(order.end(), axes.begin(), axes.end());
  const bool keep = c.flag(9, {"keepdims"}, false);
  const std::vector<op::Dim> out = keep ? kept : rest;
  rest.emplace_back(-1);
  x = sorted(op::reshape(op::transpose(x, order), rest), static_cast<int>(rest.size()) - 1, false)
          .values;
  const int last = x.rank() - 1;
  const op::Dim count = op::dim(x, last);
  const Value n = count.size >= 0 ? Value(Tensor::scalar(static_cast<double>(count.size)))
                                  : op::cast(count.value, DType::float64);
  const Value at = op::mul(op::sub(n, Tensor::scalar(1.0)), Tensor::scalar(q));
  const Value low = op::unary("Floor", at), high = op::unary("Ceil", at);
  const auto take = [&](const Value& place) {
    return op::gather(x, op::cast(place, DType::int32), last);
  };
  Value y;
  if (method == "lower") {
    y = take(low);
  } else if (method == "higher") {
    y = take(high);
  } else if (method == "nearest") {
    y = take(op::unary("Round", at));
  } else {
    const Value share = method == "midpoint" ? Value(Tensor::scalar(0.5)) : op::sub(at, low);
    const Value weight = op::cast(share, x.dtype());
    y = op::add(op::mul(take(low), op::sub(constant_like(1, weight), weight)),
                op::mul(take(high), weight));
  }
  return op::reshape(y, out);
}
Values median(const OperationCall& c) { return {quantile_of(c, 0.5, "linear")}; }
template <int kWhole>
Values quantile(const OperationCall& c) {
  const Json* q = c.constant(1, {"q"});
  if (!q) fail(Code::unimplemented, c.layer, ": a quantile that is a tensor");
  const std::string method = c.word(9, {"method"}, "linear");
  if (q->is_number()) return {quantile_of(c, q->as_double() / kWhole, method)};
  Values all;
  for (const Json& item : q->as_array()) {
    all.push_back(quantile_of(c, item.as_double() / kWhole, method));
  }
  return {op::stack(all, 0)};
}

constexpr Operation kReductionOperations[] = {
    {"all", logical<"All">},
    {"amax", extreme<"Max">},
    {"amin", extreme<"Min">},
    {"any", logical<"Any">},
    {"arg_max", position<"ArgMax">},
    {"arg_min", position<"ArgMin">},
    {"argmax", position<"ArgMax">},
    {"argmax_v2", position<"ArgMax">},
    {"argmin", position<"ArgMin">},
    {"argmin_v2", position<"ArgMin">},
    {"argsort", argsort},
    {"average", average},
    {"count_nonzero", count_nonzero},
    {"count_nonzero_v2", count_nonzero},
    {"cumprod", cumulative<"Cumprod">},
    {"cumsum", cumulative<"Cumsum">},
    {"diff", diff},
    {"logsumexp", logsumexp},
    {"max", extreme<"Max">},
    {"mean", mean},
    {"median", median},
    {"min", extreme<"Min">},
    {"moments", moments},
    {"moments_v2", moments},
    {"nanmax", ignoring_nan<"Max", Instead::least>},
    {"nanmean", nanmean},
    {"nanmin", ignoring_nan<"Min", Instead::most>},
    {"nanprod", ignoring_nan<"Prod", Instead::one>},
    {"nansum", ignoring_nan<"Sum", Instead::zero>},
    {"percentile", quantile<100>},
    {"prod", added<"Prod">},
    {"ptp", spread},
    {"quantile", quantile<1>},
    {"reduce_all", logical<"All">},
    {"reduce_any", logical<"Any">},
    {"reduce_euclidean_norm", euclidean_norm},
    {"reduce_logsumexp", logsumexp},
    {"reduce_max", extreme<"Max">},
    {"reduce_mean", mean},
    {"reduce_min", extreme<"Min">},
    {"reduce_prod", added<"Prod">},
    {"reduce_std", deviation},
    {"reduce_sum", added<"Sum">},
    {"reduce_variance", variance},
    {"sort", sort},
    {"std", deviation},
    {"sum", added<"Sum">},
    {"var", variance},
    {"zero_fraction", zero_fraction},
};

}  // namespace

std::span<const Operation> reduction_operations() { return kReductionOperations; }

}  // namespace rill::keras
