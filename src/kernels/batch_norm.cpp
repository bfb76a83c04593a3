#include "kernels/batch_norm.h"

#include <cmath>

#include "base/thread_pool.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

// fn(channel, index of the element) for each element of a channel.
template <typename F>
void for_each_in(const BatchNormShape& s, int64_t c, F&& fn) {
  for (int64_t o = 0; o < s.outer; ++o) {
    const int64_t base = (o * s.channels + c) * s.inner;
    for (int64_t i = 0; i < s.inner; ++i) fn(base + i);
  }
}

template <typename T>
void apply(const BatchNormShape& s, const void* x, const float* scale, const float* shift,
           void* y) {
  const T* in = static_cast<const T*>(x);
  T* out = static_cast<T*>(y);
  parallel_for(s.outer, 64, [&](int64_t begin, int64_t end) {
    for (int64_t o = begin; o < end; ++o) {
      for (int64_t c = 0; c < s.channels; ++c) {
        const int64_t base = (o * s.channels + c) * s.inner;
        for (int64_t i = base; i < base + s.inner; ++i) {
          out[i] = static_cast<T>(static_cast<float>(in[i]) * scale[c] + shift[c]);
        }
      }
    }
  });
}

template <typename T>
void moments(const BatchNormShape& s, const void* x, float* mean, float* variance) {
  const T* in = static_cast<const T*>(x);
  parallel_for(s.channels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      double sum = 0;
      for_each_in(s, c, [&](int64_t i) { sum += static_cast<float>(in[i]); });
      const double m = sum / static_cast<double>(s.count());
      double squares = 0;
      for_each_in(s, c, [&](int64_t i) {
        const double d = static_cast<float>(in[i]) - m;
        squares += d * d;
      });
      mean[c] = static_cast<float>(m);
      variance[c] = static_cast<float>(squares / static_cast<double>(s.count()));
    }
  });
}

// tensorflow/core/kernels/fused_batch_norm_op.cc: with r = 1 / sqrt(variance + epsilon),
//   doffset = sum(dy), dscale = sum(dy * (x - mean)) * r, and
//   dx = scale * r * (dy - mean(dy) - (x - mean) * r^2 * mean(dy * (x - mean))) for batch
//   statistics, dx = dy * scale * r for fixed ones.
template <typename T>
void gradient(const BatchNormShape& s, const void* dy_, const void* x_, const float* scale,
              const float* mean, const float* variance, bool batch, void* dx_, float* dscale,
              float* doffset) {
  const T* dy = static_cast<const T*>(dy_);
  const T* x = static_cast<const T*>(x_);
  T* dx = static_cast<T*>(dx_);
  const double n = static_cast<double>(s.count());
  parallel_for(s.channels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      const double m = mean[c];
      const double r = 1.0 / std::sqrt(static_cast<double>(variance[c]) + s.epsilon);
      double sum = 0, products = 0;
      for_each_in(s, c, [&](int64_t i) {
        const double d = static_cast<float>(dy[i]);
        sum += d;
        products += d * (static_cast<float>(x[i]) - m);
      });
      const double factor = scale[c] * r;
      const double slope = batch ? r * r * products / n : 0.0;
      const double offset = batch ? sum / n : 0.0;
      for_each_in(s, c, [&](int64_t i) {
        const double centred = static_cast<float>(x[i]) - m;
        dx[i] = static_cast<T>(
            static_cast<float>(factor * (static_cast<float>(dy[i]) - offset - centred * slope)));
      });
      dscale[c] = static_cast<float>(products * r);
      doffset[c] = static_cast<float>(sum);
    }
  });
}

}  // namespace

BatchNorm prepare_batch_norm(DType dtype, const BatchNormShape& shape) {
  BatchNorm b{.shape = shape};
  const auto set = [&]<typename T>() {
    b.apply = apply<T>;
    b.moments = moments<T>;
    b.gradient = gradient<T>;
  };
  switch (dtype) {
    case DType::float32:
      set.template operator()<float>();
      break;
    case DType::float16:
      set.template operator()<float16>();
      break;
    case DType::bfloat16:
      set.template operator()<bfloat16>();
      break;
    default:
      unsupported_dtype("FusedBatchNorm", dtype);
  }
  return b;
}

}  // namespace rill::kernels
