// Writing JPEG images. Source of the settings: tensorflow/core/lib/jpeg/jpeg_mem.cc.
#include <cstdlib>
#include <cstring>

#include "codec/jpeg.h"
#include "codec/jpeg_error.h"

namespace rill {
namespace {

struct Writer {
  jpeg_compress_struct c{};
  JpegErrors errors{};
  unsigned char* bytes = nullptr;  // libjpeg's malloc
  unsigned long size = 0;
  bool made = false;

  ~Writer() {
    if (made) jpeg_destroy_compress(&c);
    std::free(bytes);
  }
};

constexpr char kXmpName[] = "http://ns.adobe.com/xap/1.0/";  // its zero is part of the marker

void apply(jpeg_compress_struct& c, const JpegStyle& style) {
  jpeg_set_defaults(&c);
  if (style.optimize_size) c.optimize_coding = TRUE;
  c.density_unit = style.density_in_cm ? 2 : 1;
  c.X_density = static_cast<UINT16>(style.x_density);
  c.Y_density = static_cast<UINT16>(style.y_density);
  jpeg_set_quality(&c, style.quality, TRUE);
  if (style.progressive) jpeg_simple_progression(&c);
  if (style.chroma_downsampling) return;
  for (int i = 0; i < c.num_components; ++i) {
    c.comp_info[i].h_samp_factor = c.comp_info[i].v_samp_factor = 1;
  }
}

bool write(Writer* w, const uint8_t* pixels, const JpegSize& size, const JpegStyle& style,
           const std::string& marker) {
  jpeg_compress_struct& c = w->c;
  c.err = w->errors.prepare();
  if (setjmp(w->errors.jump) != 0) return false;
  jpeg_create_compress(&c);
  w->made = true;
  jpeg_mem_dest(&c, &w->bytes, &w->size);
  c.image_width = static_cast<JDIMENSION>(size.width);
  c.image_height = static_cast<JDIMENSION>(size.height);
  c.input_components = size.channels;
  c.in_color_space = size.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  apply(c, style);
  jpeg_start_compress(&c, TRUE);
  if (!marker.empty()) {
    jpeg_write_marker(&c, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(marker.data()),
                      static_cast<unsigned>(marker.size()));
  }
  for (int64_t y = 0; y < size.height; ++y) {
    auto* row = const_cast<uint8_t*>(pixels) + y * size.width * size.channels;  // only read
    jpeg_write_scanlines(&c, &row, 1);
  }
  jpeg_finish_compress(&c);
  return true;
}

}  // namespace

bool write_jpeg(const uint8_t* pixels, const JpegSize& size, const JpegStyle& style,
                std::string& out) {
  std::string marker;
  if (!style.xmp_metadata.empty()) {
    marker = std::string(kXmpName, sizeof(kXmpName)) + style.xmp_metadata;
  }
  Writer writer;
  const bool fits = size.height > 0 && size.width > 0 && size.height < (int64_t{1} << 29) &&
                    size.width < (int64_t{1} << 29) / size.height;
  if (!fits || !write(&writer, pixels, size, style, marker)) return false;
  out.assign(reinterpret_cast<const char*>(writer.bytes), writer.size);
  return true;
}

}  // namespace rill
