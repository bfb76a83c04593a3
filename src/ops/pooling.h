// The geometry of pooling, and tensors turned to channels-last for the kernels.
#pragma once

#include "kernels/pool.h"
#include "kernels/strided_copy.h"
#include "ops/windows.h"

namespace rill {

struct PoolGeometry {
  ImageLayout layout;
  kernels::PoolSpec spec;  // channels last
  Shape output;
};
// The windows of ksize and strides, which are attributes, or given (MaxPoolV2). In shape inference
// unknown sizes are -1. Throws INVALID_ARGUMENT for what is no window.
PoolGeometry pool_geometry(const NodeAccess& node, const Shape& x, int rank, bool average);
PoolGeometry pool_geometry(const NodeAccess& node, const Shape& x, int rank, bool average,
                           const std::vector<int64_t>& ksize, const std::vector<int64_t>& strides);

// Between [batch, channels, space...] and [batch, space..., channels]; nothing to do for tensors
// that are channels-last already.
class Turn {
 public:
  Turn(const ImageLayout& layout, DType dtype, const Shape& shape);
  // Scratch for one turned tensor.
  size_t bytes() const { return bytes_; }
  // The tensor as the kernels want it: `data` itself, or turned into scratch.
  const void* in(const void* data, void* scratch) const;
  // Where the kernel writes: `data` itself, or scratch, which out() then turns into `data`.
  void* target(void* data, void* scratch) const { return bytes_ ? scratch : data; }
  void out(const void* scratch, void* data) const;

 private:
  size_t bytes_ = 0;
  std::vector<kernels::StridedCopy> copies_;  // to channels-last, and back
};

}  // namespace rill
