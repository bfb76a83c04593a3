// Functions along axes: sums and their relatives, sorting, cumulative ones. The dtypes are
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
  if (!c.tensorflow) return {op::mean(x, axes_in(c, x), keeps(c))};
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

Value variance_of(const OperationCall& c, const Value& x, const std::vector<int>& axes, bool keep) {
  const bool half = x.dtype() == DType::float16 || x.dtype() == DType::bfloat16;
  const Value wide = half && !c.tensorflow ? op::cast(x, DType::float32) : x;
  const Value centred = op::sub(wide, op::reduce("Mean", wide, axes, true));
  if (is_complex(x.dtype())) {
    const DType real = x.dtype() == DType::complex128 ? DType::float64 : DType::float32;
    const Value size = emit("ComplexAbs", {centred}, {{"Tout", real}});
    return op::reduce("Mean", op::unary("Square", size), axes, keep);
  }
  return op::cast(op::reduce("Mean", op::unary("Square", centred), axes, keep), x.dtype());
}
Values variance(const OperationCall& c) {
  const Value x = op::to_floating(reduction_operand(c));
  return {variance_of(c, x, axes_in(c, x), keeps(c))};
}
Values deviation(const OperationCall& c) { return {op::unary("Sqrt", variance(c)[0])}; }
Values moments(const OperationCall& c) {
  const Value x = reduction_operand(c);
  const std::vector<int> axes = axes_in(c, x);
  const bool keep = c.flag(4, {"keepdims", "keep_dims"}, false);
  const Value mean = c.tensorflow ? op::reduce("Mean", x, axes, keep) : op::mean(x, axes, keep);
  return {mean, variance_of(c, x, axes, keep)};
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
Value sorted_operand(const OperationCall& c) {
  const Value x = c.required(0, {"x", "values"});
  const bool flat = !c.tensorflow && c.config.contains("axis") && !c.constant(1, {"axis"});
  return flat ? op::reshape(x, {-1}) : x;
}
Values sort(const OperationCall& c) {
  const Value x = sorted_operand(c);
  return {sorted(x, c.axis(1, {"axis"}, -1, x.rank()), descends(c)).values};
}
Values argsort(const OperationCall& c) {
  const Value x = sorted_operand(c);
  return {sorted(x, c.axis(1, {"axis"}, -1, x.rank()), descends(c)).indices};
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
    {"min", extreme<"Min">},
    {"moments", moments},
    {"moments_v2", moments},
    {"prod", added<"Prod">},
    {"ptp", spread},
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
