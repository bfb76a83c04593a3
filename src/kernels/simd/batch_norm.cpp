// What batch normalisation sums by channel, and the gradient of x. Channels last (inner = 1) go
// through columns of vectors, other layouts through runs of `inner` elements.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

constexpr int kWide = 4;  // vectors of columns at once, or of partial sums along a run

inline float total(const Vec* parts) {
  const Vec all = (parts[0] + parts[1]) + (parts[2] + parts[3]);
  float sum = 0;
  for (int i = 0; i < kVector; ++i) sum += all[i];
  return sum;
}

// f(element, lanes) for each vector of a run of n elements, to partial sums by position.
template <typename F>
inline void along(int64_t n, F&& f) {
  int64_t i = 0;
  for (; i + kWide * kVector <= n; i += kWide * kVector) {
    for (int v = 0; v < kWide; ++v) f(i + v * kVector, kVector, v);
  }
  for (; i < n; i += kVector) f(i, n - i < kVector ? n - i : kVector, 0);
}

inline Vec masked(Vec v, int64_t lanes) {
  if (lanes == kVector) return v;
  for (int64_t i = lanes; i < kVector; ++i) v[i] = 0.0f;
  return v;
}

// f(first column, lanes) for vectors of the channels.
template <typename F>
inline void columns(int64_t channels, F&& f) {
  for (int64_t c = 0; c < channels; c += kVector) {
    f(c, channels - c < kVector ? channels - c : kVector);
  }
}

}  // namespace

void norm_moments(const NormBlock& job) {
  const int64_t n = job.channels;
  const float count = static_cast<float>(job.rows * job.inner);
  if (job.inner == 1) {
    columns(n, [&](int64_t c, int64_t lanes) {
      Vec sum{}, squares{};
      const float* x = job.x + c;
      for (int64_t r = 0; r < job.rows; ++r) sum += load_part(x + r * n, lanes);
      const Vec mean = sum / splat(count);
      for (int64_t r = 0; r < job.rows; ++r) {
        const Vec d = load_part(x + r * n, lanes) - mean;
        squares = fma(d, d, squares);
      }
      store_part(job.a + c, mean, lanes);
      store_part(job.b + c, squares, lanes);
    });
    return;
  }
  for (int64_t c = 0; c < n; ++c) {
    Vec sums[kWide] = {}, squares[kWide] = {};
    for (int64_t r = 0; r < job.rows; ++r) {
      const float* x = job.x + (r * n + c) * job.inner;
      along(job.inner,
            [&](int64_t i, int64_t lanes, int v) { sums[v] += load_part(x + i, lanes); });
    }
    const float mean = total(sums) / count;
    for (int64_t r = 0; r < job.rows; ++r) {
      const float* x = job.x + (r * n + c) * job.inner;
      along(job.inner, [&](int64_t i, int64_t lanes, int v) {
        const Vec d = masked(load_part(x + i, lanes) - splat(mean), lanes);
        squares[v] = fma(d, d, squares[v]);
      });
    }
    job.a[c] = mean;
    job.b[c] = total(squares);
  }
}

void norm_products(const NormBlock& job) {
  const int64_t n = job.channels;
  if (job.inner == 1) {
    columns(n, [&](int64_t c, int64_t lanes) {
      Vec sum{}, products{};
      const Vec mean = load_part(job.mean + c, lanes);
      for (int64_t r = 0; r < job.rows; ++r) {
        const Vec g = load_part(job.dy + r * n + c, lanes);
        sum += g;
        products = fma(g, load_part(job.x + r * n + c, lanes) - mean, products);
      }
      store_part(job.a + c, sum, lanes);
      store_part(job.b + c, products, lanes);
    });
    return;
  }
  for (int64_t c = 0; c < n; ++c) {
    Vec sums[kWide] = {}, products[kWide] = {};
    const Vec mean = splat(job.mean[c]);
    for (int64_t r = 0; r < job.rows; ++r) {
      const int64_t begin = (r * n + c) * job.inner;
      along(job.inner, [&](int64_t i, int64_t lanes, int v) {
        const Vec g = load_part(job.dy + begin + i, lanes);
        sums[v] += g;
        products[v] = fma(g, load_part(job.x + begin + i, lanes) - mean, products[v]);
      });
    }
    job.a[c] = total(sums);
    job.b[c] = total(products);
  }
}

void norm_gradient(const NormBack& job) {
  const int64_t n = job.channels;
  if (job.inner == 1) {
    columns(n, [&](int64_t c, int64_t lanes) {
      const Vec by_dy = load_part(job.by_dy + c, lanes), by_x = load_part(job.by_x + c, lanes);
      const Vec offset = load_part(job.offset + c, lanes);
      for (int64_t r = 0; r < job.rows; ++r) {
        const int64_t at = r * n + c;
        const Vec g = load_part(job.dy + at, lanes), x = load_part(job.x + at, lanes);
        store_part(job.dx + at, fma(g, by_dy, fma(x, by_x, offset)), lanes);
      }
    });
    return;
  }
  for (int64_t r = 0; r < job.rows; ++r) {
    for (int64_t c = 0; c < n; ++c) {
      const int64_t begin = (r * n + c) * job.inner;
      const Vec by_dy = splat(job.by_dy[c]), by_x = splat(job.by_x[c]);
      const Vec offset = splat(job.offset[c]);
      along(job.inner, [&](int64_t i, int64_t lanes, int) {
        const Vec g = load_part(job.dy + begin + i, lanes), x = load_part(job.x + begin + i, lanes);
        store_part(job.dx + begin + i, fma(g, by_dy, fma(x, by_x, offset)), lanes);
      });
    }
  }
}

}  // namespace rill::kernels::RILL_ISA
