// Colours, brightness, borders and quality of images (tensorflow/python/ops/image_ops_impl.py).
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/resize.h"

namespace rill::keras {
namespace {

using op::constant_like;
using op::unary;

Value picture_operand(const OperationCall& c) {
  return c.required(0, {"images", "image", "input", "img1"});
}
// The place of the rows among the dimensions.
int rows_of(const OperationCall& c, const Value& x) {
  if (x.rank() < 3) fail(Code::invalid_argument, c.layer, ": an image of rank ", x.rank());
  return x.rank() - 3;
}
int64_t known(const OperationCall& c, const Value& x, int axis) {
  const int64_t n = x.shape()[axis];
  if (n < 0) fail(Code::unimplemented, c.layer, ": images of unknown size");
  return n;
}

// Conversions of colours, a row a channel of the input.
using ColourMatrix = std::array<float, 9>;
constexpr ColourMatrix kToYuv = {0.299F,       -0.14714119F, 0.61497538F, 0.587F,      -0.28886916F,
                                 -0.51496512F, 0.114F,       0.43601035F, -0.10001026F};
constexpr ColourMatrix kFromYuv = {
    1, 1, 1, 0, -0.394642334F, 2.03206185F, 1.13988303F, -0.58062185F, 0};
constexpr ColourMatrix kToYiq = {0.299F,       0.59590059F, 0.2115F,      0.587F,     -0.27455667F,
                                 -0.52273617F, 0.114F,      -0.32134392F, 0.31119955F};
constexpr ColourMatrix kFromYiq = {
    1, 1, 1, 0.95598634F, -0.27201283F, -1.10674021F, 0.6208248F, -0.64720424F, 1.70423049F};
template <const ColourMatrix& kMatrix>
Values mixed_colours(const OperationCall& c) {
  const Value x = picture_operand(c);
  const Tensor matrix = Tensor::of(std::vector<float>(kMatrix.begin(), kMatrix.end()), Shape{3, 3});
  return {op::dense(x, op::cast(matrix, x.dtype()))};
}

// Integers span their positive range, floats 0 to 1.
double brightest(DType dtype) {
  const int bits = static_cast<int>(8 * dtype_size(dtype)) - (is_signed_integer(dtype) ? 1 : 0);
  return std::ldexp(1.0, bits) - 1;
}
Value picture_as(const Value& x, DType dtype, bool saturate) {
  if (x.dtype() == dtype) return x;
  if (is_integer(x.dtype()) && is_integer(dtype)) {
    const double from = brightest(x.dtype()), to = brightest(dtype);
    if (from > to) {
      const Value scaled =
          op::binary("FloorDiv", x, constant_like(std::floor(from + 1) / (to + 1), x));
      return op::cast(scaled, dtype);
    }
    const Value wide = op::cast(x, dtype);
    return op::mul(wide, constant_like((to + 1) / (from + 1), wide));
  }
  if (is_floating(x.dtype()) && is_floating(dtype)) return op::cast(x, dtype);
  if (is_integer(x.dtype())) {
    const Value floating = op::cast(x, dtype);
    return op::mul(floating, constant_like(1 / brightest(x.dtype()), floating));
  }
  Value scaled = op::mul(x, constant_like(brightest(dtype) + 0.5, x));
  if (saturate) {
    scaled =
        op::binary("Maximum", op::binary("Minimum", scaled, constant_like(brightest(dtype), x)),
                   constant_like(0, x));
  }
  return op::cast(scaled, dtype);
}
Values convert_image_dtype(const OperationCall& c) {
  return {picture_as(picture_operand(c), c.dtype(1, {"dtype"}, DType::float32),
                     c.flag(2, {"saturate"}, false))};
}
// Changes the picture as floats and gives it back as it was.
template <typename Change>
Values as_floats(const OperationCall& c, Change change) {
  const Value x = picture_operand(c);
  const bool floating = is_floating(x.dtype());
  const Value y = change(floating ? x : picture_as(x, DType::float32, false));
  return {floating ? y : picture_as(y, x.dtype(), true)};
}
Values adjust_brightness(const OperationCall& c) {
  return as_floats(
      c, [&](const Value& x) { return op::add(x, constant_like(c.number(1, {"delta"}, 0), x)); });
}
Values adjust_gamma(const OperationCall& c) {
  return as_floats(c, [&](const Value& x) {
    const Value power = op::binary("Pow", x, constant_like(c.number(1, {"gamma"}, 1), x));
    return op::mul(power, constant_like(c.number(2, {"gain"}, 1), x));
  });
}

Value with_borders(const OperationCall& c, const Value& x, std::array<int64_t, 2> before,
                   std::array<int64_t, 2> size) {
  const int rows = rows_of(c, x);
  std::vector<std::pair<int64_t, int64_t>> pads(static_cast<size_t>(x.rank()), {0, 0});
  for (int i = 0; i < 2; ++i) {
    const auto side = static_cast<size_t>(i);
    const int64_t after = size[side] - before[side] - known(c, x, rows + i);
    if (before[side] < 0 || after < 0) {
      fail(Code::invalid_argument, c.layer, ": the box is smaller than the image");
    }
    pads[static_cast<size_t>(rows) + side] = {before[side], after};
  }
  return op::pad(x, pads);
}
Value cut_out(const OperationCall& c, const Value& x, std::array<int64_t, 2> before,
              std::array<int64_t, 2> size) {
  std::vector<op::Range> ranges(static_cast<size_t>(x.rank()));
  const auto rows = static_cast<size_t>(rows_of(c, x));
  for (size_t i = 0; i < 2; ++i) ranges[rows + i] = {before[i], before[i] + size[i], 1};
  return op::slice(x, ranges);
}
Values pad_to_bounding_box(const OperationCall& c) {
  const Value x = picture_operand(c);
  return {with_borders(c, x,
                       {c.integer(1, {"offset_height"}, 0), c.integer(2, {"offset_width"}, 0)},
                       {c.integer(3, {"target_height"}, 0), c.integer(4, {"target_width"}, 0)})};
}
// The middle; the larger part of what is odd is cut or added behind.
Value centred(const OperationCall& c, const Value& x, std::array<int64_t, 2> size) {
  const int rows = rows_of(c, x);
  std::array<int64_t, 2> cut = {}, pad = {}, inner = {};
  for (int i = 0; i < 2; ++i) {
    const auto side = static_cast<size_t>(i);
    const int64_t n = known(c, x, rows + i);
    inner[side] = std::min(n, size[side]);
    cut[side] = std::max<int64_t>(0, (n - size[side]) / 2);
    pad[side] = std::max<int64_t>(0, (size[side] - n) / 2);
  }
  return with_borders(c, cut_out(c, x, cut, inner), pad, size);
}
Values resize_with_crop_or_pad(const OperationCall& c) {
  const Value x = picture_operand(c);
  return {centred(c, x, {c.integer(1, {"target_height"}, 0), c.integer(2, {"target_width"}, 0)})};
}
// As large as fits, then zeros around it.
Values resize_with_pad(const OperationCall& c) {
  const Value given = picture_operand(c);
  const Value x = given.rank() == 3 ? op::expand_dims(given, 0) : given;
  const int64_t height = c.integer(1, {"target_height"}, 0);
  const int64_t width = c.integer(2, {"target_width"}, 0);
  const auto h = static_cast<double>(known(c, x, 1)), w = static_cast<double>(known(c, x, 2));
  const double ratio = std::max(w / static_cast<double>(width), h / static_cast<double>(height));
  const auto inner_h = static_cast<int64_t>(std::floor(h / ratio));
  const auto inner_w = static_cast<int64_t>(std::floor(w / ratio));
  const int64_t top = std::max<int64_t>(
      0, static_cast<int64_t>(std::floor((static_cast<double>(height) - h / ratio) / 2)));
  const int64_t left = std::max<int64_t>(
      0, static_cast<int64_t>(std::floor((static_cast<double>(width) - w / ratio) / 2)));
  const Value y = resize_images(x, inner_h, inner_w, c.word(3, {"method"}, "bilinear"),
                                c.flag(4, {"antialias"}, false));
  const Value padded = with_borders(c, y, {top, left}, {height, width});
  return {given.rank() == 3 ? op::squeeze(padded, 0) : padded};
}
Values central_crop(const OperationCall& c) {
  const Value x = picture_operand(c);
  const double share = c.number(1, {"central_fraction"}, 1);
  const int rows = rows_of(c, x);
  std::array<int64_t, 2> before = {}, size = {};
  for (int i = 0; i < 2; ++i) {
    const auto side = static_cast<size_t>(i);
    const int64_t n = known(c, x, rows + i);
    before[side] =
        static_cast<int64_t>((static_cast<double>(n) - static_cast<double>(n) * share) / 2);
    size[side] = n - 2 * before[side];
  }
  return {cut_out(c, x, before, size)};
}

// Each channel by itself with a [height, width] kernel.
Value weighed(const Value& x, const Tensor& kernel) {
  const int64_t height = kernel.shape()[0], width = kernel.shape()[1];
  const int64_t count = x.shape()[x.rank() - 1];
  const Value all =
      op::tile(op::reshape(op::cast(kernel, x.dtype()), {height, width, 1, 1}), {1, 1, count, 1});
  return emit("DepthwiseConv2dNative", {x, all},
              {{"strides", std::vector<int64_t>{1, 1, 1, 1}}, {"padding", "VALID"}});
}
// Structural similarity (Wang et al. 2004) as tf.image.ssim has it: the means over all windows.
Values ssim(const OperationCall& c) {
  const Value x = op::to_floating(picture_operand(c));
  const Value y = op::to_floating(c.required(1, {"img2"}));
  const int64_t size = c.integer(3, {"filter_size"}, 11);
  if (x.rank() != 4 || known(c, x, 3) < 1 || size < 1 || size > 1024) {
    fail(Code::unimplemented, c.layer, ": similarity of images of shape ", x.shape());
  }
  const double sigma = c.number(4, {"filter_sigma"}, 1.5), most = c.number(2, {"max_val"}, 1);
  const double c1 = std::pow(c.number(5, {"k1"}, 0.01) * most, 2);
  const double c2 = std::pow(c.number(6, {"k2"}, 0.03) * most, 2);
  std::vector<float> weights;
  double sum = 0;
  const auto at = [&](int64_t i) {
    return static_cast<double>(i) - static_cast<double>(size - 1) / 2;
  };
  for (int64_t i = 0; i < size * size; ++i) {
    const double a = at(i / size), b = at(i % size);
    weights.push_back(static_cast<float>(std::exp(-0.5 * (a * a + b * b) / (sigma * sigma))));
    sum += static_cast<double>(weights.back());
  }
  for (float& w : weights) w = static_cast<float>(static_cast<double>(w) / sum);
  const Tensor kernel = Tensor::of(weights, Shape{size, size});
  const auto number = [&](double v) { return constant_like(v, x); };
  const Value mean_x = weighed(x, kernel), mean_y = weighed(y, kernel);
  const Value product = op::mul(op::mul(mean_x, mean_y), number(2));
  const Value squares = op::add(unary("Square", mean_x), unary("Square", mean_y));
  const Value luminance = op::div(op::add(product, number(c1)), op::add(squares, number(c1)));
  const Value products = op::mul(weighed(op::mul(x, y), kernel), number(2));
  const Value powers = weighed(op::add(unary("Square", x), unary("Square", y)), kernel);
  const Value structure = op::div(op::add(op::sub(products, product), number(c2)),
                                  op::add(op::sub(powers, squares), number(c2)));
  const Value windows = op::reduce("Mean", op::mul(luminance, structure), {1, 2});
  return {op::reduce("Mean", windows, {1})};
}

// Changes along rows and along columns, one beside the other in a last dimension.
Values sobel_edges(const OperationCall& c) {
  const bool first = c.word(1, {"data_format"}, "") == "channels_first";
  const Value given = c.required(0, {"image", "images"});
  const Value image = first ? op::to_channels_last(given) : given;
  const int64_t channels = image.shape().back();
  if (image.rank() != 4 || channels < 1) {
    fail(Code::invalid_argument, c.layer,
         ": images must have shape [batch, height, width, "
         "channels], not ",
         image.shape());
  }
  constexpr float kRows[9] = {-1, -2, -1, 0, 0, 0, 1, 2, 1};
  std::vector<float> kernel;
  for (int i = 0; i < 9; ++i) {
    for (int64_t channel = 0; channel < channels; ++channel) {
      kernel.push_back(kRows[i]);
      kernel.push_back(kRows[i % 3 * 3 + i / 3]);
    }
  }
  const Value padded =
      emit("MirrorPad", {image, Tensor::of<int32_t>({0, 0, 1, 1, 1, 1, 0, 0}, {4, 2})},
           {{"mode", "REFLECT"}});
  const Value edges =
      emit("DepthwiseConv2dNative",
           {padded, op::cast(Tensor::of(kernel, {3, 3, channels, 2}), image.dtype())},
           {{"strides", std::vector<int64_t>{1, 1, 1, 1}}, {"padding", "VALID"}});
  std::vector<op::Dim> dims = op::dims(image);
  dims.emplace_back(2);
  const Value y = op::reshape(edges, dims);
  return {first ? op::transpose(y, {0, 3, 1, 2, 4}) : y};
}

constexpr Operation kPictureOperations[] = {
    {"adjust_brightness", adjust_brightness},
    {"adjust_gamma", adjust_gamma},
    {"central_crop", central_crop},
    {"convert_image_dtype", convert_image_dtype},
    {"pad_to_bounding_box", pad_to_bounding_box},
    {"resize_with_crop_or_pad", resize_with_crop_or_pad},
    {"resize_image_with_pad", resize_with_pad},
    {"resize_with_pad", resize_with_pad},
    {"rgb_to_yiq", mixed_colours<kToYiq>},
    {"rgb_to_yuv", mixed_colours<kToYuv>},
    {"sobel_edges", sobel_edges},
    {"ssim", ssim},
    {"yiq_to_rgb", mixed_colours<kFromYiq>},
    {"yuv_to_rgb", mixed_colours<kFromYuv>},
};

}  // namespace

std::span<const Operation> picture_operations() { return kPictureOperations; }

}  // namespace rill::keras
