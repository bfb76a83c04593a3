#include "kernels/fft.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace rill::kernels {
namespace {

constexpr int64_t kLargestRadix = 31;

// Plain products: std::complex's check for NaN costs more than the product.
Fft::Complex times(const Fft::Complex& a, const Fft::Complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
Fft::Complex times_minus_i(const Fft::Complex& a) { return {a.imag(), -a.real()}; }

}  // namespace

FftFactors fft_factors(int64_t n) {
  FftFactors out;
  while (n % 4 == 0) {
    out.factors.push_back(4);
    n /= 4;
  }
  for (int64_t p = 2; p <= kLargestRadix && n > 1; ++p) {
    while (n % p == 0) {
      out.factors.push_back(p);
      n /= p;
    }
  }
  out.rest = n;
  return out;
}

std::complex<double> fft_root(int64_t k, int64_t n) {
  const double angle = -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
  if (k == 0) return {1, 0};
  if (4 * k == n) return {0, -1};
  if (2 * k == n) return {-1, 0};
  if (4 * k == 3 * n) return {0, 1};
  return {std::cos(angle), std::sin(angle)};
}

Fft::Fft(int64_t n) : n_(n), work_(n) {
  FftFactors found = fft_factors(n);
  factors_ = std::move(found.factors);
  if (found.rest == 1) {
    roots_.resize(static_cast<size_t>(n));
    for (int64_t k = 0; k < n; ++k) roots_[static_cast<size_t>(k)] = fft_root(k, n);
    return;
  }
  chirp_ = std::make_unique<const Chirp>(n);
  inner_ = std::make_unique<const Fft>(static_cast<int64_t>(chirp_->filter.size()));
  work_ = inner_->size() + inner_->work();
}

int64_t convolution_length(int64_t n) {
  int64_t best = 0;
  for (const int64_t odd : {1, 3, 5, 9}) {
    int64_t length = odd;
    while (length < 2 * n - 1) length *= 2;
    if (best == 0 || length < best) best = length;
  }
  return best;
}

Chirp::Chirp(int64_t n)
    : values(static_cast<size_t>(n)), filter(static_cast<size_t>(convolution_length(n))) {
  const auto length = static_cast<int64_t>(filter.size());
  uint64_t square = 0;  // k * k mod 2 n
  for (int64_t k = 0; k < n; ++k) {
    const auto at = static_cast<size_t>(k);
    values[at] = fft_root(static_cast<int64_t>(square), 2 * n);
    filter[at] = filter[static_cast<size_t>((length - k) % length)] = std::conj(values[at]);
    square = (square + 2 * static_cast<uint64_t>(k) + 1) % (2 * static_cast<uint64_t>(n));
  }
  const Fft fft(length);
  std::vector<Fft::Complex> work(static_cast<size_t>(fft.work()));
  fft.run(filter.data(), work.data(), false);
}

void Fft::run(Complex* x, Complex* work, bool inverse) const {
  if (inverse) std::transform(x, x + n_, x, [](const Complex& v) { return std::conj(v); });
  forward(x, work);
  if (!inverse) return;
  const double scale = 1.0 / static_cast<double>(n_);
  std::transform(x, x + n_, x, [&](const Complex& v) { return std::conj(v) * scale; });
}

void Fft::forward(Complex* x, Complex* work) const {
  if (inner_) return bluestein(x, work);
  Complex *from = x, *to = work;
  int64_t n = n_, stride = 1;
  for (const int64_t radix : factors_) {
    step(radix, n, stride, from, to);
    std::swap(from, to);
    n /= radix;
    stride *= radix;
  }
  if (from != x) std::copy_n(from, n_, x);
}

// One pass of Stockham's algorithm: `stride` transforms of length n become radix times as many.
void Fft::step(int64_t radix, int64_t n, int64_t stride, const Complex* x, Complex* y) const {
  const int64_t m = n / radix, part = stride * m;
  for (int64_t k = 0; k < m; ++k) {
    const Complex* in = x + stride * k;
    Complex* out = y + stride * radix * k;
    const auto twiddle = [&](int64_t r) { return roots_[static_cast<size_t>(k * r * stride)]; };
    if (radix == 2) {
      const Complex w = twiddle(1);
      for (int64_t q = 0; q < stride; ++q) {
        const Complex a = in[q], b = in[q + part];
        out[q] = a + b;
        out[q + stride] = times(a - b, w);
      }
    } else if (radix == 4) {
      const Complex w1 = twiddle(1), w2 = twiddle(2), w3 = twiddle(3);
      for (int64_t q = 0; q < stride; ++q) {
        const Complex a = in[q], b = in[q + part], c = in[q + 2 * part], d = in[q + 3 * part];
        const Complex sum = a + c, other = b + d, gap = a - c, turned = times_minus_i(b - d);
        out[q] = sum + other;
        out[q + stride] = times(gap + turned, w1);
        out[q + 2 * stride] = times(sum - other, w2);
        out[q + 3 * stride] = times(gap - turned, w3);
      }
    } else {
      const int64_t unit = n_ / radix;
      for (int64_t q = 0; q < stride; ++q) {
        for (int64_t r = 0; r < radix; ++r) {
          Complex sum{};
          for (int64_t j = 0; j < radix; ++j) {
            sum += times(in[q + j * part], roots_[static_cast<size_t>(j * r % radix * unit)]);
          }
          out[q + r * stride] = times(sum, twiddle(r));
        }
      }
    }
  }
}

void Fft::bluestein(Complex* x, Complex* work) const {
  const int64_t length = inner_->size();
  Complex* rest = work + length;
  const Complex *chirp = chirp_->values.data(), *filter = chirp_->filter.data();
  for (int64_t k = 0; k < n_; ++k) work[k] = times(x[k], chirp[k]);
  std::fill(work + n_, work + length, Complex{});
  inner_->run(work, rest, false);
  for (int64_t k = 0; k < length; ++k) work[k] = times(work[k], filter[k]);
  inner_->run(work, rest, true);
  for (int64_t k = 0; k < n_; ++k) x[k] = times(work[k], chirp[k]);
}

RealFft::RealFft(int64_t n) : half_(n / 2), roots_(static_cast<size_t>(n / 2)) {
  for (int64_t k = 0; k < n / 2; ++k) roots_[static_cast<size_t>(k)] = fft_root(k, n);
}

// The even elements are the real parts of z, the odd ones its imaginary parts. With Z its
// transform, that of the even ones is E[k] = (Z[k] + Z[-k]*) / 2, of the odd ones O[k] = (Z[k] -
// Z[-k]*) / 2i, of all E[k] + exp(-2 pi i k / n) O[k].
void RealFft::forward(Complex* x, Complex* work) const {
  const int64_t half = half_.size();
  Complex* z = work;
  for (int64_t k = 0; k < half; ++k) z[k] = {x[2 * k].real(), x[2 * k + 1].real()};
  half_.run(z, work + half, false);
  x[0] = z[0].real() + z[0].imag();
  x[half] = z[0].real() - z[0].imag();
  for (int64_t k = 1; k < half; ++k) {
    const Complex a = z[k], b = std::conj(z[half - k]);
    const Complex even = 0.5 * (a + b), odd = 0.5 * times_minus_i(a - b);
    x[k] = even + times(roots_[static_cast<size_t>(k)], odd);
  }
}

void RealFft::inverse(Complex* x, Complex* work) const {
  const int64_t half = half_.size();
  Complex* z = work;
  z[0] = {0.5 * (x[0].real() + x[half].real()), 0.5 * (x[0].real() - x[half].real())};
  for (int64_t k = 1; k < half; ++k) {
    const Complex a = x[k], b = std::conj(x[half - k]);
    const Complex even = 0.5 * (a + b);
    const Complex odd = times(std::conj(roots_[static_cast<size_t>(k)]), 0.5 * (a - b));
    z[k] = even - times_minus_i(odd);  // even + i odd
  }
  half_.run(z, work + half, true);
  for (int64_t k = 0; k < half; ++k) {
    x[2 * k] = z[k].real();
    x[2 * k + 1] = z[k].imag();
  }
}

}  // namespace rill::kernels
