// JPEG images.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "codec/bytes.h"

namespace rill {

struct JpegCrop {
  int64_t y = 0, x = 0, height = 0, width = 0;
};

struct JpegOptions {
  int channels = 0;  // 0: as the file, at most 3
  int ratio = 1;     // the picture's sides are divided by 1, 2, 4 or 8
  bool fancy_upscaling = true;
  bool fast_transform = true;  // libjpeg's faster, less exact integer transform
  bool recover_truncated = false;
  float acceptable_fraction = 1;  // of the rows; what is missing is black
  const JpegCrop* crop = nullptr;
};

// The header is read when it is made, the pixels by read(). Both throw INVALID_ARGUMENT for what is
// no JPEG image or a damaged one, and for a crop window that does not lie inside.
class JpegReader {
 public:
  JpegReader(Bytes bytes, const JpegOptions& options);  // the bytes must outlive it
  ~JpegReader();
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  int64_t height() const;  // of the window
  int64_t width() const;
  int channels() const;
  // [height, width, channels]. Once.
  void read(uint8_t* pixels);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct JpegSize {
  int64_t height = 0, width = 0;
  int channels = 0;
};
JpegSize jpeg_size(Bytes bytes);

struct JpegStyle {
  int quality = 95;
  bool progressive = false;
  bool optimize_size = false;
  bool chroma_downsampling = true;
  bool density_in_cm = false;
  int x_density = 300, y_density = 300;
  std::string xmp_metadata;
};
// [height, width, channels], 1 or 3 channels. False when the picture cannot be written.
bool write_jpeg(const uint8_t* pixels, const JpegSize& size, const JpegStyle& style,
                std::string& out);

}  // namespace rill
