// Source of the layout and of what is refused: tensorflow/core/kernels/image/decode_image_op.cc.
#include "codec/bmp.h"

#include <cstdlib>
#include <cstring>

#include "base/fail.h"

namespace rill {
namespace {

template <typename T>
T number_at(Bytes bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

}  // namespace

BmpImage read_bmp(Bytes bytes) {
  const auto require = [](bool ok, const auto&... parts) {
    if (!ok) fail(Code::invalid_argument, parts...);
  };
  require(bytes.size() >= 32,
          "Incomplete bmp content, requires at least 32 bytes to find the header size, width, "
          "height, and bpp, got ",
          bytes.size(), " bytes");
  const int64_t header = number_at<int32_t>(bytes, 10);
  const int64_t height = number_at<int32_t>(bytes, 22);
  BmpImage image;
  image.width = number_at<int32_t>(bytes, 18);
  image.height = std::abs(height);
  image.top_down = height < 0;
  image.channels = number_at<int16_t>(bytes, 28) / 8;
  require(image.channels == 1 || image.channels == 3 || image.channels == 4,
          "Number of channels inherent in the image must be 1, 3 or 4, was ", image.channels);
  require(image.width > 0, "Width must be positive");
  require(height != 0, "Height must be nonzero");
  require(header >= 0, "header size must be nonnegative");
  require(image.width * image.height < INT32_MAX / 8,
          "Total possible pixel bytes must be less than 2^30");
  image.row_bytes = (image.width * image.channels + 3) / 4 * 4;
  const int64_t difference =
      static_cast<int64_t>(bytes.size()) - header - image.row_bytes * image.height;
  require(difference == 0,
          "Input size should match (header_size + row_size * abs_height) but they differ by ",
          difference);
  image.rows = bytes.subspan(static_cast<size_t>(header));
  return image;
}

void BmpImage::read(uint8_t* pixels, int wanted) const {
  for (int64_t y = 0; y < height; ++y) {
    const auto* from =
        reinterpret_cast<const uint8_t*>(rows.data()) + (top_down ? y : height - 1 - y) * row_bytes;
    for (int64_t x = 0; x < width; ++x, from += channels, pixels += wanted) {
      if (wanted == 1) {
        pixels[0] = from[0];
        continue;
      }
      for (int c = 0; c < 3; ++c) pixels[c] = channels == 1 ? from[0] : from[2 - c];
      if (wanted == 4) pixels[3] = channels == 4 ? from[3] : 255;
    }
  }
}

}  // namespace rill
