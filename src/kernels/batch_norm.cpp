#include "kernels/batch_norm.h"

#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"
#include "kernels/dense_table.h"
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
void moments(const BatchNormShape& s, const void* x, float* mean, float* variance, float*) {
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
              float* doffset, float*) {
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

// float32: blocks of rows that stay in the cache, summed in the order of the blocks whoever made
// them; then once more over everything for dx.
struct Blocks {
  int64_t rows, count;  // of a block; of blocks
  explicit Blocks(const BatchNormShape& s) {
    constexpr int64_t kElements = 16384;
    rows = s.inner > 1 ? 1 : std::max<int64_t>(32, kElements / std::max<int64_t>(1, s.channels));
    count = (s.outer + rows - 1) / rows;
  }
};

// f(block): a and b of block k are at results[2 k channels].
template <typename F>
void sum_blocks(const BatchNormShape& s, const Blocks& blocks, NormBlock job, float* results,
                F&& f) {
  const int64_t row = s.channels * s.inner;
  const int64_t grain = std::max<int64_t>(1, 65536 / std::max<int64_t>(1, blocks.rows * row));
  parallel_for(blocks.count, grain, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k) {
      NormBlock block = job;
      block.x += k * blocks.rows * row;
      if (block.dy) block.dy += k * blocks.rows * row;
      block.rows = std::min(blocks.rows, s.outer - k * blocks.rows);
      block.channels = s.channels;
      block.inner = s.inner;
      block.a = results + 2 * k * s.channels;
      block.b = block.a + s.channels;
      f(block);
    }
  });
}

void float_moments(const BatchNormShape& s, const void* x, float* mean, float* variance,
                   float* scratch) {
  const Blocks blocks(s);
  NormBlock job{};
  job.x = static_cast<const float*>(x);
  sum_blocks(s, blocks, job, scratch, dense_table().norm_moments);
  const auto n = static_cast<double>(s.count());
  constexpr int64_t kTile = 64;
  for (int64_t first = 0; first < s.channels; first += kTile) {
    // Chan's way of joining the moments of two parts.
    const int64_t channels = std::min(kTile, s.channels - first);
    double means[kTile] = {}, squares[kTile] = {};
    double seen = 0;
    for (int64_t k = 0; k < blocks.count; ++k) {
      const auto size =
          static_cast<double>(std::min(blocks.rows, s.outer - k * blocks.rows) * s.inner);
      const double weight = size / (seen + size), spread = seen * weight;
      const float* part = scratch + 2 * k * s.channels + first;
      for (int64_t c = 0; c < channels; ++c) {
        const double d = static_cast<double>(part[c]) - means[c];
        squares[c] += static_cast<double>(part[s.channels + c]) + d * d * spread;
        means[c] += d * weight;
      }
      seen += size;
    }
    for (int64_t c = 0; c < channels; ++c) {
      mean[first + c] = static_cast<float>(means[c]);
      variance[first + c] = static_cast<float>(squares[c] / n);
    }
  }
}

void float_gradient(const BatchNormShape& s, const void* dy, const void* x, const float* scale,
                    const float* mean, const float* variance, bool batch, void* dx, float* dscale,
                    float* doffset, float* scratch) {
  const Blocks blocks(s);
  NormBlock job{};
  job.x = static_cast<const float*>(x);
  job.dy = static_cast<const float*>(dy);
  job.mean = mean;
  sum_blocks(s, blocks, job, scratch, dense_table().norm_products);
  const auto n = static_cast<double>(s.count());
  const auto channels = static_cast<size_t>(s.channels);
  float* factors = scratch + 2 * blocks.count * s.channels;
  for (size_t c = 0; c < channels; ++c) {
    double sum = 0, products = 0;
    for (int64_t k = 0; k < blocks.count; ++k) {
      const float* part = scratch + 2 * static_cast<size_t>(k) * channels + c;
      sum += static_cast<double>(part[0]);
      products += static_cast<double>(part[channels]);
    }
    const double r = 1.0 / std::sqrt(static_cast<double>(variance[c]) + s.epsilon);
    const double factor = scale[c] * r;
    const double slope = batch ? r * r * products / n : 0.0, offset = batch ? sum / n : 0.0;
    factors[c] = static_cast<float>(factor);
    factors[channels + c] = static_cast<float>(-factor * slope);
    factors[2 * channels + c] = static_cast<float>(factor * (slope * mean[c] - offset));
    dscale[c] = static_cast<float>(products * r);
    doffset[c] = static_cast<float>(sum);
  }
  const int64_t row = s.channels * s.inner;
  parallel_for(s.outer, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, row)),
               [&](int64_t begin, int64_t end) {
                 NormBack back{};
                 back.x = job.x + begin * row;
                 back.dy = job.dy + begin * row;
                 back.dx = static_cast<float*>(dx) + begin * row;
                 back.rows = end - begin;
                 back.channels = s.channels;
                 back.inner = s.inner;
                 back.by_dy = factors;
                 back.by_x = factors + channels;
                 back.offset = factors + 2 * channels;
                 dense_table().norm_gradient(back);
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
      b.moments = float_moments;
      b.gradient = float_gradient;
      b.scratch_floats = (2 * Blocks(shape).count + 3) * shape.channels;
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
