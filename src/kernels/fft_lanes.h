// Many discrete Fourier transforms of one length, in single precision, as many at a time as a
// vector has lanes.
#pragma once

#include <cstdint>
#include <vector>

namespace rill::kernels {

enum class FftKind : uint8_t { forward, inverse, real, real_inverse };

// The transforms of Fft and RealFft (kernels/fft.h). Immutable once made; any number of threads
// run one.
class FftLanes {
 public:
  // Lengths that keep the work memory small; even for the kinds of reals.
  static bool fits(int64_t n, FftKind kind);
  FftLanes(int64_t n, FftKind kind);  // of lengths that fit

  int64_t lanes() const noexcept;
  // Floats of the work memory.
  int64_t work() const noexcept;
  // Transforms `rows` rows, at most lanes(): n complex numbers each, n reals, or the n / 2 + 1
  // complex ones that n reals have. A row of `x` holds `used` floats, what it lacks is zero; rows
  // begin `x_row` and `y_row` floats apart.
  void run(const float* x, int64_t x_row, int64_t used, int64_t rows, float* y, int64_t y_row,
           float* work) const;

  // Transforms `count` columns of complex numbers, at most lanes(), with their rows `row` floats
  // apart. In place is fine. Not for the kinds of reals.
  void columns(const float* x, int64_t row, int64_t count, float* y, float* work) const;

 private:
  float* passes(float* from, float* to, float sign) const;
  float* transform(float* from, float* to) const;

  FftKind kind_;
  int64_t size_;    // of the complex transforms
  int64_t length_;  // of those that are made: longer for Bluestein's algorithm
  std::vector<int64_t> factors_;
  std::vector<float> roots_;           // exp(-2 pi i k / length), real and imaginary parts in turn
  std::vector<float> chirp_, filter_;  // of Bluestein's algorithm
  std::vector<float> half_roots_;      // exp(-2 pi i k / n), of the kinds of reals
};

}  // namespace rill::kernels
