#include "formats/graphdef/utf8.h"

#include <cstdint>
#include <cstring>

namespace rill::formats {
namespace {

// Length of the well-formed sequence at `p`, 0 when there is none.
size_t sequence(const unsigned char* p, size_t left) noexcept {
  const auto tail = [&](size_t i) { return i < left && (p[i] & 0xc0) == 0x80; };
  const unsigned char c = p[0];
  if (c < 0x80) return 1;
  if (c < 0xc2 || !tail(1)) return 0;
  if (c < 0xe0) return 2;
  if (!tail(2)) return 0;
  if (c < 0xf0) {
    const bool overlong = c == 0xe0 && p[1] < 0xa0;
    const bool surrogate = c == 0xed && p[1] >= 0xa0;
    return overlong || surrogate ? 0 : 3;
  }
  if (!tail(3) || c > 0xf4 || (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] >= 0x90)) return 0;
  return 4;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  size_t left = text.size();
  while (left > 0) {
    if (left >= 8) {  // eight ASCII characters at once
      uint64_t word;
      std::memcpy(&word, p, 8);
      if ((word & 0x8080808080808080u) == 0) {
        p += 8;
        left -= 8;
        continue;
      }
    }
    const size_t n = sequence(p, left);
    if (n == 0) return false;
    p += n;
    left -= n;
  }
  return true;
}

}  // namespace rill::formats
