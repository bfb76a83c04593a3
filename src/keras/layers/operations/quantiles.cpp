// Medians, quantiles and percentiles, with and without what is not a number, and the other
// functions along axes that pass over NaN (keras/src/backend/tensorflow/numpy.py).
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/sorting.h"

namespace rill::keras {
namespace {

using op::binary;
using op::constant_like;
using op::unary;

Value quantile_operand(const OperationCall& c) { return c.required(0, {"x", "a"}); }

// The values along the axes as rows, and the shape that a number a row has.
struct RowsOfAxis {
  Value x;
  std::vector<op::Dim> shape;
};
RowsOfAxis rows_along(const OperationCall& c, const Value& x) {
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
  const std::vector<op::Dim> shape = c.flag(9, {"keepdims"}, false) ? kept : rest;
  rest.emplace_back(-1);
  return {op::reshape(op::transpose(x, order), rest), shape};
}

// The share q of the values along the axes lies below: interpolated between two neighbours.
Value quantile_of(const OperationCall& c, double q, const std::string& method, bool skip_nan) {
  const RowsOfAxis rows = rows_along(c, op::to_floating(quantile_operand(c)));
  const Value nan = unary("IsNan", rows.x);
  const int last = rows.x.rank() - 1;
  const Value most = constant_like(INFINITY, rows.x);
  const Value x = sorted(op::select(nan, most, rows.x), last, false).values;
  const auto counted = [&](const Value& flags) {
    return op::reduce("Sum", op::cast(flags, DType::float64), {last}, true);
  };
  const Value none = counted(unary("LogicalNot", nan));
  const Value n = skip_nan ? none : counted(unary("OnesLike", op::cast(nan, DType::int32)));
  const Value one = constant_like(1, n);
  const Value at =
      op::mul(binary("Maximum", op::sub(n, one), constant_like(0, n)), constant_like(q, n));
  const Value low = unary("Floor", at), high = unary("Ceil", at);
  const auto take = [&](const Value& place) {
    return emit("GatherV2",
                {x, op::cast(place, DType::int32), Tensor::scalar(static_cast<int32_t>(last))},
                {{"batch_dims", last}});
  };
  Value y;
  if (method == "lower") {
    y = take(low);
  } else if (method == "higher") {
    y = take(high);
  } else if (method == "nearest") {
    y = take(unary("Round", at));
  } else {
    const Value share = method == "midpoint" ? constant_like(0.5, at) : op::sub(at, low);
    const Value weight = op::cast(share, x.dtype());
    y = op::add(op::mul(take(low), op::sub(constant_like(1, weight), weight)),
                op::mul(take(high), weight));
  }
  const Value unknown = skip_nan ? binary("Equal", none, constant_like(0, none))
                                 : op::reduce("Any", nan, {last}, true);
  y = op::select(unknown, constant_like(std::numeric_limits<double>::quiet_NaN(), y), y);
  return op::reshape(y, rows.shape);
}
template <bool kSkipNan>
Values median(const OperationCall& c) {
  return {quantile_of(c, 0.5, "linear", kSkipNan)};
}
Values quantiles(const OperationCall& c, double whole, const std::string& method, bool skip_nan) {
  const Json* q = c.constant(1, {"q"});
  if (!q) fail(Code::unimplemented, c.layer, ": a quantile that is a tensor");
  if (q->is_number()) return {quantile_of(c, q->as_double() / whole, method, skip_nan)};
  Values all;
  for (const Json& item : q->as_array()) {
    all.push_back(quantile_of(c, item.as_double() / whole, method, skip_nan));
  }
  return {op::stack(all, 0)};
}
// The layer Quantile of Keras knows a method, and does not use it.
Values quantile(const OperationCall& c) { return quantiles(c, 1, "linear", false); }
template <int kWhole, bool kSkipNan>
Values quantile_by_method(const OperationCall& c) {
  return quantiles(c, kWhole, c.word(9, {"method"}, "linear"), kSkipNan);
}

// What is not a number counts as `kInstead`, or not at all.
enum class Instead : uint8_t { zero, one, least, most };
Value without_nan_in(const Value& x, Instead instead) {
  if (!is_floating(x.dtype())) return x;
  const double value = instead == Instead::zero    ? 0
                       : instead == Instead::one   ? 1
                       : instead == Instead::least ? -INFINITY
                                                   : INFINITY;
  return op::select(unary("IsNan", x), constant_like(value, x), x);
}
bool keeps_dims(const OperationCall& c) { return c.flag(2, {"keepdims"}, false); }
std::vector<int> axes_over(const OperationCall& c, const Value& x) {
  return c.axes(1, {"axis"}, x.rank());
}
template <Text kOp, Instead kInstead>
Values ignoring_nan(const OperationCall& c) {
  const Value x = quantile_operand(c);
  return {op::reduce(kOp.value, without_nan_in(x, kInstead), axes_over(c, x), keeps_dims(c))};
}
// How many are numbers, as x is.
Value numbers_in(const OperationCall& c, const Value& x) {
  const Value there = op::cast(unary("LogicalNot", unary("IsNan", x)), x.dtype());
  return op::reduce("Sum", there, axes_over(c, x), keeps_dims(c));
}
Values nanmean(const OperationCall& c) {
  const Value x = op::to_floating(quantile_operand(c));
  const Value sum =
      op::reduce("Sum", without_nan_in(x, Instead::zero), axes_over(c, x), keeps_dims(c));
  return {op::div(sum, numbers_in(c, x))};
}
Values nanvar(const OperationCall& c) {
  const Value x = op::to_floating(quantile_operand(c));
  const std::vector<int> axes = axes_over(c, x);
  const Value there = op::cast(unary("LogicalNot", unary("IsNan", x)), x.dtype());
  const Value sum = op::reduce("Sum", without_nan_in(x, Instead::zero), axes, true);
  const Value mean = op::div(sum, op::reduce("Sum", there, axes, true));
  const Value square = unary("Square", without_nan_in(op::sub(x, mean), Instead::zero));
  return {op::div(op::reduce("Sum", square, axes, keeps_dims(c)), numbers_in(c, x))};
}
Values nanstd(const OperationCall& c) { return {unary("Sqrt", nanvar(c)[0])}; }

// The function of another name on what is left of the operand.
Values on_numbers(const OperationCall& c, const char* function, const Value& x) {
  Values inputs = c.inputs;
  inputs.at(0) = x;
  return find_operation(function)(OperationCall{inputs, c.spec, c.config, c.layer, c.tensorflow});
}
template <Text kFunction, Instead kInstead>
Values cumulated(const OperationCall& c) {
  return on_numbers(c, kFunction.value, without_nan_in(quantile_operand(c), kInstead));
}
// -1 where there is no number.
template <Text kFunction, Instead kInstead>
Values place_of(const OperationCall& c) {
  const Value x = quantile_operand(c);
  const Value y = on_numbers(c, kFunction.value, without_nan_in(x, kInstead))[0];
  if (!is_floating(x.dtype())) return {y};
  const Value none = op::reduce("All", unary("IsNan", x), axes_over(c, x), keeps_dims(c));
  return {op::select(none, constant_like(-1, y), y)};
}

constexpr Operation kQuantileOperations[] = {
    {"median", median<false>},
    {"nanargmax", place_of<"argmax", Instead::least>},
    {"nanargmin", place_of<"argmin", Instead::most>},
    {"nancumprod", cumulated<"cumprod", Instead::one>},
    {"nancumsum", cumulated<"cumsum", Instead::zero>},
    {"nanmax", ignoring_nan<"Max", Instead::least>},
    {"nanmean", nanmean},
    {"nanmedian", median<true>},
    {"nanmin", ignoring_nan<"Min", Instead::most>},
    {"nanpercentile", quantile_by_method<100, true>},
    {"nanprod", ignoring_nan<"Prod", Instead::one>},
    {"nanquantile", quantile_by_method<1, true>},
    {"nanstd", nanstd},
    {"nansum", ignoring_nan<"Sum", Instead::zero>},
    {"nanvar", nanvar},
    {"percentile", quantile_by_method<100, false>},
    {"quantile", quantile},
};

}  // namespace

std::span<const Operation> quantile_operations() { return kQuantileOperations; }

}  // namespace rill::keras
