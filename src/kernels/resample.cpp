#include "kernels/resample.h"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>

#include "base/thread_pool.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

float scale_of(int64_t in, int64_t out, bool align_corners) {
  // A single pixel has no corners to meet.
  return align_corners && in > 1 && out > 1
             ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
             : static_cast<float>(in) / static_cast<float>(out);
}

constexpr int kTableSize = 1024;  // TensorFlow rounds positions to 1/1024 of a pixel

// Weights of the pixels at distance x and 1 + x, for a = -0.5 (Keys) or -0.75.
std::array<float, 2> cubic(int step, double a) {
  const double x = static_cast<double>(step) / kTableSize, y = x + 1;
  return {static_cast<float>(((a + 2) * x - (a + 3)) * x * x + 1),
          static_cast<float>(((a * y - 5 * a) * y + 8 * a) * y - 4 * a)};
}

float sinc_window(float x, float radius) {
  constexpr float kPi = 3.14159265359f;
  if (x > radius) return 0;
  if (x <= 1e-3f) return 1;
  return radius * std::sin(kPi * x) * std::sin(kPi * x / radius) / (kPi * kPi * x * x);
}
float lanczos1(float x) { return sinc_window(x, 1); }
float lanczos3(float x) { return sinc_window(x, 3); }
float lanczos5(float x) { return sinc_window(x, 5); }
float gaussian(float x) {
  constexpr float kSigma = 0.5f;
  return x >= 1.5f ? 0 : std::exp(-x * x / (2 * kSigma * kSigma));
}
float box(float x) { return x < 0.5f ? 1.0f : x == 0.5f ? 0.5f : 0.0f; }
float triangle(float x) { return x < 1 ? 1 - x : 0; }
float keys(float x) {
  if (x >= 2) return 0;
  if (x >= 1) return ((-0.5f * x + 2.5f) * x - 4) * x + 2;
  return (1.5f * x - 2.5f) * x * x + 1;
}
float mitchell(float x) {
  if (x >= 2) return 0;
  if (x >= 1) return ((-7.0f / 18 * x + 2) * x - 10.0f / 3) * x + 16.0f / 9;
  return (7.0f / 6 * x - 2) * x * x + 8.0f / 9;
}

struct Kernel {
  std::string_view name;
  float radius;
  float (*weight)(float distance);
};
constexpr Kernel kKernels[] = {{"lanczos1", 1, lanczos1}, {"lanczos3", 3, lanczos3},
                               {"lanczos5", 5, lanczos5}, {"gaussian", 1.5f, gaussian},
                               {"box", 1, box},           {"triangle", 1, triangle},
                               {"keyscubic", 2, keys},    {"mitchellcubic", 2, mitchell}};

// The weights of the output that is being written sum up to 1.
void normalise(Taps& taps) {
  float sum = 0;
  for (size_t i = taps.first.back(); i < taps.weight.size(); ++i) sum += taps.weight[i];
  if (std::abs(sum) < 1000.0f * FLT_MIN) return;
  for (size_t i = taps.first.back(); i < taps.weight.size(); ++i) taps.weight[i] *= 1.0f / sum;
}

int64_t clamped(float x, int64_t size) {
  return static_cast<int64_t>(std::clamp(x, 0.0f, static_cast<float>(size - 1)));
}

}  // namespace

Taps bicubic_taps(int64_t in, int64_t out, ResizeGrid grid) {
  const bool half_pixel = grid == ResizeGrid::half_pixel;
  const float scale = scale_of(in, out, grid == ResizeGrid::align_corners);
  const double a = half_pixel ? -0.5 : -0.75;
  Taps taps;
  for (int64_t i = 0; i < out; ++i) {
    const float at = static_cast<float>(i);
    const float x = half_pixel ? (at + 0.5f) * scale - 0.5f : at * scale;
    const float below = std::floor(x);
    const auto step = static_cast<int>(std::lrint((x - below) * kTableSize));
    const auto left = cubic(step, a), right = cubic(kTableSize - step, a);
    const float weights[] = {left[1], left[0], right[0], right[1]};
    for (int64_t k = 0; k < 4; ++k) {
      const int64_t wanted = static_cast<int64_t>(below) - 1 + k;
      const int64_t index = std::clamp<int64_t>(wanted, 0, in - 1);
      // With half pixels what lies outside has no weight; else the border is repeated.
      taps.add(index, half_pixel && index != wanted ? 0.0f : weights[k]);
    }
    if (half_pixel) normalise(taps);
    taps.close();
  }
  return taps;
}

