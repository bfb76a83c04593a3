// PNG images.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "codec/bytes.h"

namespace rill {

// The header is read when it is made, the pixels by read(). Both throw INVALID_ARGUMENT for what is
// no PNG image or a damaged one.
class PngReader {
 public:
  // channels: 1, 2, 3 or 4, or 0 for those of the file; bits: 8 or 16. The bytes must outlive it.
  PngReader(Bytes bytes, int channels, int bits);
  ~PngReader();
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  int64_t height() const;
  int64_t width() const;
  int channels() const;
  // [height, width, channels] numbers of `bits`. Once.
  void read(void* pixels);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct PngPixels {
  const void* data = nullptr;  // [height, width, channels] numbers of `bits`
  int64_t height = 0, width = 0;
  int channels = 0;
  int bits = 8;
};
// level: 0 to 9 as zlib's, -1 for its default. False when the picture cannot be written.
bool write_png(const PngPixels& pixels, int level, std::string& out);

}  // namespace rill
