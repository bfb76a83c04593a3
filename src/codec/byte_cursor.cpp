#include "codec/byte_cursor.h"

#include <bit>

#include "base/fail.h"

namespace rill {

static_assert(std::endian::native == std::endian::little);

uint64_t ByteCursor::varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    const uint8_t byte = u8();
    if (shift == 63 && byte > 1) break;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  damaged("a varint is longer than 64 bits");
}

void ByteCursor::seek(uint64_t position) {
  if (position > bytes_.size()) {
    fail(Code::data_loss, what_, ": offset ", base_ + position, " lies outside; there are ",
         base_ + bytes_.size(), " bytes");
  }
  position_ = static_cast<size_t>(position);
}

void ByteCursor::damaged(std::string_view problem) const {
  fail(Code::data_loss, what_, ": at offset ", offset(), ": ", problem);
}

void ByteCursor::too_short(uint64_t count) const {
  fail(Code::data_loss, what_, ": at offset ", offset(), ": ", count, " bytes were expected, only ",
       remaining(), " are left");
}

}  // namespace rill
