// Resizing of images as a weighted sum of rows and of columns: bicubic, area, and the kernels of
// ScaleAndTranslate (tensorflow/core/kernels/image/resize_bicubic_op.cc, resize_area_op.cc,
// scale_and_translate_op.cc).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "kernels/resize.h"
#include "rill/dtype.hpp"

namespace rill::kernels {

// Which input positions each output position reads, and how much of each.
struct Taps {
  std::vector<size_t> first{0};  // of output i: [first[i], first[i + 1])
  std::vector<int64_t> index;
  std::vector<float> weight;

  int64_t outputs() const { return static_cast<int64_t>(first.size()) - 1; }
  void add(int64_t at, float w) {
    index.push_back(at);
    weight.push_back(w);
  }
  void close() { first.push_back(index.size()); }
};

// Sizes must be positive.
Taps bicubic_taps(int64_t in, int64_t out, ResizeGrid grid);
Taps area_taps(int64_t in, int64_t out, bool align_corners);
// kernel: "lanczos1", "lanczos3", "lanczos5", "gaussian", "box", "triangle", "keyscubic",
// "mitchellcubic". Throws INVALID_ARGUMENT for another name, or a scale that is not positive.
Taps kernel_taps(int64_t in, int64_t out, float scale, float translation, std::string_view kernel,
                 bool antialias);

// [batch, height, width, channels] of any real number type to float32, and the gradient.
class Resample {
 public:
  Resample(DType dtype, const ImageSize& in, Taps rows, Taps columns);
  void run(const void* x, float* y) const;
  void run_gradient(const float* dy, float* dx) const;
  void run_gradient(const float* dy, double* dx) const;

 private:
  template <typename T>
  void run_as(const T* x, float* y) const;

  DType dtype_;
  ImageSize in_;
  Taps rows_, columns_;
};

}  // namespace rill::kernels
