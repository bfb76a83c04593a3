// Floats below the normal range count as zero while this lives, as in TensorFlow's kernels
// (tensorflow/core/platform/denormal.h, used by its executor): other results would differ from
// TensorFlow's, and denormals cost a hundred times as much.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace rill {

class ScopedFlushDenormals {
 public:
#if defined(__SSE2__)
  ScopedFlushDenormals() : before_(_mm_getcsr()) {
    constexpr unsigned kFlushToZero = 0x8000;
    constexpr unsigned kDenormalsAreZero = 0x0040;
    _mm_setcsr(before_ | kFlushToZero | kDenormalsAreZero);
  }
  ~ScopedFlushDenormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;
#else
  ScopedFlushDenormals() = default;
  ~ScopedFlushDenormals() = default;
#endif

 public:
  ScopedFlushDenormals(const ScopedFlushDenormals&) = delete;
  ScopedFlushDenormals& operator=(const ScopedFlushDenormals&) = delete;
};

}  // namespace rill
