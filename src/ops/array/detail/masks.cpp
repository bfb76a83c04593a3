// Functions of masks and grids that are made of others. Formulas:
// tensorflow/python/ops/array_ops.py.
#include "base/fail.h"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

Value of_shape(const std::vector<int64_t>& dims) { return Tensor::vector(dims); }

}  // namespace

Value ops::zeros(const Value& shape, DType dtype) { return fill(shape, cast(Value(0), dtype)); }
Value ops::ones(const Value& shape, DType dtype) { return fill(shape, cast(Value(1), dtype)); }

Value ops::boolean_mask(const Value& x, const Value& mask, int64_t axis) {
  const int rank = mask.shape().rank();
  if (mask.dtype() != DType::bool_ || rank < 1) {
    fail(Code::invalid_argument,
         "boolean_mask(): the mask must be bool and of known rank above 0, ", "but is ",
         dtype_name(mask.dtype()), " of shape ", mask.shape());
  }
  if (axis < 0 && x.shape().has_rank()) axis += x.shape().rank();
  if (axis < 0) fail(Code::invalid_argument, "boolean_mask(): axis ", axis, " counts from the end");
  // The dimensions of the mask become one.
  const Value dims = shape(x, DType::int64);
  const Value before = slice(dims, of_shape({0}), of_shape({axis}));
  const Value after = slice(dims, of_shape({axis + rank}), of_shape({-1}));
  const Value masked =
      reduce_prod(slice(dims, of_shape({axis}), of_shape({rank})), Axes{0}, /*keep_dims=*/true);
  const Value flat = reshape(x, concat({before, masked, after}, 0));
  return gather(flat, squeeze(where(reshape(mask, {-1})), {1}), axis);
}

Value ops::sequence_mask(const Value& lengths, const Value& maxlen, DType dtype) {
  const Value zero = cast(Value(0), lengths.dtype());
  const Value most = maxlen ? cast(maxlen, lengths.dtype()) : maximum(zero, reduce_max(lengths));
  const Value steps = range(zero, most, cast(Value(1), lengths.dtype()));
  const Value mask = less(steps, expand_dims(lengths, -1));
  return dtype == DType::bool_ ? mask : cast(mask, dtype);
}

Values ops::meshgrid(const Values& vectors, std::string_view indexing) {
  if (indexing != "xy" && indexing != "ij") {
    fail(Code::invalid_argument, "meshgrid(): indexing must be \"xy\" or \"ij\", but is \"",
         indexing, "\"");
  }
  const size_t n = vectors.size();
  const bool swapped = indexing == "xy" && n > 1;
  const auto place = [&](size_t i) { return swapped && i < 2 ? 1 - i : i; };
  Values sizes(n);
  for (size_t i = 0; i < n; ++i) sizes[place(i)] = size(vectors[i]);
  Values grids;
  for (size_t i = 0; i < n; ++i) {
    std::vector<int64_t> dims(n, 1);
    dims[place(i)] = -1;
    grids.push_back(broadcast_to(reshape(vectors[i], dims), stack(sizes)));
  }
  return grids;
}

}  // namespace rill