Taps area_taps(int64_t in, int64_t out, bool align_corners) {
  const float scale = scale_of(in, out, align_corners);
  Taps taps;
  for (int64_t i = 0; i < out; ++i) {
    const float begin = static_cast<float>(i) * scale, end = static_cast<float>(i + 1) * scale;
    const auto last = static_cast<int64_t>(std::ceil(end));
    for (auto k = static_cast<int64_t>(std::floor(begin)); k < last; ++k) {
      const float at = static_cast<float>(k);
      const float covered =
          at < begin ? (at + 1 > end ? scale : at + 1 - begin) : (at + 1 > end ? end - at : 1.0f);
      taps.add(std::clamp<int64_t>(k, 0, in - 1), covered / scale);
    }
    taps.close();
  }
  return taps;
}

Taps kernel_taps(int64_t in, int64_t out, float scale, float translation, std::string_view name,
                 bool antialias) {
  const auto* kernel = std::find_if(std::begin(kKernels), std::end(kKernels),
                                    [&](const Kernel& k) { return k.name == name; });
  if (kernel == std::end(kKernels)) {
    fail(Code::invalid_argument, "there is no resampling kernel ", quoted(name));
  }
  if (!(scale > 0) || !std::isfinite(scale) || !std::isfinite(translation)) {
    fail(Code::invalid_argument,
         "scale must be greater than zero, and finite as the translation;"
         " they are ",
         scale, " and ", translation);
  }
  const float inverse = 1.0f / scale;
  const float kernel_scale = antialias ? std::max(inverse, 1.0f) : 1.0f;
  const float radius = kernel->radius * kernel_scale;
  Taps taps;
  for (int64_t i = 0; i < out; ++i, taps.close()) {
    const float sample = (static_cast<float>(i) + 0.5f) * inverse - inverse * translation;
    if (!(sample >= 0 && sample <= static_cast<float>(in))) continue;
    const int64_t begin = clamped(std::ceil(sample - radius - 0.5f), in);
    const int64_t end = clamped(std::floor(sample + radius - 0.5f), in) + 1;
    for (int64_t k = begin; k < end; ++k) {
      const float distance = std::abs(static_cast<float>(k) + 0.5f - sample) / kernel_scale;
      taps.add(k, kernel->weight(distance));
    }
    normalise(taps);
  }
  return taps;
}

namespace {

// One row of the result. The sums of a pixel's few channels stay in registers: kLanes of them, of
// which those behind its channels belong to the next pixel, or to the margin behind `mixed`.
template <int64_t kChannels, int64_t kLanes>
void mix_pixels(const Taps& columns, const float* mixed, float* to) {
  const size_t count = columns.first.size() - 1;
  for (size_t c = 0; c < count; ++c, to += kChannels) {
    float sum[kLanes] = {};
    for (size_t t = columns.first[c]; t < columns.first[c + 1]; ++t) {
      const float* from = mixed + columns.index[t] * kChannels;
      const float weight = columns.weight[t];
      for (int64_t k = 0; k < kLanes; ++k) sum[k] += weight * from[k];
    }
    if (c + 1 < count) {
      std::copy_n(sum, kLanes, to);
    } else {
      std::copy_n(sum, kChannels, to);
    }
  }
}

void mix_columns(const Taps& columns, int64_t channels, const float* mixed, float* to) {
  if (channels == 1) return mix_pixels<1, 1>(columns, mixed, to);
  if (channels == 3) return mix_pixels<3, 4>(columns, mixed, to);
  if (channels == 4) return mix_pixels<4, 4>(columns, mixed, to);
  for (size_t c = 0; c + 1 < columns.first.size(); ++c, to += channels) {
    std::fill_n(to, channels, 0.0f);
    for (size_t t = columns.first[c]; t < columns.first[c + 1]; ++t) {
      const float* from = mixed + columns.index[t] * channels;
      for (int64_t k = 0; k < channels; ++k) to[k] += columns.weight[t] * from[k];
    }
  }
}

}  // namespace

