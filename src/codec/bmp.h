// Uncompressed BMP images of 8, 24 or 32 bits.
#pragma once

#include <cstdint>

#include "codec/bytes.h"

namespace rill {

// The header; throws INVALID_ARGUMENT when the file does not hold exactly what it says.
struct BmpImage {
  int64_t height = 0, width = 0;
  int channels = 0;  // of the file: 1 (gray), 3 or 4
  bool top_down = false;
  int64_t row_bytes = 0;
  Bytes rows;

  // [height, width, channels wanted], 3 or 4 or those of the file.
  void read(uint8_t* pixels, int wanted) const;
};
BmpImage read_bmp(Bytes bytes);

}  // namespace rill
