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

int64_t in_ratio(int64_t side, int64_t target, int64_t other_target) {
  return static_cast<int64_t>(static_cast<float>(side * target) / static_cast<float>(other_target));
}

bool is_known(const Value& x) { return x.shape()[1] >= 0 && x.shape()[2] >= 0; }

// An extent as an int32 scalar, and int32 numbers beside it.
Value extent(const Value& x, int axis) {
  return op::reshape(op::shape_vector({op::dim(x, axis)}), std::vector<op::Dim>());
}
Value pixels(int64_t n) { return Tensor::scalar(static_cast<int32_t>(n)); }
Value extent_in_ratio(const Value& side, int64_t target, int64_t other_target) {
  const Value wide = op::cast(op::mul(side, pixels(target)), DType::float32);
  return op::cast(op::div(wide, op::constant(static_cast<double>(other_target), DType::float32)),
                  DType::int32);
}
Value half_of(const Value& n) { return emit("FloorDiv", {n, pixels(2)}); }

struct Extents {
  Value rows;
  Value columns;
};
Extents largest_in_ratio(const Value& h, const Value& w, int64_t height, int64_t width) {
  const auto inside = [](const Value& side, const Value& wanted) {
    return op::binary("Maximum", op::binary("Minimum", side, wanted), pixels(1));
  };
  return {inside(h, extent_in_ratio(w, height, width)),
          inside(w, extent_in_ratio(h, width, height))};
}
// The middle of that size.
Value middle_of(const Value& x, const Value& h, const Value& w, const Extents& size) {
  const Value top = half_of(op::sub(h, size.rows)), left = half_of(op::sub(w, size.columns));
  return emit("Slice", {x, op::shape_vector({0, top, left, 0}),
                        op::shape_vector({op::dim(x, 0), size.rows, size.columns, op::dim(x, 3)})});
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
  if (!is_known(x)) {
    const Value h = extent(x, 1), w = extent(x, 2);
    return middle_of(x, h, w, largest_in_ratio(h, w, height, width));
  }
  const int64_t h = x.shape()[1], w = x.shape()[2];
  const int64_t rows = std::max<int64_t>(1, std::min(h, in_ratio(w, height, width)));
  const int64_t columns = std::max<int64_t>(1, std::min(w, in_ratio(h, width, height)));
  const int64_t top = (h - rows) / 2, left = (w - columns) / 2;
  return op::slice(x, {{}, {top, top + rows, 1}, {left, left + columns, 1}, {}});
}

// The same on both sides: what is odd is dropped.
Value padded_to_ratio(const Value& x, int64_t height, int64_t width, double value) {
  if (!is_known(x)) {
    const Value h = extent(x, 1), w = extent(x, 2), none = pixels(0);
    const auto border = [](const Value& side, const Value& wanted) {
      return half_of(op::sub(op::binary("Maximum", side, wanted), side));
    };
    const Value rows = border(h, extent_in_ratio(w, height, width));
    const Value columns = border(w, extent_in_ratio(h, width, height));
    const Value sides = op::stack({none, none, rows, rows, columns, columns, none, none}, 0);
    return emit("PadV2", {x, op::reshape(sides, {4, 2}), op::constant_like(value, x)});
  }
  const int64_t h = x.shape()[1], w = x.shape()[2];
  const int64_t rows = (std::max(h, in_ratio(w, height, width)) - h) / 2;
  const int64_t columns = (std::max(w, in_ratio(h, width, height)) - w) / 2;
  return op::pad(x, {{0, 0}, {rows, rows}, {columns, columns}, {0, 0}}, value);
}

Value center_crop(const Value& x, int64_t height, int64_t width) {
  if (is_known(x)) {
    const int64_t h = x.shape()[1], w = x.shape()[2];
    if (h < height || w < width) {
      return resize_images(cropped_to_ratio(x, height, width), height, width, "bilinear");
    }
    const int64_t top = (h - height) / 2, left = (w - width) / 2;
    return op::slice(x, {{}, {top, top + height, 1}, {left, left + width, 1}, {}});
  }
  // Resized to the size that it has, an image stays as it is.
  const Value h = extent(x, 1), w = extent(x, 2), rows = pixels(height), columns = pixels(width);
  const Value fits = op::binary("LogicalAnd", op::binary("GreaterEqual", h, rows),
                                op::binary("GreaterEqual", w, columns));
  Extents size = largest_in_ratio(h, w, height, width);
  size = {op::select(fits, rows, size.rows), op::select(fits, columns, size.columns)};
  return resize_images(middle_of(x, h, w, size), height, width, "bilinear");
}

}  // namespace rill::keras
