// Indices whose last dimension is a coordinate: GatherNd, ScatterNd and their families.
#pragma once

#include <string>
#include <vector>

#include "op/shape_context.h"
#include "ops/args.h"

namespace rill {

// Coordinates into the first dimensions of a tensor; each selects a slice of `slice` elements.
class NdIndex {
 public:
  // Throws INVALID_ARGUMENT when a coordinate has more parts than the tensor has dimensions.
  NdIndex(const NodeAccess& node, const Shape& tensor, const Shape& indices, DType dtype);

  int64_t count() const { return count_; }
  int64_t slice() const { return slice_; }
  // Offset of coordinate i in elements. Where it lies outside: throws INVALID_ARGUMENT, or gives
  // kIgnored when the node's bad_indices_policy is IGNORE.
  static constexpr int64_t kIgnored = -1;
  int64_t offset(const void* indices, int64_t i) const;
  // Of the coordinates [begin, end), at once.
  void offsets(const void* indices, int64_t begin, int64_t end, int64_t* out) const;

 private:
  template <typename I>
  bool quick_offsets(const I* indices, int64_t n, int64_t* out) const;

  std::string name_;
  Shape tensor_;
  Shape indices_;
  DType dtype_;
  int depth_;
  int64_t count_;
  int64_t slice_;
  bool ignore_;
};

// The shape of updates: indices.shape[:-1] + tensor.shape[depth:]; unknown where not known.
Shape nd_updates_shape(const NodeAccess& node, const Shape& tensor, const Shape& indices);

}  // namespace rill
