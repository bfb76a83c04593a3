// Images: sizes, cuts, colours, patches.
#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/resize.h"

namespace rill::keras {
namespace {

using op::constant_like;

Value images_of(const OperationCall& c) {
  const Value x = c.required(0, {"images", "image", "x", "input"});
  return x;
}
bool image_channels_first(const OperationCall& c) {
  return channels_first(c.word(9, {"data_format"}, "channels_last"));
}
// Runs with the channels last, whatever the data format of keras.ops is.
template <typename Function>
Values channels_last(const OperationCall& c, Function function) {
  const Value x = images_of(c);
  if (!image_channels_first(c)) return {function(x)};
  return {op::to_channels_first(function(op::to_channels_last(x)))};
}

// tf.image.ResizeMethod by number and by name.
std::string method_of(const OperationCall& c) {
  const int64_t number = c.integer(2, {"method"}, 0);
  constexpr const char* kMethods[] = {"bilinear", "nearest", "bicubic", "area"};
  const std::string otherwise = number >= 0 && number < 4 ? kMethods[number] : "bilinear";
  return c.word(2, {"interpolation", "method"}, otherwise.c_str());
}
Value resized(const Value& x, const Value& size, const std::string& method, bool align,
              bool half_pixel) {
  const AttrMap attrs{{"align_corners", align}, {"half_pixel_centers", half_pixel}};
  if (method == "nearest") return emit("ResizeNearestNeighbor", {x, size}, attrs);
  if (method == "bicubic") return emit("ResizeBicubic", {x, size}, attrs);
  if (method == "area") return emit("ResizeArea", {x, size}, {{"align_corners", align}});
  if (method != "bilinear") fail(Code::unimplemented, "unknown interpolation ", quoted(method));
  return emit("ResizeBilinear", {x, size}, attrs);
}
// The largest size of the same aspect ratio that fits.
std::vector<op::Dim> inside(const OperationCall& c, const Value& x, int64_t height, int64_t width) {
  const int64_t h = x.shape()[1], w = x.shape()[2];
  if (h < 1 || w < 1) fail(Code::unimplemented, c.layer, ": images of unknown size");
  const float scale = std::min(static_cast<float>(height) / static_cast<float>(h),
                               static_cast<float>(width) / static_cast<float>(w));
  const auto side = [&](int64_t n) {
    return static_cast<int64_t>(std::nearbyint(scale * static_cast<float>(n)));
  };
  return {side(h), side(w)};
}
Values resize(const OperationCall& c) {
  const bool legacy = c.config.value<std::string>("function", "").starts_with("compat.v1");
  const bool antialias = c.flag(9, {"antialias"}, false);
  const auto function = [&](const Value& given) {
    Value x = given;
    const bool single = x.rank() == 3;
    if (single) x = op::expand_dims(x, 0);
    auto dims = c.dims(1, {"size"});
    if (dims && dims->size() == 2 && (*dims)[0].size >= 0 && (*dims)[1].size >= 0) {
      const int64_t height = (*dims)[0].size, width = (*dims)[1].size;
      if (c.flag(9, {"crop_to_aspect_ratio"}, false)) x = cropped_to_ratio(x, height, width);
      if (c.flag(9, {"pad_to_aspect_ratio"}, false)) {
        x = padded_to_ratio(x, height, width, c.number(9, {"fill_value"}, 0));
      }
      if (c.flag(9, {"preserve_aspect_ratio"}, false)) dims = inside(c, x, height, width);
    }
    const std::string method = method_of(c);
    const bool plain = legacy || !dims || dims->size() != 2;
    const Value y = plain ? resized(x, c.shape(1, {"size"}), method,
                                    c.flag(3, {"align_corners"}, false), !legacy)
                          : resize_images(x, (*dims)[0], (*dims)[1], method, antialias);
    return single ? op::squeeze(y, 0) : y;
  };
  return channels_last(c, function);
}
// The kernels of TensorFlow 1 by name.
template <Text kMethod>
Values resize_legacy(const OperationCall& c) {
  return {resized(images_of(c), c.shape(1, {"size"}), kMethod.value,
                  c.flag(2, {"align_corners"}, false), c.flag(3, {"half_pixel_centers"}, false))};
}
// keras.backend: so many times as large. TensorFlow 1 has a function of the same name.
Values enlarge(const OperationCall& c) {
  if (c.config.value<std::string>("function", "").starts_with("compat.v1")) return resize(c);
  const Value x = images_of(c);
  const bool first = channels_first(c.word(3, {"data_format"}, "channels_last"));
  const Value last = first ? op::to_channels_last(x) : x;
  const auto times = [&](int axis, int64_t factor) -> op::Dim {
    const op::Dim n = op::dim(last, axis);
    if (n.size >= 0) return n.size * factor;
    return op::mul(n.value, Tensor::scalar(static_cast<int32_t>(factor)));
  };
  const Value y = resize_images(last, times(1, c.integer(1, {"height_factor"}, 1)),
                                times(2, c.integer(2, {"width_factor"}, 1)),
                                c.word(4, {"interpolation"}, "nearest"));
  return {first ? op::to_channels_first(y) : y};
}

Values rgb_to_grayscale(const OperationCall& c) {
  return channels_last(c, [](const Value& given) {
    const Value x = op::to_floating(given);
    const Value weights = op::cast(Tensor::vector<float>({0.2989F, 0.5870F, 0.1140F}), x.dtype());
    return op::cast(op::reduce("Sum", op::mul(x, weights), {x.rank() - 1}, true), given.dtype());
  });
}
Values grayscale_to_rgb(const OperationCall& c) {
  const Value x = images_of(c);
  std::vector<int64_t> times(static_cast<size_t>(x.rank()), 1);
  times.back() = 3;
  return {op::tile(x, times)};
}
template <Text kOp>
Values colours(const OperationCall& c) {
  return channels_last(c, [](const Value& x) { return op::unary(kOp.value, x); });
}
// To the mean 0 and the deviation 1, which is at least 1 / sqrt(pixels).
Values per_image_standardization(const OperationCall& c) {
  const Value x = op::to_floating(images_of(c));
  const std::vector<int> axes = {x.rank() - 3, x.rank() - 2, x.rank() - 1};
  int64_t pixels = 1;
  for (const int axis : axes) pixels *= x.shape()[axis];
  if (pixels < 1) fail(Code::unimplemented, c.layer, ": images of unknown size");
  const Value centred = op::sub(x, op::reduce("Mean", x, axes, true));
  const Value variance = op::reduce("Mean", op::unary("Square", centred), axes, true);
  const Value least = constant_like(1 / std::sqrt(static_cast<double>(pixels)), x);
  return {op::div(centred, op::binary("Maximum", op::unary("Sqrt", variance), least))};
}
Values adjust_contrast(const OperationCall& c) {
  const Value x = op::to_floating(images_of(c));
  return {
      emit("AdjustContrastv2",
           {x, op::cast(c.required(1, {"contrast_factor"}).without_weakness(), DType::float32)})};
}

// Rows and columns from a corner, of a size; INT64_MAX: to the end.
Value window(const Value& x, int64_t top, int64_t left, int64_t height, int64_t width) {
  std::vector<op::Range> ranges(static_cast<size_t>(x.rank()));
  const auto end = [](int64_t begin, int64_t n) { return n == INT64_MAX ? n : begin + n; };
  ranges[ranges.size() - 3] = {top, end(top, height), 1};
  ranges[ranges.size() - 2] = {left, end(left, width), 1};
  return op::slice(x, ranges);
}
// Of three numbers along a side two are given: what is cut (or added) before, after, and the size.
std::pair<int64_t, int64_t> side(const OperationCall& c, const char* before, const char* after,
                                 const char* target, int64_t size, bool adds) {
  const Json* first = c.constant(99, {before});
  const Json* last = c.constant(99, {after});
  const Json* wanted = c.constant(99, {target});
  if (size < 0) fail(Code::unimplemented, c.layer, ": images of unknown size");
  const int64_t change = wanted ? (adds ? wanted->as_int() - size : size - wanted->as_int()) : 0;
  const int64_t a = first ? first->as_int() : last ? change - last->as_int() : change / 2;
  const int64_t b = last ? last->as_int() : change - a;
  if (a < 0 || b < 0) fail(Code::invalid_argument, c.layer, ": paddings or cuts are negative");
  return {a, b};
}
Values crop_images(const OperationCall& c) {
  return channels_last(c, [&](const Value& x) {
    const int64_t rows = x.shape()[x.rank() - 3], columns = x.shape()[x.rank() - 2];
    const auto [top, bottom] =
        side(c, "top_cropping", "bottom_cropping", "target_height", rows, false);
    const auto [left, right] =
        side(c, "left_cropping", "right_cropping", "target_width", columns, false);
    return window(x, top, left, rows - top - bottom, columns - left - right);
  });
}
Values pad_images(const OperationCall& c) {
  return channels_last(c, [&](const Value& x) {
    std::vector<std::pair<int64_t, int64_t>> pads(static_cast<size_t>(x.rank()), {0, 0});
    pads[pads.size() - 3] =
        side(c, "top_padding", "bottom_padding", "target_height", x.shape()[x.rank() - 3], true);
    pads[pads.size() - 2] =
        side(c, "left_padding", "right_padding", "target_width", x.shape()[x.rank() - 2], true);
    return op::pad(x, pads);
  });
}
Values crop_to_bounding_box(const OperationCall& c) {
  return {window(images_of(c), c.integer(1, {"offset_height"}, 0),
                 c.integer(2, {"offset_width"}, 0), c.integer(3, {"target_height"}, INT64_MAX),
                 c.integer(4, {"target_width"}, INT64_MAX))};
}

// Of volumes: a convolution whose kernels each see one number.
Values extract_blocks(const OperationCall& c, const std::vector<int64_t>& sizes) {
  const auto numbers = [&](size_t position, OperationCall::Names names,
                           const std::vector<int64_t>& otherwise) {
    std::vector<int64_t> given = c.ints(position, names).value_or(otherwise);
    given.resize(3, given.empty() ? 1 : given[0]);
    return std::vector<int64_t>{1, given[0], given[1], given[2], 1};
  };
  const AttrMap attrs{{"strides", numbers(2, {"strides"}, sizes)},
                      {"dilations", numbers(3, {"dilation_rate"}, {1})},
                      {"padding", upper(c.word(4, {"padding"}, "valid"))}};
  return channels_last(c, [&](const Value& given) {
    const Value x = given.rank() == 4 ? op::expand_dims(given, 0) : given;
    const int64_t channels = x.shape().back();
    const int64_t count = sizes[0] * sizes[1] * sizes[2] * channels;
    if (channels < 1 || count > 4096) fail(Code::unimplemented, c.layer, ": patches of ", count);
    const Value one = emit("MatrixDiag", {op::fill({count}, 1, x.dtype())});
    const Value kernels = op::reshape(one, {sizes[0], sizes[1], sizes[2], channels, count});
    const Value y = emit("Conv3D", {x, kernels}, attrs);
    return given.rank() == 4 ? op::squeeze(y, 0) : y;
  });
}
Values extract_patches(const OperationCall& c) {
  if (const auto sizes = c.ints(1, {"size"}); sizes && sizes->size() == 3) {
    return extract_blocks(c, *sizes);
  }
  const auto numbers = [&](size_t position, OperationCall::Names names, int64_t otherwise) {
    std::vector<int64_t> given =
        c.ints(position, names).value_or(std::vector<int64_t>{otherwise, otherwise});
    if (given.size() == 1) given.resize(2, given[0]);
    if (given.size() == 2) given = {1, given[0], given[1], 1};
    return given;
  };
  const std::vector<int64_t> sizes = numbers(1, {"size", "sizes"}, 1);
  std::vector<int64_t> strides = numbers(2, {"strides"}, 0);
  if (strides[1] == 0) strides = sizes;
  const std::vector<int64_t> rates = numbers(3, {"dilation_rate", "rates"}, 1);
  const std::string padding = upper(c.word(4, {"padding"}, "valid"));
  return channels_last(c, [&](const Value& given) {
    const Value x = given.rank() == 3 ? op::expand_dims(given, 0) : given;
    const Value y =
        emit("ExtractImagePatches", {x},
             {{"ksizes", sizes}, {"strides", strides}, {"rates", rates}, {"padding", padding}});
    return given.rank() == 3 ? op::squeeze(y, 0) : y;
  });
}

template <Text kOp>
Values blocks(const OperationCall& c) {
  const int64_t size = c.integer(1, {"block_size"}, 2);
  return channels_last(c, [&](const Value& x) {
    return emit(kOp.value, {x}, {{"block_size", size}});
  });
}

// Rows and columns change places.
Values image_transpose(const OperationCall& c) {
  const Value x = c.required(0, {"image"});
  return {
      op::transpose(x, x.rank() == 3 ? std::vector<int>{1, 0, 2} : std::vector<int>{0, 2, 1, 3})};
}

constexpr Operation kImageOperations[] = {
    {"adjust_contrast", adjust_contrast},
    {"crop_images", crop_images},
    {"crop_to_bounding_box", crop_to_bounding_box},
    {"image_transpose", image_transpose},
    {"depth_to_space", blocks<"DepthToSpace">},
    {"depth_to_space_v2", blocks<"DepthToSpace">},
    {"extract_patches", extract_patches},
    {"grayscale_to_rgb", grayscale_to_rgb},
    {"hsv_to_rgb", colours<"HSVToRGB">},
    {"hsvto_rgb", colours<"HSVToRGB">},
    {"pad_images", pad_images},
    {"per_image_standardization", per_image_standardization},
    {"resize", resize},
    {"resize_bicubic", resize_legacy<"bicubic">},
    {"resize_bilinear", resize_legacy<"bilinear">},
    {"resize_images", enlarge},
    {"resize_nearest_neighbor", resize_legacy<"nearest">},
    {"rgb_to_grayscale", rgb_to_grayscale},
    {"rgb_to_hsv", colours<"RGBToHSV">},
    {"rgbto_grayscale", rgb_to_grayscale},
    {"rgbto_hsv", colours<"RGBToHSV">},
    {"space_to_depth", blocks<"SpaceToDepth">},
    {"space_to_depth_v2", blocks<"SpaceToDepth">},
};

}  // namespace

std::span<const Operation> image_operations() { return kImageOperations; }

}  // namespace rill::keras
