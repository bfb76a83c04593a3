#include "kernels/resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/thread_pool.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

// In float, as TensorFlow computes it: the rounding decides which pixel is read.
float scale_of(int64_t in, int64_t out, ResizeGrid grid) {
  // A single pixel has no corners to meet.
  return grid == ResizeGrid::align_corners && in > 1 && out > 1
             ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
             : static_cast<float>(in) / static_cast<float>(out);
}

std::vector<int64_t> nearest(int64_t in, int64_t out, ResizeGrid grid) {
  const float scale = scale_of(in, out, grid);
  std::vector<int64_t> index(static_cast<size_t>(out));
  for (int64_t i = 0; i < out; ++i) {
    const float at = static_cast<float>(i);
    const float x = grid == ResizeGrid::half_pixel      ? std::floor((at + 0.5f) * scale)
                    : grid == ResizeGrid::align_corners ? std::round(at * scale)
                                                        : std::floor(at * scale);
    index[static_cast<size_t>(i)] = std::clamp<int64_t>(static_cast<int64_t>(x), 0, in - 1);
  }
  return index;
}

int64_t row_grain(int64_t row_elements) {
  return std::max<int64_t>(1, 16384 / std::max<int64_t>(row_elements, 1));
}

}  // namespace

ResizeNearest::ResizeNearest(const ImageSize& in, int64_t height, int64_t width, ResizeGrid grid,
                             size_t element_size)
    : in_(in),
      rows_(nearest(in.height, height, grid)),
      columns_(nearest(in.width, width, grid)),
      pixel_bytes_(in.channels * static_cast<int64_t>(element_size)) {}

void ResizeNearest::run(const void* x, void* y) const {
  const auto height = static_cast<int64_t>(rows_.size());
  const auto width = static_cast<int64_t>(columns_.size());
  const auto bytes = static_cast<size_t>(pixel_bytes_);
  parallel_for(
      in_.batch * height, row_grain(width * pixel_bytes_ / 4), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r) {
          const int64_t row = r / height * in_.height + rows_[static_cast<size_t>(r % height)];
          const char* from = static_cast<const char*>(x) + row * in_.width * pixel_bytes_;
          char* to = static_cast<char*>(y) + r * width * pixel_bytes_;
          for (const int64_t column : columns_) {
            std::memcpy(to, from + column * pixel_bytes_, bytes);
            to += pixel_bytes_;
          }
        }
      });
}

template <typename T>
void ResizeNearest::run_gradient(const T* dy, T* dx) const {
  const auto height = static_cast<int64_t>(rows_.size());
  const auto width = static_cast<int64_t>(columns_.size());
  const int64_t channels = in_.channels;
  parallel_for(in_.batch, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      T* image = dx + b * in_.height * in_.width * channels;
      std::fill_n(image, in_.height * in_.width * channels, T{0});
      const T* from = dy + b * height * width * channels;
      for (const int64_t row : rows_) {
        for (const int64_t column : columns_) {
          T* to = image + (row * in_.width + column) * channels;
          for (int64_t c = 0; c < channels; ++c) to[c] += from[c];
          from += channels;
        }
      }
    }
  });
}
template void ResizeNearest::run_gradient(const float*, float*) const;
template void ResizeNearest::run_gradient(const double*, double*) const;

std::vector<ResizeBilinear::Tap> ResizeBilinear::taps(int64_t in, int64_t out, ResizeGrid grid) {
  const float scale = scale_of(in, out, grid);
  std::vector<Tap> result(static_cast<size_t>(out));
  for (int64_t i = 0; i < out; ++i) {
    const float at = static_cast<float>(i);
    const float x = grid == ResizeGrid::half_pixel ? (at + 0.5f) * scale - 0.5f : at * scale;
    const float below = std::floor(x);
    Tap& tap = result[static_cast<size_t>(i)];
    tap.lower = std::clamp<int64_t>(static_cast<int64_t>(below), 0, in - 1);
    tap.upper = std::clamp<int64_t>(static_cast<int64_t>(std::ceil(x)), 0, in - 1);
    tap.lerp = x - below;
  }
  return result;
}

