// PNG, JPEG, GIF and BMP: what is written is read, and damage anywhere is an error or a picture,
// never a crash or a large allocation. Values against TensorFlow are conformance cases.
#include <gtest/gtest.h>

#include <cstdlib>

#include "codec/bmp.h"
#include "codec/gif.h"
#include "codec/jpeg.h"
#include "codec/png.h"
#include "rill/error.hpp"

namespace rill {
namespace {

std::vector<uint8_t> pattern(size_t n) {
  std::vector<uint8_t> out(n);
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint8_t>(i * 37 + i / 5);
  return out;
}

std::string some_png(int channels, int bits) {
  const auto pixels = pattern(static_cast<size_t>(7 * 5 * channels * bits / 8));
  std::string out;
  EXPECT_TRUE(write_png({pixels.data(), 7, 5, channels, bits}, -1, out));
  return out;
}

std::string some_jpeg(bool progressive) {
  std::vector<uint8_t> pixels(20 * 30 * 3);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i / 9);
  JpegStyle style;
  style.progressive = progressive;
  std::string out;
  EXPECT_TRUE(write_jpeg(pixels.data(), {20, 30, 3}, style, out));
  return out;
}

// A 2 by 1 picture of the colours 1 and 2 of four.
std::string some_gif() {
  std::string out = "GIF89a";
  out += std::string("\x02\0\x01\0\x81\0\0", 7);
  out += std::string("\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08\x09", 12);
  out += std::string("\x2c\0\0\0\0\x02\0\x01\0\0", 10);
  // Codes of 3 bits: clear (4), 1, 2, end (5).
  const int codes = 4 | 1 << 3 | 2 << 6 | 5 << 9;
  out += std::string("\x02\x02", 2) + static_cast<char>(codes & 255) +
         static_cast<char>(codes >> 8) + std::string("\0;", 2);
  return out;
}

std::string some_bmp() {
  std::string out(54 + 8, '\0');
  out[0] = 'B';
  out[1] = 'M';
  out[10] = 54;
  out[18] = 2;  // width
  out[22] = 1;  // height
  out[28] = 24;
  for (int i = 0; i < 6; ++i) out[static_cast<size_t>(54 + i)] = static_cast<char>(i + 1);
  return out;
}

// Reads what it can; refuses the rest with INVALID_ARGUMENT.
void read_any(const std::string& bytes) {
  const auto tolerant = [](auto&& f) {
    try {
      f();
    } catch (const InvalidArgumentError&) {
    }
  };
  tolerant([&] {
    PngReader reader(bytes_of(bytes), 3, 16);
    std::vector<uint16_t> pixels(static_cast<size_t>(reader.height() * reader.width() * 3));
    ASSERT_LT(pixels.size(), 1U << 24);
    reader.read(pixels.data());
  });
  for (const bool recover : {false, true}) {
    tolerant([&] {
      JpegOptions options;
      options.recover_truncated = recover;
      JpegReader reader(bytes_of(bytes), options);
      const int64_t size = reader.height() * reader.width() * reader.channels();
      if (size > 1 << 24) return;  // a recovered picture may be as large as its header says
      std::vector<uint8_t> pixels(static_cast<size_t>(size));
      reader.read(pixels.data());
    });
  }
  tolerant([&] { read_gif(bytes_of(bytes), false); });
  tolerant([&] {
    const BmpImage image = read_bmp(bytes_of(bytes));
    std::vector<uint8_t> pixels(static_cast<size_t>(image.height * image.width * 4));
    image.read(pixels.data(), 4);
  });
}

TEST(Images, PngComesBack) {
  for (const int bits : {8, 16}) {
    for (int channels = 1; channels <= 4; ++channels) {
      const std::string bytes = some_png(channels, bits);
      PngReader reader(bytes_of(bytes), 0, bits);
      EXPECT_EQ(reader.channels(), channels);
      std::vector<uint8_t> pixels(static_cast<size_t>(7 * 5 * channels * bits / 8));
      reader.read(pixels.data());
      EXPECT_EQ(pixels, pattern(pixels.size()));
    }
  }
}

TEST(Images, EightBitsAreSpreadOverSixteen) {
  const std::string bytes = some_png(1, 8);
  PngReader reader(bytes_of(bytes), 3, 16);
  std::vector<uint16_t> pixels(7 * 5 * 3);
  reader.read(pixels.data());
  const auto original = pattern(7 * 5);
  for (size_t i = 0; i < pixels.size(); ++i) EXPECT_EQ(pixels[i], original[i / 3] * 257);
}

TEST(Images, JpegComesBackNearly) {
  for (const bool progressive : {false, true}) {
    const std::string bytes = some_jpeg(progressive);
    JpegReader reader(bytes_of(bytes), {});
    ASSERT_EQ(reader.height(), 20);
    ASSERT_EQ(reader.width(), 30);
    std::vector<uint8_t> pixels(20 * 30 * 3);
    reader.read(pixels.data());
    EXPECT_NEAR(pixels[900], 100, 8);
    const JpegCrop window{3, 9, 5, 7};
    JpegOptions options;
    options.crop = &window;
    JpegReader part(bytes_of(bytes), options);
    std::vector<uint8_t> cut(5 * 7 * 3);
    part.read(cut.data());
    EXPECT_NEAR(cut[0], pixels[(3 * 30 + 9) * 3], 2);
    const JpegSize size = jpeg_size(bytes_of(bytes));
    EXPECT_EQ(size.width, 30);
    EXPECT_EQ(size.channels, 3);
  }
}

TEST(Images, GifAndBmp) {
  const GifImage gif = read_gif(bytes_of(some_gif()), false);
  EXPECT_EQ(gif.frames, 1);
  EXPECT_EQ(gif.pixels, (std::vector<uint8_t>{1, 2, 3, 4, 5, 6}));
  const std::string bytes = some_bmp();
  const BmpImage bmp = read_bmp(bytes_of(bytes));
  std::vector<uint8_t> pixels(8);
  bmp.read(pixels.data(), 4);
  EXPECT_EQ(pixels, (std::vector<uint8_t>{3, 2, 1, 255, 6, 5, 4, 255}));
}

TEST(Images, CutOrChangedAnywhere) {
  for (const std::string& whole : {some_png(3, 8), some_png(4, 16), some_jpeg(false),
                                   some_jpeg(true), some_gif(), some_bmp()}) {
    for (size_t n = 0; n < whole.size(); ++n) read_any(whole.substr(0, n));
    std::srand(7);
    for (size_t i = 0; i < whole.size(); ++i) {
      std::string changed = whole;
      changed[i] = static_cast<char>(std::rand());
      read_any(changed);
    }
  }
}

TEST(Images, HeadersThatPromiseTooMuchAreRefused) {
  std::string png = some_png(1, 8);
  for (const size_t at : {size_t{17}, size_t{21}}) png[at] = 0x7f;
  EXPECT_THROW(PngReader(bytes_of(png), 0, 8), InvalidArgumentError);
  std::string jpeg = some_jpeg(false);
  const size_t frame = jpeg.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  for (size_t k = 5; k < 9; ++k) jpeg[frame + k] = 0x3f;  // 16191 by 16191
  EXPECT_THROW(JpegReader(bytes_of(jpeg), {}), InvalidArgumentError);
  std::string gif = some_gif();
  gif[6 + 7 + 12 + 6] = '\xff';  // 65282 columns
  gif[6 + 7 + 12 + 8] = '\xff';
  EXPECT_THROW(read_gif(bytes_of(gif), false), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
