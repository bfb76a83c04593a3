#include "codec/image.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "base/fail.h"
#include "codec/crc32.h"
#include "codec/gif.h"
#include "codec/inflate.h"
#include "codec/jpeg.h"
#include "rill/error.hpp"

namespace rill {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 30;

uint8_t at(Bytes b, size_t i) { return static_cast<uint8_t>(b[i]); }
uint32_t big32(Bytes b, size_t i) {
  return (uint32_t{at(b, i)} << 24) | (uint32_t{at(b, i + 1)} << 16) |
         (uint32_t{at(b, i + 2)} << 8) | at(b, i + 3);
}
uint32_t little32(Bytes b, size_t i) {
  return at(b, i) | (uint32_t{at(b, i + 1)} << 8) | (uint32_t{at(b, i + 2)} << 16) |
         (uint32_t{at(b, i + 3)} << 24);
}
uint32_t little16(Bytes b, size_t i) { return at(b, i) | (uint32_t{at(b, i + 1)} << 8); }

Tensor canvas(int64_t height, int64_t width, int64_t channels, const std::string& what) {
  if (height <= 0 || width <= 0) {
    fail(Code::data_loss, what, ": the image says it is ", width, " by ", height);
  }
  if (width > kMostBytes || height > kMostBytes / width / channels) {
    fail(Code::resource_exhausted, what, ": an image of ", width, " by ", height,
         " is larger than 1 GiB");
  }
  return Tensor(DType::uint8, Shape{height, width, channels});
}

// -- PNG.
// ------------------------------------------------------------------------------------------

struct Png {
  int64_t width = 0, height = 0;
  int depth = 0, kind = 0;
  Bytes palette;
  std::string packed;
  int samples() const { return kind == 0 || kind == 3 ? 1 : kind == 4 ? 2 : kind == 2 ? 3 : 4; }
};

Png read_chunks(Bytes file, const std::string& what) {
  Png png;
  size_t i = 8;
  while (true) {
    if (file.size() - i < 12) fail(Code::data_loss, what, ": the file ends inside a chunk");
    const uint64_t length = big32(file, i);
    if (length > file.size() - i - 12) {
      fail(Code::data_loss, what, ": the chunk at offset ", i, " is longer than the file");
    }
    const auto size = static_cast<size_t>(length);
    const std::string_view type = text_of(file.subspan(i + 4, 4));
    const Bytes body = file.subspan(i + 8, size);
    if (crc32(0, file.subspan(i + 4, size + 4)) != big32(file, i + 8 + size)) {
      fail(Code::data_loss, what, ": the chunk at offset ", i,
           " has another checksum than it says");
    }
    if (type == "IHDR") {
      if (size != 13) fail(Code::data_loss, what, ": its header has ", size, " bytes, not 13");
      png.width = big32(body, 0);
      png.height = big32(body, 4);
      png.depth = at(body, 8);
      png.kind = at(body, 9);
      if (at(body, 12) != 0) {
        fail(Code::unimplemented, what, ": interlaced PNG files are not read; save it without");
      }
    } else if (type == "PLTE") {
      png.palette = body;
    } else if (type == "IDAT") {
      png.packed.append(text_of(body));
    } else if (type == "IEND") {
      return png;
    }
    i += size + 12;
  }
}

int paeth(int a, int b, int c) {
  const int p = a + b - c;
  const int pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

Tensor decode_png(Bytes file, const std::string& what) {
  const Png png = read_chunks(file, what);
  const bool known =
      png.kind == 0 || png.kind == 2 || png.kind == 3 || png.kind == 4 || png.kind == 6;
  const bool depth =
      png.depth == 8 || (png.depth == 16 && png.kind != 3) ||
      ((png.depth == 1 || png.depth == 2 || png.depth == 4) && (png.kind == 0 || png.kind == 3));
  if (!known || !depth) {
    fail(Code::data_loss, what, ": there is no colour type ", png.kind, " of ", png.depth, " bits");
  }
  const int64_t channels = png.kind == 3 ? 3 : png.samples();
  Tensor out = canvas(png.height, png.width, channels, what);
  const int64_t bits = int64_t{png.depth} * png.samples();
  const int64_t row = (png.width * bits + 7) / 8;
  const int64_t step = std::max<int64_t>(1, bits / 8);
  std::string raw =
      inflate(bytes_of(png.packed), static_cast<uint64_t>((row + 1) * png.height), what);
  auto* data = reinterpret_cast<uint8_t*>(raw.data());
  const std::string zeros(static_cast<size_t>(row), '\0');
  const auto* above = reinterpret_cast<const uint8_t*>(zeros.data());
  for (int64_t y = 0; y < png.height; ++y) {
    const int filter = *data++;
    if (filter > 4) fail(Code::data_loss, what, ": row ", y, " has filter ", filter);
    for (int64_t i = 0; i < row; ++i) {
      const int left = i >= step ? data[i - step] : 0;
      const int corner = i >= step ? above[i - step] : 0;
      const int guess = filter == 1   ? left
                        : filter == 2 ? above[i]
                        : filter == 3 ? (left + above[i]) / 2
                        : filter == 4 ? paeth(left, above[i], corner)
                                      : 0;
      data[i] = static_cast<uint8_t>(data[i] + guess);
    }
    uint8_t* to = out.data<uint8_t>() + y * png.width * channels;
    const int64_t values = png.width * png.samples();
    const int most = (1 << std::min(png.depth, 8)) - 1;
    for (int64_t i = 0; i < values; ++i) {
      int value = 0;
      if (png.depth == 8) {
        value = data[i];
      } else if (png.depth == 16) {
        value = data[2 * i];
      } else {
        const int64_t bit = i * png.depth;
        value = (data[bit / 8] >> (8 - png.depth - bit % 8)) & most;
      }
      if (png.kind != 3) {
        to[i] = static_cast<uint8_t>(png.depth < 8 ? value * 255 / most : value);
        continue;
      }
      if (static_cast<size_t>(value) * 3 + 3 > png.palette.size()) {
        fail(Code::data_loss, what, ": colour ", value, " is not in its palette");
      }
      for (int c = 0; c < 3; ++c) {
        to[3 * i + c] = at(png.palette, static_cast<size_t>(value) * 3 + static_cast<size_t>(c));
      }
    }
    above = data;
    data += row;
  }
  return out;
}

// -- BMP.
// ------------------------------------------------------------------------------------------

Tensor decode_bmp(Bytes file, const std::string& what) {
  if (file.size() < 54) fail(Code::data_loss, what, ": the file ends inside its header");
  const uint64_t begin = little32(file, 10);
  const int64_t width = static_cast<int32_t>(little32(file, 18));
  const int64_t signed_height = static_cast<int32_t>(little32(file, 22));
  const uint32_t bits = little16(file, 28);
  const uint32_t packing = little32(file, 30);
  if ((bits != 24 && bits != 32) || packing != 0) {
    fail(Code::unimplemented, what, ": BMP files of ", bits, " bits or packed ones are not read");
  }
  const int64_t height = std::abs(signed_height);
  Tensor out = canvas(height, width, 3, what);
  const int64_t step = bits / 8;
  const int64_t row = (width * step + 3) / 4 * 4;
  if (begin > file.size() || static_cast<uint64_t>(row * height) > file.size() - begin) {
    fail(Code::data_loss, what, ": the file ends before its pixels do");
  }
  for (int64_t y = 0; y < height; ++y) {
    const int64_t from = signed_height > 0 ? height - 1 - y : y;
    const Bytes line = file.subspan(static_cast<size_t>(begin) + static_cast<size_t>(from * row));
    uint8_t* to = out.data<uint8_t>() + y * width * 3;
    for (int64_t x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) to[3 * x + c] = at(line, static_cast<size_t>(x * step + 2 - c));
    }
  }
  return out;
}

// -- PPM and PGM.
// ----------------------------------------------------------------------------------

Tensor decode_pnm(Bytes file, const std::string& what) {
  size_t i = 2;
  const auto number = [&]() -> int64_t {
    while (i < file.size()) {
      if (at(file, i) == '#') {
        while (i < file.size() && at(file, i) != '\n') ++i;
      } else if (at(file, i) <= ' ') {
        ++i;
      } else {
        break;
      }
    }
    int64_t out = -1;
    for (; i < file.size() && at(file, i) >= '0' && at(file, i) <= '9' && out < 1'000'000'000;
         ++i) {
      out = std::max<int64_t>(out, 0) * 10 + (at(file, i) - '0');
    }
    if (out < 0) fail(Code::data_loss, what, ": a number is expected at offset ", i);
    return out;
  };
  const int64_t width = number(), height = number(), most = number();
  ++i;
  const int64_t channels = at(file, 1) == '5' ? 1 : 3;
  if (most != 255) fail(Code::unimplemented, what, ": images of ", most, " levels are not read");
  Tensor out = canvas(height, width, channels, what);
  const auto size = static_cast<size_t>(out.size());
  if (i > file.size() || size > file.size() - i) {
    fail(Code::data_loss, what, ": the file ends before its pixels do");
  }
  std::memcpy(out.raw(), file.data() + i, size);
  return out;
}

// JPEG as TensorFlow's decode_image reads it, GIF its first frame.
Tensor decode_by_library(Bytes file, const std::string& what, bool jpeg) {
  std::string message;
  try {
    if (jpeg) {
      JpegReader reader(file, {});
      Tensor out(DType::uint8, Shape{reader.height(), reader.width(), reader.channels()});
      reader.read(out.data<uint8_t>());
      return out;
    }
    const GifImage gif = read_gif(file, true);
    return Tensor::of(gif.pixels, Shape{gif.height, gif.width, 3});
  } catch (const InvalidArgumentError& e) {
    message = e.what();
  }
  fail(Code::data_loss, what, ": ", message);
}

}  // namespace

Tensor decode_image(Bytes file, const std::string& what) {
  const std::string_view head = text_of(file.first(std::min<size_t>(file.size(), 12)));
  if (head.starts_with("\x89PNG\r\n\x1a\n")) return decode_png(file, what);
  if (head.starts_with("BM")) return decode_bmp(file, what);
  if (head.starts_with("P5") || head.starts_with("P6")) return decode_pnm(file, what);
  if (head.starts_with("\xff\xd8\xff")) return decode_by_library(file, what, true);
  if (head.starts_with("GIF8")) return decode_by_library(file, what, false);
  if (head.starts_with("RIFF")) {
    fail(Code::unimplemented, what, ": is a WebP file; PNG, JPEG, GIF, BMP, PPM and PGM are read");
  }
  fail(Code::data_loss, what, ": is no image that is known (PNG, JPEG, GIF, BMP, PPM, PGM)");
}

}  // namespace rill
