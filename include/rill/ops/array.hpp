// Operations that move, select and describe elements, of any dtype. Names and meaning are
// TensorFlow's; shapes and indices given as Values are int32 or int64. Axes may be negative: from
// the end. All throw INVALID_ARGUMENT for shapes, axes or indices that do not fit.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

RILL_API Value identity(const Value& x);
// x, through which no gradient flows.
RILL_API Value stop_gradient(const Value& x);

// The shape [rank], the number of elements and the rank (int32) as tensors.
RILL_API Value shape(const Value& x, DType out_type = DType::int32);
RILL_API Value size(const Value& x, DType out_type = DType::int32);
RILL_API Value rank(const Value& x);

// The same elements in another shape, of which one dimension may be -1: what is left.
RILL_API Value reshape(const Value& x, const Value& shape);
RILL_API Value reshape(const Value& x, const std::vector<int64_t>& shape);
RILL_API Value reshape(const Value& x, std::initializer_list<int64_t> shape);
// Without the dimensions of size 1: those of `axes`, or all.
RILL_API Value squeeze(const Value& x, const std::vector<int64_t>& axes = {});
// With a dimension of size 1 before `axis`.
RILL_API Value expand_dims(const Value& x, int64_t axis);
// Without a permutation the axes are reversed (the rank must be known).
RILL_API Value transpose(const Value& x, const std::vector<int64_t>& perm = {});
RILL_API Value swap_axes(const Value& x, int64_t a, int64_t b);

// Joined along an axis that they have; all other dimensions are equal.
RILL_API Value concat(const Values& values, int64_t axis);
// Joined along a new axis; all of one shape.
RILL_API Value stack(const Values& values, int64_t axis = 0);
// The slices along an axis, which they lose. num < 0: as the shape says.
RILL_API Values unstack(const Value& x, int64_t num = -1, int64_t axis = 0);
// `num` equal parts along an axis, or parts of these sizes (one may be -1: the rest).
RILL_API Values split(const Value& x, int64_t num, int64_t axis = 0);
RILL_API Values split(const Value& x, const std::vector<int64_t>& sizes, int64_t axis = 0);

// begin, size: [rank]; a size of -1 is all that is left.
RILL_API Value slice(const Value& x, const Value& begin, const Value& size);
// x[begin:end:strides] as in Python. Bit i of a mask: entry i begins (ends) where x does, is an
// ellipsis, a new axis of size 1, or one index whose axis goes.
struct StridedSliceMasks {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t ellipsis = 0;
  int64_t new_axis = 0;
  int64_t shrink_axis = 0;
};
RILL_API Value strided_slice(const Value& x, const Value& begin, const Value& end,
                             const Value& strides, const StridedSliceMasks& masks = {});

// mode: CONSTANT, REFLECT, SYMMETRIC. paddings is [rank, 2].
RILL_API Value pad(const Value& x, const Value& paddings, std::string_view mode = "CONSTANT",
                   const Value& constant_values = {});
// Repeated along each dimension: multiples [rank].
RILL_API Value tile(const Value& x, const Value& multiples);
// Dimensions of size 1 repeated to those of `shape`, which may have more in front.
RILL_API Value broadcast_to(const Value& x, const Value& shape);
// A scalar everywhere.
RILL_API Value fill(const Value& dims, const Value& value);
RILL_API Value zeros(const Value& shape, DType dtype = DType::float32);
RILL_API Value ones(const Value& shape, DType dtype = DType::float32);
RILL_API Value zeros_like(const Value& x);
RILL_API Value ones_like(const Value& x);
// Shifted along axes; what leaves at the end comes back at the front.
RILL_API Value roll(const Value& x, const Value& shift, const Value& axis);
RILL_API Value reverse(const Value& x, const std::vector<int64_t>& axes);
// The first lengths[i] elements along seq_axis of batch entry i in reverse; the rest stay.
RILL_API Value reverse_sequence(const Value& x, const Value& lengths, int64_t seq_axis,
                                int64_t batch_axis = 0);

// Slices of params along an axis by index: params.shape[:axis] + indices.shape[batch_dims:] +
// params.shape[axis + 1:]. The first batch_dims dimensions of both go together.
RILL_API Value gather(const Value& params, const Value& indices, int64_t axis = 0,
                      int64_t batch_dims = 0);
// indices [..., depth]: each row of it is where an element or slice of params lies.
RILL_API Value gather_nd(const Value& params, const Value& indices);
// Zeros with updates added at indices; the tensor_ forms set or add in a copy of x.
RILL_API Value scatter_nd(const Value& indices, const Value& updates, const Value& shape);
RILL_API Value tensor_scatter_nd_update(const Value& x, const Value& indices, const Value& updates);
RILL_API Value tensor_scatter_nd_add(const Value& x, const Value& indices, const Value& updates);
// A new axis of size depth, on_value (1) at the index and off_value (0) elsewhere, float32 unless
// they say otherwise. Indices out of range give only off_value.
RILL_API Value one_hot(const Value& indices, int64_t depth, const Value& on_value = {},
                       const Value& off_value = {}, int64_t axis = -1);
// The coordinates of what is not zero: [n, rank], int64.
RILL_API Value where(const Value& condition);
// The slices of x, from `axis` on, where the mask (bool, of known rank) is true, in order.
RILL_API Value boolean_mask(const Value& x, const Value& mask, int64_t axis = 0);
// lengths.shape + [maxlen]: true where the position is below the length. Without maxlen the
// greatest.
RILL_API Value sequence_mask(const Value& lengths, const Value& maxlen = {},
                             DType dtype = DType::bool_);
// The coordinates of a grid over vectors. indexing: "xy" (the first two dimensions swapped) or
// "ij".
RILL_API Values meshgrid(const Values& vectors, std::string_view indexing = "xy");
// Along an axis, ascending unless `descending`; argsort gives int32, equal elements in order.
RILL_API Value sort(const Value& x, int64_t axis = -1, bool descending = false);
RILL_API Value argsort(const Value& x, int64_t axis = -1, bool descending = false);
// Distinct values in the order of their first appearance, and for each element its index there.
RILL_API Values unique(const Value& x);
// Rows of data[i] at indices[i] of the result; of those given twice the last. The other way round,
// dynamic_partition gives the rows of each partition number.
RILL_API Value dynamic_stitch(const Values& indices, const Values& data);
RILL_API Values dynamic_partition(const Value& data, const Value& partitions, int64_t num);

// Squares of block_size x block_size pixels become channels, and back.
RILL_API Value space_to_depth(const Value& x, int64_t block_size,
                              std::string_view data_format = "NHWC");
RILL_API Value depth_to_space(const Value& x, int64_t block_size,
                              std::string_view data_format = "NHWC");

}  // namespace rill::ops
