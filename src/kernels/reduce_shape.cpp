#include <vector>

#include "base/fail.h"
#include "kernels/reduce.h"

namespace rill::kernels {

ReduceShape merge_reduction(const Shape& shape, std::span<const int> axes) {
  std::vector<bool> reduce(static_cast<size_t>(shape.rank()), false);
  for (const int axis : axes) {
    if (axis < 0 || axis >= shape.rank() || reduce[static_cast<size_t>(axis)]) {
      fail(Code::invalid_argument, "Reduction axis ", axis,
           " is out of range or repeated for shape ", shape);
    }
    reduce[static_cast<size_t>(axis)] = true;
  }
  ReduceShape merged;
  int level = 0;
  bool in_reduced = false;  // what the level was extended by last
  int64_t stride = 1;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    const int64_t size = shape[d];
    if (size == 1) continue;
    if (reduce[static_cast<size_t>(d)]) {
      if (!in_reduced) merged.reduced_stride[level] = stride;
      in_reduced = true;
      merged.reduced[level] *= size;
    } else {
      if (in_reduced) {
        if (++level == ReduceShape::kMaxLevels) {
          fail(Code::unimplemented, "Reduction of shape ", shape, " alternates too often");
        }
        merged.kept[level] = merged.reduced[level] = 1;
        merged.kept_stride[level] = stride;
        merged.reduced_stride[level] = 0;
        in_reduced = false;
      }
      merged.kept[level] *= size;
    }
    stride *= size;
  }
  merged.levels = level + 1;
  for (int l = 0; l < merged.levels; ++l) {
    merged.outputs *= merged.kept[l];
    merged.count *= merged.reduced[l];
    if (l > 0) merged.outer_reduced *= merged.reduced[l];
  }
  return merged;
}

}  // namespace rill::kernels
