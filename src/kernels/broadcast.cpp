#include "kernels/broadcast.h"

#include <algorithm>

#include "base/fail.h"

namespace rill::kernels {

Shape broadcast_shape(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  Shape result;
  for (int i = 0; i < rank; ++i) {
    const int ia = i - (rank - a.rank());
    const int ib = i - (rank - b.rank());
    const int64_t da = ia < 0 ? 1 : a[ia];
    const int64_t db = ib < 0 ? 1 : b[ib];
    if (da != db && da != 1 && db != 1) {
      fail(Code::invalid_argument, "Incompatible shapes: ", a, " vs. ", b);
    }
    result.push_back(da == 1 ? db : da);
  }
  return result;
}

BroadcastN merge_broadcast(const Shape& result, std::span<const Shape* const> operands) {
  BroadcastN merged;
  merged.operands = static_cast<int>(operands.size());
  merged.count = result.num_elements();
  merged.dims = 0;
  int64_t dense[BroadcastN::kOperands] = {1, 1, 1};  // the stride of the next dimension outwards
  unsigned previous = 0;                             // which operands the last dimension broadcast
  if (merged.count > 0) {
    for (int d = result.rank() - 1; d >= 0; --d) {
      if (result[d] == 1) continue;
      unsigned pattern = 0;
      for (int i = 0; i < merged.operands; ++i) {
        const Shape& shape = *operands[static_cast<size_t>(i)];
        const int od = d - (result.rank() - shape.rank());
        if (od < 0 || shape[od] == 1) pattern |= 1u << i;
      }
      if (merged.dims > 0 && pattern == previous) {
        merged.size[merged.dims - 1] *= result[d];
      } else {
        if (merged.dims == BroadcastN::kMaxDims) {
          fail(Code::unimplemented, "Broadcast of ", *operands[0], " with ", *operands[1],
               " alternates more than ", BroadcastN::kMaxDims, " times");
        }
        merged.size[merged.dims] = result[d];
        for (int i = 0; i < merged.operands; ++i) {
          merged.stride[i][merged.dims] = pattern & (1u << i) ? 0 : dense[i];
        }
        ++merged.dims;
      }
      for (int i = 0; i < merged.operands; ++i) {
        if (!(pattern & (1u << i))) dense[i] *= result[d];
      }
      previous = pattern;
    }
  }
  if (merged.dims == 0) {  // one element, or none
    merged.dims = 1;
    merged.size[0] = std::max<int64_t>(merged.count, 1);
    for (int i = 0; i < merged.operands; ++i) merged.stride[i][0] = 1;
  }
  return merged;
}

}  // namespace rill::kernels
