// The discrete Fourier transform of any length, in double precision.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rill::kernels {

// The small primes that n is made of, fours together, and what remains.
struct FftFactors {
  std::vector<int64_t> factors;
  int64_t rest = 1;
};
FftFactors fft_factors(int64_t n);
// exp(-2 pi i k / n), exact where it can be.
std::complex<double> fft_root(int64_t k, int64_t n);

// Bluestein's algorithm for transforms of length n: by j k = (j j + k k - (k - j)^2) / 2 they are a
// convolution with a chirp.
struct Chirp {
  std::vector<std::complex<double>> values;  // exp(-pi i k k / n), k < n
  std::vector<std::complex<double>> filter;  // the transform of their conjugates, padded
  explicit Chirp(int64_t n);
};
// Of the filter: a product of small primes.
int64_t convolution_length(int64_t n);

// Immutable once made; any number of threads run one. Mixed radix (Stockham), and Bluestein's
// algorithm where a prime factor is large: n log n for every length.
class Fft {
 public:
  using Complex = std::complex<double>;
  explicit Fft(int64_t n);  // n >= 1

  int64_t size() const noexcept { return n_; }
  // Elements of the work memory.
  int64_t work() const noexcept { return work_; }
  // x[k] = sum over j of x[j] exp(-2 pi i j k / n); the inverse has a plus, and divides by n.
  void run(Complex* x, Complex* work, bool inverse) const;

 private:
  void forward(Complex* x, Complex* work) const;
  void step(int64_t radix, int64_t n, int64_t stride, const Complex* x, Complex* y) const;
  void bluestein(Complex* x, Complex* work) const;

  int64_t n_;
  int64_t work_;
  std::vector<int64_t> factors_;
  std::vector<Complex> roots_;  // exp(-2 pi i k / n)
  // Bluestein's convolution.
  std::unique_ptr<const Fft> inner_;
  std::unique_ptr<const Chirp> chirp_;
};

// Transforms of n real numbers, n even, by one of n / 2 complex ones.
class RealFft {
 public:
  using Complex = Fft::Complex;
  explicit RealFft(int64_t n);  // n >= 2, even
  int64_t work() const noexcept { return half_.size() + half_.work(); }
  // The real parts of x[0 .. n) to their transform's first n / 2 + 1 elements.
  void forward(Complex* x, Complex* work) const;
  // And back: x[0 .. n / 2] to n real parts. The imaginary parts of the two ends count as zero.
  void inverse(Complex* x, Complex* work) const;

 private:
  Fft half_;
  std::vector<Complex> roots_;  // exp(-2 pi i k / n) for k < n / 2
};

}  // namespace rill::kernels