Resample::Resample(DType dtype, const ImageSize& in, Taps rows, Taps columns)
    : dtype_(dtype), in_(in), rows_(std::move(rows)), columns_(std::move(columns)) {}

template <typename T>
void Resample::run_as(const T* x, float* y) const {
  const int64_t height = rows_.outputs(), width = columns_.outputs(), channels = in_.channels;
  const int64_t in_row = in_.width * channels;
  parallel_for(in_.batch * height, 4, [&](int64_t begin, int64_t end) {
    std::vector<float> mixed(static_cast<size_t>(in_row) + 1);
    for (int64_t r = begin; r < end; ++r) {
      const auto row = static_cast<size_t>(r % height);
      float* const sums = mixed.data();
      std::fill_n(sums, in_row, 0.0f);
      for (size_t t = rows_.first[row]; t < rows_.first[row + 1]; ++t) {
        const T* from = x + (r / height * in_.height + rows_.index[t]) * in_row;
        const float weight = rows_.weight[t];
        for (int64_t i = 0; i < in_row; ++i) sums[i] += weight * static_cast<float>(from[i]);
      }
      mix_columns(columns_, channels, mixed.data(), y + r * width * channels);
    }
  });
}

void Resample::run(const void* x, float* y) const {
  dispatch_number(dtype_, "resizing", [&]<typename T>() { run_as(static_cast<const T*>(x), y); });
}

void Resample::run_gradient(const float* dy, float* dx) const {
  const int64_t height = rows_.outputs(), width = columns_.outputs(), channels = in_.channels;
  const int64_t in_row = in_.width * channels;
  parallel_for(in_.batch, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> mixed(static_cast<size_t>(in_row));
    for (int64_t b = begin; b < end; ++b) {
      float* image = dx + b * in_.height * in_row;
      std::fill_n(image, in_.height * in_row, 0.0f);
      for (int64_t r = 0; r < height; ++r) {
        std::fill(mixed.begin(), mixed.end(), 0.0f);
        const float* from = dy + (b * height + r) * width * channels;
        for (size_t c = 0; c < static_cast<size_t>(width); ++c, from += channels) {
          for (size_t t = columns_.first[c]; t < columns_.first[c + 1]; ++t) {
            float* to = mixed.data() + columns_.index[t] * channels;
            for (int64_t k = 0; k < channels; ++k) to[k] += columns_.weight[t] * from[k];
          }
        }
        const auto row = static_cast<size_t>(r);
        for (size_t t = rows_.first[row]; t < rows_.first[row + 1]; ++t) {
          float* to = image + rows_.index[t] * in_row;
          for (int64_t i = 0; i < in_row; ++i) {
            to[i] += rows_.weight[t] * mixed[static_cast<size_t>(i)];
          }
        }
      }
    }
  });
}

// The weights are floats, all that is made of them is double.
void Resample::run_gradient(const float* dy, double* dx) const {
  const int64_t height = rows_.outputs(), width = columns_.outputs(), channels = in_.channels;
  const int64_t in_row = in_.width * channels;
  std::fill_n(dx, in_.batch * in_.height * in_row, 0.0);
  parallel_for(in_.batch, 1, [&](int64_t begin, int64_t end) {
    for (int64_t pixel = begin * height * width; pixel < end * height * width; ++pixel) {
      const auto row = static_cast<size_t>(pixel / width % height);
      const auto column = static_cast<size_t>(pixel % width);
      double* image = dx + pixel / (height * width) * in_.height * in_row;
      for (size_t r = rows_.first[row]; r < rows_.first[row + 1]; ++r) {
        for (size_t c = columns_.first[column]; c < columns_.first[column + 1]; ++c) {
          double* to = image + rows_.index[r] * in_row + columns_.index[c] * channels;
          for (int64_t k = 0; k < channels; ++k) {
            to[k] += static_cast<double>(dy[pixel * channels + k]) * rows_.weight[r] *
                     columns_.weight[c];
          }
        }
      }
    }
  });
}

}  // namespace rill::kernels
