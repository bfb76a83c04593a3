// A tensor as rows of strips, each strip a piece of another tensor: what joins and cuts tensors.
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "base/thread_pool.h"

namespace rill {

class Strips {
 public:
  // A row has a strip of so many elements of each part.
  Strips(int64_t rows, std::vector<int64_t> widths)
      : rows_(rows),
        widths_(std::move(widths)),
        row_(std::accumulate(widths_.begin(), widths_.end(), int64_t{0})),
        grain_(grain_of(row_ + 4 * static_cast<int64_t>(widths_.size()))) {}

  // f(part, offset in the part, offset in the whole, length), on several threads.
  template <typename F>
  void for_each(F&& f) const {
    parallel_for(rows_, grain_, [&](int64_t begin, int64_t end) {
      int64_t at = begin * row_;
      for (int64_t r = begin; r < end; ++r) {
        for (size_t part = 0; part < widths_.size(); ++part) {
          f(part, r * widths_[part], at, widths_[part]);
          at += widths_[part];
        }
      }
    });
  }

 private:
  int64_t rows_;
  std::vector<int64_t> widths_;
  int64_t row_;  // elements
  int64_t grain_;
};

}  // namespace rill
