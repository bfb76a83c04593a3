// Max and average pooling, channels last. An average counts only elements inside the input.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

struct Span {
  int64_t begin, end;
  bool before, after;  // parts lie outside
};

// The part of a window that lies inside.
inline Span inside(int64_t out, int64_t stride, int64_t pad, int64_t kernel, int64_t in) {
  const int64_t start = out * stride - pad;
  const int64_t end = start + kernel;
  return {start < 0 ? 0 : start, end > in ? in : end, start<0, end> in};
}

enum class Fold { sum, larger, of_volume };

// `is_latest` of the lanes from channel c on; y is the row of channels.
inline IVec latest_lanes(const PoolRows& job, const float* y, int64_t c) {
  IVec latest{};
  for (int lane = 0; lane < kVector && c + lane < job.channels; ++lane) {
    const int64_t output = job.first_output + (y - job.y) + c + lane;
    latest[lane] = is_latest(output, job.outputs, c + lane, job.channels) ? -1 : 0;
  }
  return latest;
}

template <Fold fold, int NV>
inline void window(const PoolRows& job, Span z, Span y, Span x, int64_t c, int64_t lanes,
                   float* out) {
  Vec acc[NV];
  constexpr bool kAverage = fold == Fold::sum, kVolume = fold == Fold::of_volume;
  const float none = kAverage ? 0.0f : kVolume ? -__builtin_inff() : job.lowest;
  for (int v = 0; v < NV; ++v) acc[v] = splat(none);
  const int64_t channels = job.channels;
  if (!kAverage && job.maximum == Maximum::from_first) {
    const float* first = job.x + ((z.begin * job.in_h + y.begin) * job.in_w + x.begin) * channels;
    for (int v = 0; v + 1 < NV; ++v) acc[v] = load(first + c + v * kVector);
    acc[NV - 1] = load_part(first + c + (NV - 1) * kVector, lanes);
  }
  IVec latest[NV] = {};
  for (int v = 0; kVolume && v < NV; ++v) latest[v] = latest_lanes(job, out, c + v * kVector);
  const auto take = [&](Vec value, int v) {
    if constexpr (kAverage) {
      acc[v] += value;
    } else if constexpr (kVolume) {
      const IVec larger = value > acc[v], less = acc[v] > value;
      acc[v] = (larger | (latest[v] & ~less)) ? value : acc[v];
    } else {
      acc[v] = value > acc[v] ? value : acc[v];
    }
  };
  const auto outside = [&](bool some) {
    if constexpr (kVolume) {
      for (int v = 0; some && v < NV; ++v) take(splat(job.lowest), v);
    }
  };
  outside(z.before);
  for (int64_t iz = z.begin; iz < z.end; ++iz) {
    outside(y.before);
    for (int64_t iy = y.begin; iy < y.end; ++iy) {
      outside(x.before);
      const float* p = job.x + ((iz * job.in_h + iy) * job.in_w + x.begin) * channels + c;
      for (int64_t ix = x.begin; ix < x.end; ++ix, p += channels) {
        for (int v = 0; v < NV; ++v) {
          take(v + 1 < NV ? load(p + v * kVector) : load_part(p + v * kVector, lanes), v);
        }
      }
      outside(x.after);
    }
    outside(y.after);
  }
  outside(z.after);
  const float scale =
      1.0f / static_cast<float>((z.end - z.begin) * (y.end - y.begin) * (x.end - x.begin));
  for (int v = 0; v < NV; ++v) {
    if constexpr (kAverage) acc[v] *= scale;
    if (v + 1 < NV) {
      store(out + c + v * kVector, acc[v]);
    } else {
      store_part(out + c + v * kVector, acc[v], lanes);
    }
  }
}

template <Fold fold>
void rows(const PoolRows& job) {
  for (int64_t row = job.first_row; row < job.last_row; ++row) {
    const Span z = inside(row / job.out_h, job.stride_d, job.pad_d, job.kd, job.in_d);
    const Span y = inside(row % job.out_h, job.stride_h, job.pad_h, job.kh, job.in_h);
    float* out = job.y + row * job.out_w * job.channels;
    for (int64_t ox = 0; ox < job.out_w; ++ox, out += job.channels) {
      const Span x = inside(ox, job.stride_w, job.pad_w, job.kw, job.in_w);
      int64_t c = 0;
      for (; c + 4 * kVector <= job.channels; c += 4 * kVector) {
        window<fold, 4>(job, z, y, x, c, kVector, out);
      }
      for (; c < job.channels; c += kVector) {
        const int64_t left = job.channels - c;
        window<fold, 1>(job, z, y, x, c, left < kVector ? left : kVector, out);
      }
    }
  }
}

}  // namespace

void pool(const PoolRows& job) {
  if (job.average) {
    rows<Fold::sum>(job);
  } else if (job.maximum == Maximum::of_volume) {
    rows<Fold::of_volume>(job);
  } else {
    rows<Fold::larger>(job);
  }
}

}  // namespace rill::kernels::RILL_ISA
