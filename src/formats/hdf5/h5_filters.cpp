// What chunks were packed with: deflate, shuffle, Fletcher's checksum.
#include "base/fail.h"
#include "codec/inflate.h"
#include "formats/hdf5/h5_layout.h"

namespace rill::formats {
namespace {

enum : uint16_t { kDeflate = 1, kShuffle = 2, kFletcher = 3 };

// First all first bytes of the elements, then all second ones, ...; a rest stays as it is.
std::string unshuffled(const std::string& in, uint64_t element) {
  if (element <= 1) return in;
  std::string out = in;
  const uint64_t count = in.size() / element;
  for (uint64_t b = 0; b < element && count > 0; ++b) {
    for (uint64_t i = 0; i < count; ++i) out[i * element + b] = in[b * count + i];
  }
  return out;
}

// Fletcher-32 over big-endian words of two bytes.
uint32_t fletcher(std::string_view bytes) {
  uint32_t low = 0, high = 0;
  const auto add = [&](uint32_t word) {
    low = (low + word) % 65535;
    high = (high + low) % 65535;
  };
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])); };
  size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) add(byte(i) << 8 | byte(i + 1));
  if (i < bytes.size()) add(byte(i) << 8);
  return high << 16 | low;
}

void check_fletcher(std::string& bytes, const std::string& place) {
  if (bytes.size() < 4) fail(Code::data_loss, place, ": a chunk has no checksum");
  const uint32_t stored = ByteCursor(bytes_of(bytes).last(4), place).u32();
  bytes.resize(bytes.size() - 4);
  const uint32_t computed = fletcher(bytes);
  // The library stored the bytes of each half in the other order before version 1.6.3.
  const uint32_t swapped = (computed & 0x00ff00ff) << 8 | (computed >> 8 & 0x00ff00ff);
  if (stored != computed && stored != swapped) {
    fail(Code::data_loss, place, ": a chunk has the checksum ", computed, ", the file says ",
         stored);
  }
}

}  // namespace

std::string h5_unpack(Bytes stored, const std::vector<H5Filter>& filters, uint32_t skipped,
                      uint64_t size, const std::string& place) {
  const auto applied = [&](size_t i) { return (skipped >> i & 1) == 0; };
  // What a filter is to give is known: checksums that were added before it come on top.
  std::vector<uint64_t> sizes(filters.size());
  bool packed = false;
  uint64_t expected = size;
  for (size_t i = 0; i < filters.size(); ++i) {
    sizes[i] = expected;
    if (!applied(i)) continue;
    const uint16_t id = filters[i].id;
    if (id == kFletcher) expected += 4;
    if (id < kDeflate || id > kFletcher || (id == kDeflate && packed)) {
      fail(Code::unimplemented, place, ": is packed with the filter ", id, " ",
           quoted(filters[i].name), id == kDeflate ? " twice" : "",
           "; deflate (gzip), shuffle and fletcher32 are supported");
    }
    packed = packed || id == kDeflate;
  }
  std::string bytes(text_of(stored));
  for (size_t i = filters.size(); i-- > 0;) {
    if (!applied(i)) continue;
    if (filters[i].id == kDeflate) bytes = inflate(bytes_of(bytes), sizes[i], place);
    if (filters[i].id == kFletcher) check_fletcher(bytes, place);
    if (filters[i].id == kShuffle) {
      bytes = unshuffled(bytes, filters[i].values.empty() ? 1 : filters[i].values[0]);
    }
  }
  if (bytes.size() != size) {
    fail(Code::data_loss, place, ": a chunk has ", bytes.size(), " bytes, ", size,
         " were expected");
  }
  return bytes;
}

}  // namespace rill::formats
