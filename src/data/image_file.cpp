// Decoded and scaled as by tf.image.decode_image and tf.image.resize.
#include "data/image_file.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/fail.h"
#include "codec/image.h"
#include "codec/mapped_file.h"
#include "op/emit.h"

namespace rill::data {
namespace {

constexpr std::array<std::string_view, 8> kInterpolations = {
    "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"};

// Of PGM and PPM: grey to colours, colours to grey, opaque.
Tensor with_channels(const Tensor& image, int64_t channels) {
  const int64_t has = image.dim(2);
  if (has == channels) return image;
  const int64_t pixels = image.dim(0) * image.dim(1);
  Tensor out(DType::uint8, Shape{image.dim(0), image.dim(1), channels});
  const uint8_t* from = image.data<uint8_t>();
  uint8_t* to = out.data<uint8_t>();
  for (int64_t i = 0; i < pixels; ++i, from += has, to += channels) {
    if (channels == 1) {
      to[0] =
          static_cast<uint8_t>(std::lround(0.299 * from[0] + 0.587 * from[1] + 0.114 * from[2]));
      continue;
    }
    for (int c = 0; c < 3; ++c) to[c] = from[has == 1 ? 0 : c];
    if (channels == 4) to[3] = 255;
  }
  return out;
}

Tensor decoded(const std::string& path, int64_t channels) {
  const auto file = MappedFile::open(path);
  const std::string_view text = text_of(file->bytes());
  if (text.starts_with("P5") || text.starts_with("P6")) {
    return with_channels(decode_image(file->bytes(), path), channels);
  }
  try {
    return emit("DecodeImage", {Tensor(std::string(text))},
                {{"channels", channels}, {"expand_animations", false}});
  } catch (const Error& error) {
    rethrow_with_context(error, path);
  }
}

Tensor pair(int64_t a, int64_t b) {
  return Tensor::vector<int32_t>({static_cast<int32_t>(a), static_cast<int32_t>(b)});
}

Tensor resized(const Tensor& images, int64_t height, int64_t width, const std::string& how) {
  const Tensor size = pair(height, width);
  if (how == "bilinear") {
    return emit("ResizeBilinear", {images, size}, {{"half_pixel_centers", true}});
  }
  if (how == "nearest") {
    return emit("ResizeNearestNeighbor", {images, size}, {{"half_pixel_centers", true}});
  }
  if (how == "bicubic") {
    return emit("ResizeBicubic", {images, size}, {{"half_pixel_centers", true}});
  }
  if (how == "area") return emit("ResizeArea", {images, size});
  const Tensor scale =
      Tensor::vector<float>({static_cast<float>(height) / static_cast<float>(images.dim(1)),
                             static_cast<float>(width) / static_cast<float>(images.dim(2))});
  return emit("ScaleAndTranslate", {images, size, scale, Tensor::zeros(Shape{2})},
              {{"kernel_type", how}, {"antialias", false}});
}

// keras/src/utils/image_utils.py, smart_resize: the largest part in the middle that has the shape
// of the target.
Tensor cropped(const Tensor& images, int64_t target_height, int64_t target_width) {
  const int64_t height = images.dim(1), width = images.dim(2);
  const auto fitting = [](int64_t other, int64_t target, int64_t by, int64_t most) {
    const float wanted = static_cast<float>(other * target) / static_cast<float>(by);
    return std::clamp(static_cast<int64_t>(wanted), int64_t{1}, most);
  };
  const int64_t h = fitting(width, target_height, target_width, height);
  const int64_t w = fitting(height, target_width, target_height, width);
  const auto begin = {int32_t{0}, static_cast<int32_t>((height - h) / 2),
                      static_cast<int32_t>((width - w) / 2), int32_t{0}};
  const auto size = {int32_t{1}, static_cast<int32_t>(h), static_cast<int32_t>(w), int32_t{-1}};
  return emit("Slice", {images, Tensor::vector<int32_t>(begin), Tensor::vector<int32_t>(size)});
}

// tf.image.resize_with_pad.
Tensor padded(const Tensor& images, int64_t target_height, int64_t target_width,
              const std::string& how) {
  const auto to_float = [](int64_t n) { return static_cast<float>(n); };
  const float ratio = std::max(to_float(images.dim(2)) / to_float(target_width),
                               to_float(images.dim(1)) / to_float(target_height));
  const auto part = [&](int64_t size, int64_t target, int32_t& before, int32_t& after) {
    const float scaled = to_float(size) / ratio;
    const auto now = static_cast<int32_t>(scaled);
    before = std::max(static_cast<int32_t>(std::floor((to_float(target) - scaled) / 2)), 0);
    after = static_cast<int32_t>(target) - before - now;
    return now;
  };
  int32_t top = 0, bottom = 0, left = 0, right = 0;
  const int32_t height = part(images.dim(1), target_height, top, bottom);
  const int32_t width = part(images.dim(2), target_width, left, right);
  const Tensor around = Tensor::of<int32_t>({0, 0, top, bottom, left, right, 0, 0}, Shape{4, 2});
  return emit("Pad", {resized(images, height, width, how), around});
}

}  // namespace

void check_interpolation(const std::string& name) {
  const std::vector<std::string> known(kInterpolations.begin(), kInterpolations.end());
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  fail(Code::invalid_argument, "there is no interpolation ", quoted(name),
       did_you_mean(name, known), "; there are bilinear, nearest, bicubic, area, lanczos3, ",
       "lanczos5, gaussian and mitchellcubic");
}

Tensor read_image(const std::string& path, const ImageFolderOptions& o) {
  const Tensor image = decoded(path, o.channels);
  if (!o.image_size.is_fully_defined()) return emit("Cast", {image}, {{"DstT", DType::float32}});
  const int64_t height = o.image_size[0], width = o.image_size[1];
  Tensor images = image.reshaped(Shape{1, image.dim(0), image.dim(1), image.dim(2)});
  if (o.crop_to_aspect_ratio) images = cropped(images, height, width);
  images = o.pad_to_aspect_ratio ? padded(images, height, width, o.interpolation)
                                 : resized(images, height, width, o.interpolation);
  return images.reshaped(Shape{height, width, o.channels});
}

}  // namespace rill::data
