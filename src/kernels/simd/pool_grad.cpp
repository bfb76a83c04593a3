// Gradients of max and average pooling, channels last.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

struct Span {
  int64_t begin, end;
};

inline Span inside(int64_t out, int64_t stride, int64_t pad, int64_t kernel, int64_t in) {
  const int64_t start = out * stride - pad;
  const int64_t end = start + kernel;
  return {start < 0 ? 0 : start, end > in ? in : end};
}

struct Window {
  Span z, y, x;
  int64_t count() const { return (z.end - z.begin) * (y.end - y.begin) * (x.end - x.begin); }
};

// f(offset of the pixel's channels, number of the tap)
template <typename F>
inline void each_tap(const PoolBack& job, const Window& w, F&& f) {
  int32_t tap = 0;
  for (int64_t z = w.z.begin; z < w.z.end; ++z) {
    for (int64_t y = w.y.begin; y < w.y.end; ++y) {
      const int64_t row = (z * job.in_h + y) * job.in_w;
      for (int64_t x = w.x.begin; x < w.x.end; ++x) f((row + x) * job.channels, tap++);
    }
  }
}

inline void add_part(float* to, Vec value, int64_t lanes) {
  store_part(to, load_part(to, lanes) + value, lanes);
}

inline void average(const PoolBack& job, const Window& w, const float* dy, int64_t c,
                    int64_t lanes) {
  const Vec part = load_part(dy + c, lanes) / splat(static_cast<float>(w.count()));
  each_tap(job, w, [&](int64_t at, int32_t) { add_part(job.dx + at + c, part, lanes); });
}

// The first of equals is taken; NaN is the largest where it comes first.
inline void largest(const PoolBack& job, const Window& w, const float* dy, int64_t c,
                    int64_t lanes) {
  Vec best{};
  IVec chosen{};
  each_tap(job, w, [&](int64_t at, int32_t tap) {
    const Vec value = load_part(job.x + at + c, lanes);
    const IVec better = (value > best) | (IVec{} - (tap == 0));
    best = better ? value : best;
    chosen = better ? IVec{} + tap : chosen;
  });
  const Vec gradient = load_part(dy + c, lanes), zero{};
  each_tap(job, w, [&](int64_t at, int32_t tap) {
    const IVec here = chosen == tap;
    add_part(job.dx + at + c, here ? gradient : zero, lanes);
  });
}

// All elements that TensorFlow takes for the maximum of the window, in y.
inline void near(const PoolBack& job, const Window& w, const float* y, const float* dy, int64_t c,
                 int64_t lanes) {
  const Vec best = load_part(y + c, lanes), gradient = load_part(dy + c, lanes), zero{};
  each_tap(job, w, [&](int64_t at, int32_t) {
    const Vec off = load_part(job.x + at + c, lanes) - best;
    const IVec here = (off < splat(1e-5f)) & (off > splat(-1e-5f));
    add_part(job.dx + at + c, here ? gradient : zero, lanes);
  });
}

}  // namespace

void pool_gradient(const PoolBack& job) {
  const int64_t pixels = job.in_d * job.in_h * job.in_w;
  for (int64_t p = 0; p < pixels; ++p) {
    for (int64_t c = job.first_channel; c < job.last_channel; ++c) {
      job.dx[p * job.channels + c] = 0.0f;
    }
  }
  const float* dy = job.dy;
  for (int64_t oz = 0; oz < job.out_d; ++oz) {
    for (int64_t oy = 0; oy < job.out_h; ++oy) {
      for (int64_t ox = 0; ox < job.out_w; ++ox, dy += job.channels) {
        const Window w{inside(oz, job.stride_d, job.pad_d, job.kd, job.in_d),
                       inside(oy, job.stride_h, job.pad_h, job.kh, job.in_h),
                       inside(ox, job.stride_w, job.pad_w, job.kw, job.in_w)};
        for (int64_t c = job.first_channel; c < job.last_channel; c += kVector) {
          const int64_t left = job.last_channel - c, lanes = left < kVector ? left : kVector;
          if (job.average) {
            average(job, w, dy, c, lanes);
          } else if (job.y) {
            near(job, w, job.y + (dy - job.dy), dy, c, lanes);
          } else {
            largest(job, w, dy, c, lanes);
          }
        }
      }
    }
  }
}

}  // namespace rill::kernels::RILL_ISA
