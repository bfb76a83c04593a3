#include "contract/gradient_cases.h"

namespace rill::test {
namespace {

using Ints = std::vector<int64_t>;

void add_resizes(GradientCases& cases) {
  for (const char* corner : {"", "align_corners", "half_pixel_centers"}) {
    AttrMap attrs;
    if (*corner) attrs.set(corner, true);
    for (const char* op : {"ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic"}) {
      cases.add({.op = op,
                 .inputs = {real({1, 3, 4, 2}, -2, 2, DType::float32), ints({5, 3})},
                 .attrs = attrs,
                 .second = false});
    }
  }
  cases.add({.op = "ScaleAndTranslate",
             .inputs = {real({1, 4, 4, 2}, -2, 2, DType::float32), ints({3, 5}),
                        Tensor::vector<float>({0.8f, 1.3f}), Tensor::vector<float>({0.1f, -0.2f})},
             .attrs = {{"kernel_type", "triangle"}},
             .without = {2, 3},
             .second = false});
  cases.add(
      {.op = "CropAndResize",
       .inputs = {real({2, 5, 5, 2}, -2, 2, DType::float32),
                  Tensor::of<float>({0.11f, 0.23f, 0.72f, 0.83f, 0.6f, 0.1f, 0.2f, 0.9f}, {2, 4}),
                  ints({1, 0}), ints({3, 4})},
       .second = false,
       .step = 2e-3,
       .tolerance = 2e-2});
}

void add_patches(GradientCases& cases) {
  for (const char* padding : {"SAME", "VALID"}) {
    cases.add({.op = "ExtractImagePatches",
               .inputs = {real({2, 5, 4, 2})},
               .attrs = {{"ksizes", Ints{1, 2, 2, 1}},
                         {"strides", Ints{1, 2, 1, 1}},
                         {"rates", Ints{1, 1, 2, 1}},
                         {"padding", padding}}});
    cases.add({.op = "ExtractVolumePatches",
               .inputs = {real({2, 3, 2, 3, 2})},
               .attrs = {{"ksizes", Ints{1, 2, 1, 2, 1}},
                         {"strides", Ints{1, 1, 1, 2, 1}},
                         {"padding", padding}}});
  }
}

}  // namespace

void register_image_gradients(GradientCases& cases) {
  add_resizes(cases);
  add_patches(cases);
  cases.add({.op = "RGBToHSV", .inputs = {real({6, 3}, 0.1, 0.9)}});
  // A shift by whole pixels, where TensorFlow's gradient is the exact one.
  const Tensor shift = Tensor::of<float>({1, 0, 1, 0, 1, -1, 0, 0}, {1, 8});
  cases.add({.op = "ImageProjectiveTransformV2",
             .inputs = {real({1, 4, 4, 2}), shift, ints({4, 4})},
             .attrs = {{"interpolation", "BILINEAR"}},
             .without = {1}});
  cases.add({.op = "ImageProjectiveTransformV3",
             .inputs = {real({1, 4, 4, 2}), shift, ints({4, 4}), Tensor::scalar(0.0f)},
             .attrs = {{"interpolation", "NEAREST"}},
             .without = {1, 3}});
}

}  // namespace rill::test
