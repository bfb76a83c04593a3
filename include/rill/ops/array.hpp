// Operations that move, select and describe elements. Names and meaning are TensorFlow's.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

RILL_API Value identity(const Value& x);
RILL_API Value stop_gradient(const Value& x);

RILL_API Value shape(const Value& x, DType out_type = DType::int32);
RILL_API Value size(const Value& x, DType out_type = DType::int32);
RILL_API Value rank(const Value& x);

RILL_API Value reshape(const Value& x, const Value& shape);
RILL_API Value reshape(const Value& x, const std::vector<int64_t>& shape);
RILL_API Value squeeze(const Value& x, const std::vector<int64_t>& axes = {});
RILL_API Value expand_dims(const Value& x, int64_t axis);
// Without a permutation the axes are reversed (the rank must be known).
RILL_API Value transpose(const Value& x, const std::vector<int64_t>& perm = {});
RILL_API Value swap_axes(const Value& x, int64_t a, int64_t b);

RILL_API Value concat(const Values& values, int64_t axis);
RILL_API Value stack(const Values& values, int64_t axis = 0);
// num < 0: as the shape says.
RILL_API Values unstack(const Value& x, int64_t num = -1, int64_t axis = 0);
RILL_API Values split(const Value& x, int64_t num, int64_t axis = 0);
RILL_API Values split(const Value& x, const std::vector<int64_t>& sizes, int64_t axis = 0);

RILL_API Value slice(const Value& x, const Value& begin, const Value& size);
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
RILL_API Value tile(const Value& x, const Value& multiples);
RILL_API Value broadcast_to(const Value& x, const Value& shape);
RILL_API Value fill(const Value& dims, const Value& value);
RILL_API Value zeros_like(const Value& x);
RILL_API Value ones_like(const Value& x);
RILL_API Value roll(const Value& x, const Value& shift, const Value& axis);
RILL_API Value reverse(const Value& x, const std::vector<int64_t>& axes);
RILL_API Value reverse_sequence(const Value& x, const Value& lengths, int64_t seq_axis,
                                int64_t batch_axis = 0);

RILL_API Value gather(const Value& params, const Value& indices, int64_t axis = 0,
                      int64_t batch_dims = 0);
RILL_API Value gather_nd(const Value& params, const Value& indices);
RILL_API Value scatter_nd(const Value& indices, const Value& updates, const Value& shape);
RILL_API Value tensor_scatter_nd_update(const Value& x, const Value& indices, const Value& updates);
RILL_API Value tensor_scatter_nd_add(const Value& x, const Value& indices, const Value& updates);
RILL_API Value one_hot(const Value& indices, int64_t depth, const Value& on_value = {},
                       const Value& off_value = {}, int64_t axis = -1);
// The coordinates of what is not zero: [n, rank], int64.
RILL_API Value where(const Value& condition);
// Distinct values in the order of their first appearance, and for each element its index there.
RILL_API Values unique(const Value& x);
RILL_API Value dynamic_stitch(const Values& indices, const Values& data);
RILL_API Values dynamic_partition(const Value& data, const Value& partitions, int64_t num);

RILL_API Value space_to_depth(const Value& x, int64_t block_size,
                              std::string_view data_format = "NHWC");
RILL_API Value depth_to_space(const Value& x, int64_t block_size,
                              std::string_view data_format = "NHWC");

}  // namespace rill::ops
