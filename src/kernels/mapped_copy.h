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
    for_each_run(0, rows_, fn);
  }

 private:
  // Of rows [begin, end) of the output, along its innermost dimension.
  template <typename F>
  void for_each_run(int64_t begin, int64_t end, F&& fn) const {
    std::vector<size_t> index(maps_.size(), 0);
    int64_t rest = begin;
    for (size_t d = maps_.size(); d-- > 0 && rest > 0;) {
      const auto size = static_cast<int64_t>(maps_[d].size());
      index[d] = static_cast<size_t>(rest % size);
      rest /= size;
    }
    int64_t at = begin * row_;
    for (int64_t row = begin; row < end; ++row) {
      int64_t base = 0;
      for (size_t d = 0; d < maps_.size(); ++d) base += maps_[d][index[d]];
      for (const Run& r : runs_) {
        fn(base + r.from, at, r.length);
        at += r.length;
      }
      size_t d = maps_.size();
      while (d > 0 && ++index[d - 1] == maps_[d - 1].size()) index[--d] = 0;
    }
  }

  struct Run {
    int64_t from;
    int64_t length;
  };
  Mover mover_;
  std::vector<std::vector<int64_t>> maps_;  // without the innermost dimension
  std::vector<Run> runs_;                   // the innermost dimension
  int64_t rows_ = 1, row_ = 0;              // of the output
};

}  // namespace rill::kernels
