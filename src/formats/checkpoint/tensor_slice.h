// Part of a tensor: how checkpoints store partitioned variables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/proto_wire.h"
#include "rill/tensor.hpp"

namespace rill::formats {

struct SliceExtent {
  static constexpr int64_t kFull = -1;
  int64_t start = 0;
  int64_t length = kFull;  // kFull: the whole dimension
  bool operator==(const SliceExtent&) const = default;
};
using TensorSlice = std::vector<SliceExtent>;  // one extent a dimension

// TensorSliceProto: extent = 1 {start = 1, length = 2; without length it is full}.
TensorSlice read_slice(proto::Reader message);
void write_slice(proto::Writer& out, uint32_t field, const TensorSlice& slice);

// The table key of a slice: an order-preserving code of name, rank, and (start, length) of each
// dimension (tensorflow/core/util/saved_tensor_slice_util.cc, core/lib/strings/ordered_code.cc).
// It begins with a zero byte, which no tensor name does.
std::string slice_key(std::string_view name, const TensorSlice& slice);

bool is_full(const TensorSlice& slice);

// The dimensions of the slice. Throws DATA_LOSS when it does not lie inside `full`.
Shape slice_shape(const TensorSlice& slice, const Shape& full);

// Throws DATA_LOSS unless the slices, together, are `full` exactly once.
void check_cover(const std::vector<TensorSlice>& slices, const Shape& full);

// Copies the elements of a slice to their places. Shapes have been checked with slice_shape().
void place_slice(const Tensor& piece, const TensorSlice& slice, Tensor& full);

// "0,60:-" as TensorFlow writes a slice.
std::string slice_text(const TensorSlice& slice);

}  // namespace rill::formats
