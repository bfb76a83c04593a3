// out[i, j, ...] = in[map_0[i] + map_1[j] + ...]: mirrored edges and rotations.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/mover.h"

namespace rill::kernels {

class MappedCopy {
 public:
  // maps[d][i]: offset in elements of the input for index i of output dimension d.
  MappedCopy(DType dtype, std::vector<std::vector<int64_t>> maps);

  // The output is dense.
  void run(const void* in, void* out) const;
  // Calls fn(input offset, output offset, length) for each run that is contiguous in both.
  template <typename F>
  void for_each_run(F&& fn) const {
    if (empty_) return;
    std::vector<size_t> index(maps_.size(), 0);
    int64_t at = 0;
    while (true) {
      int64_t base = 0;
      for (size_t d = 0; d < maps_.size(); ++d) base += maps_[d][index[d]];
      for (const Run& r : runs_) {
        fn(base + r.from, at, r.length);
        at += r.length;
      }
      size_t d = maps_.size();
      while (d > 0 && ++index[d - 1] == maps_[d - 1].size()) index[--d] = 0;
      if (d == 0) return;
    }
  }

 private:
  struct Run {
    int64_t from;
    int64_t length;
  };
  Mover mover_;
  std::vector<std::vector<int64_t>> maps_;  // without the innermost dimension
  std::vector<Run> runs_;                   // the innermost dimension
  bool empty_ = false;
};

}  // namespace rill::kernels
