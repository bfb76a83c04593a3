// A gradient that is zero but for some rows: what Gather gives back to a large table.
//
// TensorFlow's tf.IndexedSlices: row i of `values` belongs to row indices[i] of a tensor of shape
// `dense_shape`; a row that is named twice counts twice. It travels among gradients as one Value
// (an opaque variant), which no op takes: the gradient engine and the optimizers look inside.
#pragma once

#include "rill/tensor.hpp"

namespace rill {

struct IndexedSlices {
  Value values;       // [n, ...]
  Value indices;      // [n], int32 or int64
  Value dense_shape;  // int32 or int64 vector; empty when it is not known
};

// `shape`: that of the dense tensor, as far as it is known.
Value make_indexed_slices(IndexedSlices slices, const Shape& shape);
bool is_indexed_slices(const Value& gradient);
// Throws INVALID_ARGUMENT when the gradient is dense.
const IndexedSlices& indexed_slices(const Value& gradient);
// The dense tensor: rows summed. A dense gradient comes back as it is.
Value densify(const Value& gradient);
// What densify would give: dtype and shape.
DType gradient_dtype(const Value& gradient);
Shape gradient_shape(const Value& gradient);

}  // namespace rill
