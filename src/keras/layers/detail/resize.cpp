#include "keras/layers/resize.h"

#include <algorithm>
#include <array>

#include "base/fail.h"

namespace rill::keras {
namespace {

// What ScaleAndTranslate calls an interpolation, and the op that does it without antialiasing.
struct Interpolation {
  const char* name;
  const char* kernel;
  const char* plain;
};
constexpr std::array<Interpolation, 6> kInterpolations = {{
    {"bilinear", "triangle", "ResizeBilinear"},
    {"bicubic", "keyscubic", "ResizeBicubic"},
    {"lanczos3", "lanczos3", nullptr},
    {"lanczos5", "lanczos5", nullptr},
    {"gaussian", "gaussian", nullptr},
    {"mitchellcubic", "mitchellcubic", nullptr},
}};

Value float_size(const op::Dim& d) {
  if (!d.value) return Tensor::scalar(static_cast<float>(d.size));
  return op::cast(d.value, DType::float32);
}

int64_t known_side(const Value& x, int axis, const char* what) {
  const int64_t n = x.shape()[axis];
  if (n < 0) fail(Code::unimplemented, what, " to an aspect ratio needs an image of known size");
  return n;
}
int64_t in_ratio(int64_t side, int64_t target, int64_t other_target) {
  return static_cast<int64_t>(static_cast<float>(side * target) / static_cast<float>(other_target));
}

}  // namespace

Value resize_images(const Value& x, const op::Dim& height, const op::Dim& width,
                    const std::string& interpolation, bool antialias) {
  const Value size = op::shape_vector({height, width});
  const AttrMap half_pixel{{"align_corners", false}, {"half_pixel_centers", true}};
  if (interpolation == "nearest") return emit("ResizeNearestNeighbor", {x, size}, half_pixel);
  if (interpolation == "area") return emit("ResizeArea", {x, size}, {{"align_corners", false}});
  const auto* found =
      std::find_if(kInterpolations.begin(), kInterpolations.end(),
                   [&](const Interpolation& known) { return interpolation == known.name; });
  if (found == kInterpolations.end()) {
    fail(Code::unimplemented, "unknown interpolation ", quoted(interpolation));
  }
  if (found->plain && !antialias) return emit(found->plain, {x, size}, half_pixel);
  const Value scales = op::stack({op::div(float_size(height), float_size(op::dim(x, 1))),
                                  op::div(float_size(width), float_size(op::dim(x, 2)))},
                                 0);
  return emit("ScaleAndTranslate", {x, size, scales, Tensor::vector<float>({0, 0})},
              {{"kernel_type", found->kernel}, {"antialias", antialias}});
}

Value cropped_to_ratio(const Value& x, int64_t height, int64_t width) {
  const int64_t h = known_side(x, 1, "cropping"), w = known_side(x, 2, "cropping");
  const int64_t rows = std::max<int64_t>(1, std::min(h, in_ratio(w, height, width)));
  const int64_t columns = std::max<int64_t>(1, std::min(w, in_ratio(h, width, height)));
  const int64_t top = (h - rows) / 2, left = (w - columns) / 2;
  return op::slice(x, {{}, {top, top + rows, 1}, {left, left + columns, 1}, {}});
}

// The same on both sides: what is odd is dropped.
Value padded_to_ratio(const Value& x, int64_t height, int64_t width, double value) {
  const int64_t h = known_side(x, 1, "padding"), w = known_side(x, 2, "padding");
  const int64_t rows = (std::max(h, in_ratio(w, height, width)) - h) / 2;
  const int64_t columns = (std::max(w, in_ratio(h, width, height)) - w) / 2;
  return op::pad(x, {{0, 0}, {rows, rows}, {columns, columns}, {0, 0}}, value);
}

}  // namespace rill::keras
