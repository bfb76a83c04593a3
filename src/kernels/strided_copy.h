// Moves a box of elements between two layouts: transpose, slice, reverse, tile, broadcast, pad,
// space-to-depth and the like are all this, with other strides.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/mover.h"
#include "rill/shape.hpp"

namespace rill::kernels {

// Row-major strides in elements.
std::vector<int64_t> dense_strides(const Shape& shape);

class StridedCopy {
 public:
  // Dimensions outermost first, in the order in which the output is best written. Strides and
  // offsets are in elements; an input stride of 0 repeats, a negative one goes backwards.
  StridedCopy(DType dtype, std::span<const int64_t> sizes, std::span<const int64_t> in_strides,
              std::span<const int64_t> out_strides, int64_t in_offset = 0, int64_t out_offset = 0);

  int64_t count() const noexcept { return count_; }
  // Uses the thread pool when there is much to move. Input and output do not overlap.
  void run(const void* in, void* out) const;

 private:
  struct Dim {
    int64_t size;
    int64_t in;
    int64_t out;
  };
  // How the innermost one or two dimensions are walked.
  enum class Inner : uint8_t { one, block, repeat, reversed, strided, tiled };

  void append(Dim d);
  void choose_inner();
  template <typename T>
  void run_as(const void* in, void* out) const;
  template <typename T>
  void inner_loop(const T* in, T* out, int64_t begin, int64_t end) const;

  Mover mover_;
  Inner inner_ = Inner::one;
  Dim row_{1, 0, 0};       // the innermost dimension
  Dim column_{1, 0, 0};    // tiled: the dimension along which the input is contiguous
  std::vector<Dim> dims_;  // the others
  int64_t in_offset_;
  int64_t out_offset_;
  int64_t count_ = 1;
};

}  // namespace rill::kernels
