// GIF images, animated ones too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codec/bytes.h"

namespace rill {

struct GifImage {
  int64_t frames = 0, height = 0, width = 0;
  std::vector<uint8_t> pixels;  // [frames, height, width, 3]
};

// The canvas is as large as the largest frame; what a frame leaves out shows the frame before, the
// first one black. Throws INVALID_ARGUMENT for a damaged file; frames before the damage are kept.
GifImage read_gif(Bytes bytes, bool first_frame_only);

}  // namespace rill
