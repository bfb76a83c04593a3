// libjpeg-turbo behind plain functions. It leaves by longjmp, so what holds a setjmp owns nothing.
// Source of the settings and of what becomes of truncated files:
// tensorflow/core/lib/jpeg/jpeg_mem.cc.
#include "codec/jpeg.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/fail.h"
#include "codec/jpeg_error.h"

namespace rill {
namespace {

constexpr int kMostScans = 500;  // each costs a pass over the whole picture

[[noreturn]] void damaged() {
  fail(Code::invalid_argument, "jpeg::Uncompress failed. Invalid JPEG data or crop window.");
}

void begin(j_decompress_ptr) {}
void end(j_decompress_ptr) {}

// The whole file is there from the start: asked for more, it has ended. Without more libjpeg
// suspends, and rows are missing.
boolean no_more(j_decompress_ptr) { return FALSE; }

boolean fake_end(j_decompress_ptr d) {
  static constexpr JOCTET kEnd[2] = {0xff, JPEG_EOI};
  d->src->next_input_byte = kEnd;
  d->src->bytes_in_buffer = 2;
  return TRUE;
}

void skip(j_decompress_ptr d, long n) {
  if (n <= 0) return;
  const auto bytes = std::min(static_cast<size_t>(n), d->src->bytes_in_buffer);
  d->src->next_input_byte += bytes;
  d->src->bytes_in_buffer -= bytes;
}

void watch_scans(j_common_ptr c) {
  if (reinterpret_cast<j_decompress_ptr>(c)->input_scan_number > kMostScans) c->err->error_exit(c);
}

}  // namespace

struct JpegReader::State {
  jpeg_decompress_struct d{};
  JpegErrors errors{};
  jpeg_source_mgr source{};
  jpeg_progress_mgr progress{};
  JpegOptions options;
  JpegCrop window;
  bool made = false;
  int channels = 0;
  int64_t rows_read = 0;
  std::vector<uint8_t> line;  // a row as libjpeg gives it, where it differs from ours

  void open(Bytes bytes) {
    d.err = errors.prepare();
    source.next_input_byte = reinterpret_cast<const JOCTET*>(bytes.data());
    source.bytes_in_buffer = bytes.size();
    source.init_source = begin;
    source.fill_input_buffer = options.recover_truncated ? fake_end : no_more;
    source.skip_input_data = skip;
    source.resync_to_restart = jpeg_resync_to_restart;
    source.term_source = end;
    progress.progress_monitor = watch_scans;
  }
  ~State() {
    if (made) jpeg_destroy_decompress(&d);
  }
};

namespace {

bool is_cmyk(const jpeg_decompress_struct& d) { return d.out_color_space == JCS_CMYK; }

template <typename State>
bool read_header(State* s, size_t file_size) {
  jpeg_decompress_struct& d = s->d;
  if (setjmp(s->errors.jump) != 0) return false;
  jpeg_create_decompress(&d);
  s->made = true;
  d.src = &s->source;
  d.progress = &s->progress;
  if (jpeg_read_header(&d, TRUE) != JPEG_HEADER_OK) return false;
  s->channels = s->options.channels != 0 ? s->options.channels : std::min(d.num_components, 3);
  if (s->channels != 1 && s->channels != 3) return false;
  const bool four = d.jpeg_color_space == JCS_CMYK || d.jpeg_color_space == JCS_YCCK;
  d.out_color_space = s->channels == 1 ? JCS_GRAYSCALE : four ? JCS_CMYK : JCS_RGB;
  d.do_fancy_upsampling = s->options.fancy_upscaling ? TRUE : FALSE;
  d.scale_num = 1;
  d.scale_denom = static_cast<unsigned>(s->options.ratio);
  d.dct_method = s->options.fast_transform ? JDCT_IFAST : JDCT_ISLOW;
  jpeg_calc_output_dimensions(&d);
  if (d.output_width == 0 || d.output_height == 0) return false;
  const uint64_t size = uint64_t{d.output_height} * d.output_width;
  if (size * static_cast<uint64_t>(d.num_components) >= (uint64_t{1} << 29)) return false;
  // A complete file of Huffman codes spends at least one bit on each block of 8 by 8 pixels of some
  // component, whose sides are at least a quarter of the picture's.
  const bool complete = !s->options.recover_truncated && s->options.acceptable_fraction >= 1;
  const uint64_t pixels = uint64_t{d.image_height} * d.image_width;
  return !complete || d.arith_code != FALSE || pixels / 64 / 16 / 8 <= file_size;
}

template <typename State>
bool start(State* s) {
  jpeg_decompress_struct& d = s->d;
  if (setjmp(s->errors.jump) != 0) return false;
  jpeg_start_decompress(&d);
  if (s->options.crop == nullptr) return true;
  auto x = static_cast<JDIMENSION>(s->window.x);
  auto width = static_cast<JDIMENSION>(s->window.width);
  const auto y = static_cast<JDIMENSION>(s->window.y);
  jpeg_crop_scanline(&d, &x, &width);  // to whole blocks: d.output_width grows to the left
  return jpeg_skip_scanlines(&d, y) == y;
}

void cmyk_to_rgb(const uint8_t* from, uint8_t* to, int64_t n, bool inverted) {
  for (; n > 0; --n, from += 4, to += 3) {
    for (int c = 0; c < 3; ++c) {
      to[c] = static_cast<uint8_t>(inverted ? from[3] * from[c] / 255
                                            : (255 - from[3]) * (255 - from[c]) / 255);
    }
  }
}

template <typename State>
bool read_rows(State* s, uint8_t* pixels, bool direct) {
  jpeg_decompress_struct& d = s->d;
  const int64_t width = s->window.width, row = width * s->channels;
  if (setjmp(s->errors.jump) != 0) return false;
  for (; s->rows_read < s->window.height; ++s->rows_read) {
    uint8_t* to = pixels + s->rows_read * row;
    JSAMPROW line = direct ? to : s->line.data();
    if (jpeg_read_scanlines(&d, &line, 1) == 0) break;
    if (direct) continue;
    const int64_t before = int64_t{d.output_width} - width;
    if (is_cmyk(d)) {
      cmyk_to_rgb(line + 4 * before, to, width, d.saw_Adobe_marker != FALSE);
    } else {
      std::memcpy(to, line + before * s->channels, static_cast<size_t>(row));
    }
  }
  return true;
}

}  // namespace

JpegReader::JpegReader(Bytes bytes, const JpegOptions& options)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.options = options;
  s.open(bytes);
  if (!read_header(&s, bytes.size())) damaged();
  s.window = {0, 0, s.d.output_height, s.d.output_width};
  if (options.crop == nullptr) return;
  const JpegCrop c = *options.crop;
  if (c.width <= 0 || c.height <= 0 || c.x < 0 || c.y < 0 || c.height > s.window.height - c.y ||
      c.width > s.window.width - c.x) {
    damaged();
  }
  s.window = c;
}

