// libpng behind plain functions. It leaves by longjmp, so what holds a setjmp owns nothing.
// Source of the conversions asked for: tensorflow/core/lib/png/png_io.cc.
#include "codec/png.h"

#include <png.h>

#include <csetjmp>
#include <cstring>

#include "base/fail.h"

namespace rill {

struct PngReader::State {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Bytes rest;
  size_t file_size = 0;
  png_uint_32 width = 0, height = 0;
  int channels = 0;
  int bits = 8;
  int file_bits = 0;
  int passes = 1;
  bool widen = false;  // 8 bits in the file, 16 wanted

  ~State() {
    if (png != nullptr) png_destroy_read_struct(&png, &info, nullptr);
  }
};

namespace {

[[noreturn]] void leave(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void ignore(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep to, png_size_t n) {
  auto* rest = static_cast<Bytes*>(png_get_io_ptr(png));
  if (rest->size() < n) png_error(png, "the file ends early");
  std::memcpy(to, rest->data(), n);
  *rest = rest->subspan(n);
}

void write_bytes(png_structp png, png_bytep from, png_size_t n) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(from), n);
}
void flush(png_structp) {}

// The channels that the file has when nobody asks for others.
int own_channels(png_structp png, png_infop info, int color) {
  if (color != PNG_COLOR_TYPE_PALETTE) return png_get_channels(png, info);
  return png_get_valid(png, info, PNG_INFO_tRNS) != 0 ? 4 : 3;
}

void ask_for_alpha(png_structp png, bool wanted, bool has_alpha, bool has_key, int bits) {
  if (!wanted) {
    if (has_alpha || has_key) png_set_strip_alpha(png);
  } else if (!has_alpha && has_key) {
    png_set_tRNS_to_alpha(png);
  } else if (!has_alpha) {
    png_set_add_alpha(png, (1U << bits) - 1, PNG_FILLER_AFTER);
  }
}

void ask_for_colors(png_structp png, int color, int bits, bool gray_wanted) {
  if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  const bool is_gray = (color & PNG_COLOR_MASK_COLOR) == 0;
  if (is_gray && bits < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (gray_wanted && !is_gray) png_set_rgb_to_gray(png, 1, 0.299, 0.587);  // as JPEG weighs them
  if (!gray_wanted && is_gray) png_set_gray_to_rgb(png);
}

template <typename State>
bool read_header(State* s) {
  if (setjmp(png_jmpbuf(s->png)) != 0) return false;
  png_set_read_fn(s->png, &s->rest, read_bytes);
  png_read_info(s->png, s->info);
  int color = 0;
  png_get_IHDR(s->png, s->info, &s->width, &s->height, &s->file_bits, &color, nullptr, nullptr,
               nullptr);
  // zlib makes at most 1032 bytes of one: a file cannot hold more rows than that.
  const uint64_t row = (uint64_t{s->width} * static_cast<uint64_t>(s->file_bits) *
                            png_get_channels(s->png, s->info) +
                        7) /
                       8;
  if (row * s->height / 1040 > s->file_size) return false;
  if (s->channels == 0) s->channels = own_channels(s->png, s->info, color);
  ask_for_alpha(s->png, s->channels % 2 == 0, (color & PNG_COLOR_MASK_ALPHA) != 0,
                png_get_valid(s->png, s->info, PNG_INFO_tRNS) != 0, s->file_bits);
  if (s->file_bits > 8 && s->bits == 8) png_set_strip_16(s->png);
  s->widen = s->file_bits <= 8 && s->bits == 16;
  png_set_packing(s->png);
  s->passes = png_set_interlace_handling(s->png);
  if (s->bits == 16) png_set_swap(s->png);
  ask_for_colors(s->png, color, s->file_bits, s->channels < 3);
  png_read_update_info(s->png, s->info);
  const uint64_t made = uint64_t{s->width} * static_cast<uint64_t>(s->channels) *
                        (s->bits == 16 && !s->widen ? 2 : 1);
  return png_get_rowbytes(s->png, s->info) == made;
}

template <typename State>
bool read_rows(State* s, png_bytep pixels, size_t row_bytes) {
  if (setjmp(png_jmpbuf(s->png)) != 0) return false;
  for (int pass = 0; pass < s->passes; ++pass) {
    for (png_uint_32 y = 0; y < s->height; ++y) {
      png_read_row(s->png, pixels + y * row_bytes, nullptr);
    }
  }
  png_read_end(s->png, s->info);
  return true;
}

bool write_rows(png_structp png, png_infop info, const PngPixels& p, int level, std::string* out) {
  static constexpr int kColors[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                                    PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_write_fn(png, out, write_bytes, flush);
  png_set_compression_level(png, level);
  png_set_compression_mem_level(png, 9);
  png_set_IHDR(png, info, static_cast<png_uint_32>(p.width), static_cast<png_uint_32>(p.height),
               p.bits, kColors[p.channels - 1], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  if (p.bits == 16) png_set_swap(png);
  const auto* row = static_cast<png_const_bytep>(p.data);
  for (int64_t y = 0; y < p.height; ++y) {
    png_write_row(png, row);
    row += p.width * p.channels * (p.bits / 8);
  }
  png_write_end(png, nullptr);
  return true;
}

}  // namespace

PngReader::PngReader(Bytes bytes, int channels, int bits) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.rest = bytes;
  s.file_size = bytes.size();
  s.channels = channels;
  s.bits = bits;
  s.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, leave, ignore);
  s.info = s.png == nullptr ? nullptr : png_create_info_struct(s.png);
  if (s.info == nullptr || !read_header(&s)) {
    fail(Code::invalid_argument, "Invalid PNG. Failed to initialize decoder.");
  }
  constexpr uint64_t kLongest = uint64_t{1} << 27;
  if (s.width >= kLongest || s.height >= kLongest ||
      uint64_t{s.width} * s.height >= (uint64_t{1} << 29)) {
    fail(Code::invalid_argument, "PNG size too large for int: ", s.width, " by ", s.height);
  }
}

PngReader::~PngReader() = default;
int64_t PngReader::height() const { return state_->height; }
int64_t PngReader::width() const { return state_->width; }
int PngReader::channels() const { return state_->channels; }

void PngReader::read(void* pixels) {
  State& s = *state_;
  auto* to = static_cast<png_bytep>(pixels);
  const size_t row = size_t{s.width} * static_cast<size_t>(s.channels);
  const size_t row_bytes = row * static_cast<size_t>(s.bits / 8);
  if (!read_rows(&s, to, row_bytes)) {
    fail(Code::invalid_argument, "Invalid PNG data, size ", s.file_size);
  }
  if (!s.widen) return;
  for (png_uint_32 y = 0; y < s.height; ++y) {
    png_bytep line = to + y * row_bytes;
    for (size_t x = row; x-- > 0;) line[2 * x] = line[2 * x + 1] = line[x];
  }
}

bool write_png(const PngPixels& pixels, int level, std::string& out) {
  out.clear();
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, leave, ignore);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  const bool done = info != nullptr && write_rows(png, info, pixels, level, &out);
  png_destroy_write_struct(&png, &info);
  return done;
}

}  // namespace rill
