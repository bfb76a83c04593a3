// Source of what frames, transparency and damage mean: tensorflow/core/lib/gif/gif_io.cc.
// Records are read one by one instead of with DGifSlurp, which allocates whatever a header says.
#include "codec/gif.h"

#include <gif_lib.h>

#include <algorithm>
#include <cstring>

#include "base/fail.h"
#include "base/str.h"

namespace rill {
namespace {

constexpr uint64_t kMostFrameBytes = uint64_t{1} << 30;  // all frames together

struct Frame {
  int64_t left = 0, top = 0, width = 0, height = 0;
  int transparent = NO_TRANSPARENT_COLOR;
  std::vector<GifColorType> colors;
  std::vector<uint8_t> indices;
};

int read_bytes(GifFileType* gif, GifByteType* to, int n) {
  auto* rest = static_cast<Bytes*>(gif->UserData);
  const size_t taken = std::min(rest->size(), static_cast<size_t>(std::max(n, 0)));
  if (taken > 0) std::memcpy(to, rest->data(), taken);
  *rest = rest->subspan(taken);
  return static_cast<int>(taken);
}

class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes), size_(bytes.size()) {
    gif_ = DGifOpen(&rest_, read_bytes, &error_);
    if (gif_ == nullptr) refuse("failed to open gif file");
  }
  ~Reader() {
    int ignored = 0;
    DGifCloseFile(gif_, &ignored);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // All whole frames up to the end of the file or its first damage.
  std::vector<Frame> frames() {
    std::vector<Frame> all;
    bool whole = true;
    for (GifRecordType type = UNDEFINED_RECORD_TYPE; whole;) {
      whole = DGifGetRecordType(gif_, &type) == GIF_OK;
      if (!whole || type == TERMINATE_RECORD_TYPE) break;
      if (type == IMAGE_DESC_RECORD_TYPE) {
        whole = frame(all);
      } else if (type == EXTENSION_RECORD_TYPE) {
        whole = extension();
      }
    }
    if (all.empty()) {
      refuse(whole ? "gif file does not contain any image" : "failed to slurp gif file");
    }
    return all;
  }

  [[noreturn]] void refuse(std::string_view why) const {
    const char* reason = GifErrorString(gif_ != nullptr ? gif_->Error : error_);
    fail(Code::invalid_argument, "Invalid GIF data (size ", size_, "), ", why,
         reason != nullptr ? str(": ", reason) : "");
  }

 private:
  bool extension() {
    int code = 0;
    GifByteType* block = nullptr;
    bool ok = DGifGetExtension(gif_, &code, &block) == GIF_OK;
    for (; ok && block != nullptr; ok = DGifGetExtensionNext(gif_, &block) == GIF_OK) {
      GraphicsControlBlock control;
      if (code == GRAPHICS_EXT_FUNC_CODE &&
          DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
        transparent_ = control.TransparentColor;
      }
    }
    return ok;
  }

  bool frame(std::vector<Frame>& all) {
    if (DGifGetImageDesc(gif_) != GIF_OK) return false;
    const GifImageDesc& desc = gif_->Image;
    Frame f{desc.Left, desc.Top, desc.Width, desc.Height, transparent_, {}, {}};
    transparent_ = NO_TRANSPARENT_COLOR;
    const ColorMapObject* map = desc.ColorMap != nullptr ? desc.ColorMap : gif_->SColorMap;
    if (map != nullptr) f.colors.assign(map->Colors, map->Colors + map->ColorCount);
    const auto pixels = static_cast<uint64_t>(f.width) * static_cast<uint64_t>(f.height);
    // One code is at least 3 bits long and stands for at most 4096 pixels.
    if (pixels / 4096 * 3 / 8 > size_) return false;
    total_ += pixels;
    if (pixels == 0 || total_ * 3 > kMostFrameBytes) return false;
    f.indices.assign(pixels, 0);
    if (!lines(f, desc.Interlace)) return false;
    all.push_back(std::move(f));
    return true;
  }

  bool lines(Frame& f, bool interlaced) {
    static constexpr int kFirst[] = {0, 4, 2, 1}, kStep[] = {8, 8, 4, 2};
    const auto line = [&](int64_t y) {
      return DGifGetLine(gif_, f.indices.data() + y * f.width, static_cast<int>(f.width)) == GIF_OK;
    };
    for (int pass = 0; pass < (interlaced ? 4 : 1); ++pass) {
      const int step = interlaced ? kStep[pass] : 1;
      for (int64_t y = kFirst[pass]; y < f.height; y += step) {
        if (!line(y)) return false;
      }
    }
    return true;
  }

  Bytes rest_;
  size_t size_;
  int error_ = D_GIF_SUCCEEDED;
  GifFileType* gif_ = nullptr;
  int transparent_ = NO_TRANSPARENT_COLOR;
  uint64_t total_ = 0;
};

void paint(const Reader& reader, const Frame& f, size_t k, const GifImage& image, uint8_t* to) {
  if (f.colors.empty()) reader.refuse(str("missing color map for frame ", k));
  const int64_t bottom = std::min(f.top + f.height, image.height);
  const int64_t right = std::min(f.left + f.width, image.width);
  for (int64_t y = f.top; y < bottom; ++y) {
    for (int64_t x = f.left; x < right; ++x) {
      const int index = f.indices[static_cast<size_t>((y - f.top) * f.width + x - f.left)];
      if (index == f.transparent) continue;
      if (static_cast<size_t>(index) >= f.colors.size()) {
        reader.refuse(
            str("found color index ", index, " outside of color map range ", f.colors.size()));
      }
      const GifColorType& color = f.colors[static_cast<size_t>(index)];
      uint8_t* pixel = to + (y * image.width + x) * 3;
      pixel[0] = color.Red;
      pixel[1] = color.Green;
      pixel[2] = color.Blue;
    }
  }
}

}  // namespace

GifImage read_gif(Bytes bytes, bool first_frame_only) {
  Reader reader(bytes);
  const std::vector<Frame> frames = reader.frames();
  GifImage image;
  image.frames = first_frame_only ? 1 : static_cast<int64_t>(frames.size());
  for (const Frame& f : frames) {
    image.height = std::max(image.height, f.height);
    image.width = std::max(image.width, f.width);
  }
  const auto size = static_cast<uint64_t>(image.height) * static_cast<uint64_t>(image.width) * 3;
  if (size > kMostFrameBytes / static_cast<uint64_t>(image.frames)) {
    reader.refuse(str(image.frames, " frames of ", image.height, " by ", image.width,
                      " pixels are too many"));
  }
  image.pixels.assign(size * static_cast<uint64_t>(image.frames), 0);
  for (size_t k = 0; k < static_cast<size_t>(image.frames); ++k) {
    uint8_t* to = image.pixels.data() + k * size;
    if (k > 0) std::memcpy(to, to - size, size);
    paint(reader, frames[k], k, image, to);
  }
  return image;
}

}  // namespace rill
