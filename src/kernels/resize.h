// Resizing of images [batch, height, width, channels], as TensorFlow's ResizeNearestNeighbor and
// ResizeBilinear (tensorflow/core/util/image_resizer_state.h, kernels/image/resize_*_op.cc).
#pragma once

#include <cstdint>
#include <vector>

#include "rill/dtype.hpp"

namespace rill::kernels {

enum class ResizeGrid : uint8_t {
  legacy,         // out * in_size / out_size
  align_corners,  // the corner pixels meet
  half_pixel,     // the corners of the corner pixels meet: what Keras and tf.image use
};

struct ImageSize {
  int64_t batch;
  int64_t height;
  int64_t width;
  int64_t channels;
};

// Sizes must be positive (the op checks), channels and batch may be 0.
class ResizeNearest {
 public:
  ResizeNearest(const ImageSize& in, int64_t height, int64_t width, ResizeGrid grid,
                size_t element_size);
  void run(const void* x, void* y) const;
  // dx (the input's size) = for every input pixel, the sum of dy where it was read.
  // T: float, double.
  template <typename T>
  void run_gradient(const T* dy, T* dx) const;

 private:
  ImageSize in_;
  std::vector<int64_t> rows_;     // the input row of each output row
  std::vector<int64_t> columns_;  // the input column of each output column
  int64_t pixel_bytes_;
};

class ResizeBilinear {
 public:
  // The result is float32 whatever the input is. Throws UNIMPLEMENTED for a dtype that is not a
  // real number.
  ResizeBilinear(DType dtype, const ImageSize& in, int64_t height, int64_t width, ResizeGrid grid);
  void run(const void* x, float* y) const { run_(*this, x, y); }
  // What a pixel adds is rounded to float32, as in TensorFlow; sums are T: float, double.
  template <typename T>
  void run_gradient(const float* dy, T* dx) const;

 private:
  struct Tap {
    int64_t lower;
    int64_t upper;
    float lerp;  // the weight of `upper`
  };
  static std::vector<Tap> taps(int64_t in, int64_t out, ResizeGrid grid);
  template <int64_t kChannels, typename T>
  static void stretch(const std::vector<Tap>& columns, int64_t channels, const T* from, float* to);
  template <typename T>
  static void run_as(const ResizeBilinear& self, const void* x, float* y);

  ImageSize in_;
  std::vector<Tap> rows_;
  std::vector<Tap> columns_;
  void (*run_)(const ResizeBilinear& self, const void* x, float* y) = nullptr;
};

}  // namespace rill::kernels
