// Fourier transforms side by side: each lane of a vector belongs to a transform of its own.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

struct Complex {
  Vec re, im;
};

inline Complex load_c(const float* x, int64_t i) {
  return {load(x + 2 * i * kVector), load(x + (2 * i + 1) * kVector)};
}
inline void store_c(float* y, int64_t i, const Complex& v) {
  store(y + 2 * i * kVector, v.re);
  store(y + (2 * i + 1) * kVector, v.im);
}

inline Complex operator+(const Complex& a, const Complex& b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator-(const Complex& a, const Complex& b) { return {a.re - b.re, a.im - b.im}; }
inline Complex times(const Complex& a, Vec re, Vec im) {
  return {fma(-a.im, im, a.re * re), fma(a.re, im, a.im * re)};
}

struct Root {
  Vec re, im;
};
inline Complex operator*(const Complex& a, const Root& w) { return times(a, w.re, w.im); }

struct Pass {
  const FftPass& job;
  int64_t m = job.n / job.radix, part = job.stride * m;

  Root root(int64_t i) const {
    return {splat(job.roots[2 * i]), splat(job.roots[2 * i + 1] * job.sign)};
  }
  // -i a, or i a in the inverse.
  Complex turned(const Complex& a) const {
    const Vec sign = splat(job.sign);
    return {a.im * sign, -a.re * sign};
  }

  void by_two(int64_t k) const {
    const int64_t in = job.stride * k, out = 2 * in;
    const Root w = root(k * job.stride);
    for (int64_t q = 0; q < job.stride; ++q) {
      const Complex a = load_c(job.x, in + q), b = load_c(job.x, in + q + part);
      store_c(job.y, out + q, a + b);
      store_c(job.y, out + q + job.stride, (a - b) * w);
    }
  }

  void by_four(int64_t k) const {
    const int64_t in = job.stride * k, out = 4 * in, unit = k * job.stride;
    const Root w1 = root(unit), w2 = root(2 * unit), w3 = root(3 * unit);
    for (int64_t q = 0; q < job.stride; ++q) {
      const Complex a = load_c(job.x, in + q), b = load_c(job.x, in + q + part);
      const Complex c = load_c(job.x, in + q + 2 * part), d = load_c(job.x, in + q + 3 * part);
      const Complex sum = a + c, other = b + d, gap = a - c, side = turned(b - d);
      store_c(job.y, out + q, sum + other);
      store_c(job.y, out + q + job.stride, (gap + side) * w1);
      store_c(job.y, out + q + 2 * job.stride, (sum - other) * w2);
      store_c(job.y, out + q + 3 * job.stride, (gap - side) * w3);
    }
  }

  void by_any(int64_t k) const {
    const int64_t in = job.stride * k, out = job.radix * in, unit = job.size / job.radix;
    for (int64_t r = 0; r < job.radix; ++r) {
      const Root w = root(k * r * job.stride);
      for (int64_t q = 0; q < job.stride; ++q) {
        Complex sum = load_c(job.x, in + q);
        for (int64_t j = 1; j < job.radix; ++j) {
          sum = sum + load_c(job.x, in + q + j * part) * root(j * r % job.radix * unit);
        }
        store_c(job.y, out + q + r * job.stride, sum * w);
      }
    }
  }
};

}  // namespace

void fft_pass(const FftPass& job) {
  const Pass pass{job};
  for (int64_t k = 0; k < pass.m; ++k) {
    if (job.radix == 4) {
      pass.by_four(k);
    } else if (job.radix == 2) {
      pass.by_two(k);
    } else {
      pass.by_any(k);
    }
  }
}

void fft_join(const FftHalves& job) {
  const Vec half = splat(0.5f);
  const Complex z0 = load_c(job.x, 0);
  store_c(job.y, 0, {z0.re + z0.im, Vec{}});
  store_c(job.y, job.half, {z0.re - z0.im, Vec{}});
  for (int64_t k = 1; k < job.half; ++k) {
    const Complex a = load_c(job.x, k), b = load_c(job.x, job.half - k);
    const Complex even = {half * (a.re + b.re), half * (a.im - b.im)};
    const Complex odd = {half * (a.im + b.im), half * (b.re - a.re)};
    store_c(job.y, k, even + times(odd, splat(job.roots[2 * k]), splat(job.roots[2 * k + 1])));
  }
}

void fft_part(const FftHalves& job) {
  const Vec scale = splat(job.scale);
  const Complex first = load_c(job.x, 0), last = load_c(job.x, job.half);
  store_c(job.y, 0, {scale * (first.re + last.re), scale * (first.re - last.re)});
  for (int64_t k = 1; k < job.half; ++k) {
    const Complex a = load_c(job.x, k), b = load_c(job.x, job.half - k);
    const Complex even = {scale * (a.re + b.re), scale * (a.im - b.im)};
    const Complex gap = {scale * (a.re - b.re), scale * (a.im + b.im)};
    const Complex odd = times(gap, splat(job.roots[2 * k]), splat(-job.roots[2 * k + 1]));
    store_c(job.y, k, {even.re - odd.im, even.im + odd.re});
  }
}

void fft_split(const FftColumns& job) {
  for (int64_t i = 0; i < job.count; ++i) {
    const float* x = job.x + i * job.row;
    float* y = job.y + 2 * i * kVector;
#if defined(__GNUC__) && !defined(__clang__)
    if (job.lanes == kVector) {
      IVec even, odd;
      for (int j = 0; j < kVector; ++j) {
        even[j] = 2 * j;
        odd[j] = 2 * j + 1;
      }
      const Vec a = load(x), b = load(x + kVector);
      store(y, __builtin_shuffle(a, b, even));
      store(y + kVector, __builtin_shuffle(a, b, odd));
      continue;
    }
#endif
    for (int64_t j = 0; j < kVector; ++j) {
      y[j] = j < job.lanes ? x[2 * j] : 0;
      y[kVector + j] = j < job.lanes ? x[2 * j + 1] : 0;
    }
  }
}

void fft_merge(const FftColumns& job) {
  const Vec scale = splat(job.scale);
  for (int64_t i = 0; i < job.count; ++i) {
    const Complex v = load_c(job.x, i);
    const Vec re = v.re * scale, im = v.im * scale;
    float* y = job.y + i * job.row;
#if defined(__GNUC__) && !defined(__clang__)
    if (job.lanes == kVector) {
      IVec low, high;
      for (int j = 0; j < kVector; ++j) {
        low[j] = j / 2 + (j % 2) * static_cast<int>(kVector);
        high[j] = low[j] + static_cast<int>(kVector) / 2;
      }
      store(y, __builtin_shuffle(re, im, low));
      store(y + kVector, __builtin_shuffle(re, im, high));
      continue;
    }
#endif
    for (int64_t j = 0; j < job.lanes; ++j) {
      y[2 * j] = re[j];
      y[2 * j + 1] = im[j];
    }
  }
}

void fft_times(const float* x, const float* w, int64_t count, float sign, float scale, float* y) {
  for (int64_t k = 0; k < count; ++k) {
    store_c(y, k, times(load_c(x, k), splat(w[2 * k] * scale), splat(w[2 * k + 1] * sign * scale)));
  }
}

}  // namespace rill::kernels::RILL_ISA