// One row of an image, drawn out to the columns of the result; kChannels 0: any number of them.
template <int64_t kChannels, typename T>
void ResizeBilinear::stretch(const std::vector<Tap>& columns, int64_t channels, const T* from,
                             float* to) {
  const int64_t n = kChannels > 0 ? kChannels : channels;
  for (const Tap& column : columns) {
    const T* left = from + column.lower * n;
    const T* right = from + column.upper * n;
    for (int64_t c = 0; c < n; ++c) {
      const float l = static_cast<float>(left[c]);
      to[c] = l + (static_cast<float>(right[c]) - l) * column.lerp;
    }
    to += n;
  }
}

template <typename T>
void ResizeBilinear::run_as(const ResizeBilinear& self, const void* input, float* y) {
  const T* x = static_cast<const T*>(input);
  const ImageSize& in = self.in_;
  const auto height = static_cast<int64_t>(self.rows_.size());
  const auto width = static_cast<int64_t>(self.columns_.size());
  const int64_t channels = in.channels, line = width * channels;
  const auto stretch =
      channels == 3 ? ResizeBilinear::stretch<3, T> : ResizeBilinear::stretch<0, T>;
  parallel_for(in.batch * height, row_grain(line), [&](int64_t begin, int64_t end) {
    // Neighbouring rows of the result lie between the same rows of the image.
    std::vector<float> room(static_cast<size_t>(2 * line));
    float* stretched[2] = {room.data(), room.data() + line};
    int64_t held[2] = {-1, -1};
    for (int64_t r = begin; r < end; ++r) {
      const Tap& row = self.rows_[static_cast<size_t>(r % height)];
      const int64_t first = r / height * in.height;
      if (held[1] == first + row.lower) {
        std::swap(held[0], held[1]);
        std::swap(stretched[0], stretched[1]);
      }
      const int64_t wanted[2] = {first + row.lower, first + row.upper};
      for (int i = 0; i < 2; ++i) {
        if (held[i] == wanted[i]) continue;
        stretch(self.columns_, channels, x + wanted[i] * in.width * channels, stretched[i]);
        held[i] = wanted[i];
      }
      const float *top = stretched[0], *bottom = stretched[1];
      float* to = y + r * line;
      for (int64_t i = 0; i < line; ++i) to[i] = top[i] + (bottom[i] - top[i]) * row.lerp;
    }
  });
}

ResizeBilinear::ResizeBilinear(DType dtype, const ImageSize& in, int64_t height, int64_t width,
                               ResizeGrid grid)
    : in_(in), rows_(taps(in.height, height, grid)), columns_(taps(in.width, width, grid)) {
  dispatch_number(dtype, "ResizeBilinear", [&]<typename T>() { run_ = run_as<T>; });
}

template <typename T>
void ResizeBilinear::run_gradient(const float* dy, T* dx) const {
  const auto height = static_cast<int64_t>(rows_.size());
  const auto width = static_cast<int64_t>(columns_.size());
  const int64_t channels = in_.channels;
  parallel_for(in_.batch, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      T* image = dx + b * in_.height * in_.width * channels;
      std::fill_n(image, in_.height * in_.width * channels, T{0});
      const float* from = dy + b * height * width * channels;
      for (const Tap& row : rows_) {
        T* top = image + row.lower * in_.width * channels;
        T* bottom = image + row.upper * in_.width * channels;
        for (const Tap& column : columns_) {
          const float left = 1.0f - column.lerp;
          for (int64_t c = 0; c < channels; ++c) {
            const float above = from[c] * (1.0f - row.lerp);
            const float below = from[c] * row.lerp;
            top[column.lower * channels + c] += above * left;
            top[column.upper * channels + c] += above * column.lerp;
            bottom[column.lower * channels + c] += below * left;
            bottom[column.upper * channels + c] += below * column.lerp;
          }
          from += channels;
        }
      }
    }
  });
}
template void ResizeBilinear::run_gradient(const float*, float*) const;
template void ResizeBilinear::run_gradient(const float*, double*) const;

}  // namespace rill::kernels
