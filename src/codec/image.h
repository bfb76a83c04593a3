// Images by what they begin with: PNG, JPEG, GIF (its first frame), BMP, PPM and PGM.
// Layouts: RFC 2083 (PNG); the BITMAPINFOHEADER family (BMP); netpbm's binary P5 and P6.
#pragma once

#include <string>

#include "codec/bytes.h"
#include "rill/tensor.hpp"

namespace rill {

// uint8 [height, width, channels] with 1 to 4 channels: grey, grey and alpha, RGB, RGBA. Samples of
// 16 bits keep their upper byte. `what` begins the messages. Throws DATA_LOSS for damaged bytes,
// UNIMPLEMENTED for another kind (WebP, interlaced PNG), RESOURCE_EXHAUSTED above 1 GiB.
Tensor decode_image(Bytes file, const std::string& what);

}  // namespace rill