JpegReader::~JpegReader() = default;
int64_t JpegReader::height() const { return state_->window.height; }
int64_t JpegReader::width() const { return state_->window.width; }
int JpegReader::channels() const { return state_->channels; }

void JpegReader::read(uint8_t* pixels) {
  State& s = *state_;
  if (!start(&s)) damaged();
  const bool direct = !is_cmyk(s.d) && int64_t{s.d.output_width} == s.window.width;
  if (s.d.output_components != (is_cmyk(s.d) ? 4 : s.channels)) damaged();
  if (!direct) s.line.resize(size_t{s.d.output_width} * (is_cmyk(s.d) ? 4U : 3U));
  if (!read_rows(&s, pixels, direct)) damaged();
  const int64_t row = s.window.width * s.channels;
  if (s.rows_read < s.window.height && !s.options.recover_truncated) {
    const auto fraction = static_cast<float>(s.rows_read) / static_cast<float>(s.window.height);
    if (fraction < std::min(1.0F, s.options.acceptable_fraction)) damaged();
  }
  for (; s.rows_read < s.window.height; ++s.rows_read) {
    uint8_t* to = pixels + s.rows_read * row;
    if (s.options.recover_truncated && s.rows_read > 0) {
      std::memcpy(to, to - row, static_cast<size_t>(row));
    } else {
      std::memset(to, 0, static_cast<size_t>(row));
    }
  }
}

JpegSize jpeg_size(Bytes bytes) {
  // Every number of channels is fine here, four too.
  struct Header {
    jpeg_decompress_struct d{};
    JpegErrors errors{};
    bool read(Bytes bytes) {
      d.err = errors.prepare();
      if (setjmp(errors.jump) != 0) return false;
      jpeg_create_decompress(&d);
      jpeg_mem_src(&d, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
      if (jpeg_read_header(&d, TRUE) != JPEG_HEADER_OK) return false;
      jpeg_calc_output_dimensions(&d);
      return true;
    }
    ~Header() { jpeg_destroy_decompress(&d); }
  };
  Header header;
  if (bytes.empty() || !header.read(bytes)) {
    fail(Code::invalid_argument, "Invalid JPEG data, size ", bytes.size());
  }
  return {header.d.output_height, header.d.output_width, header.d.out_color_components};
}

}  // namespace rill
