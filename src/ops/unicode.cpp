#include "ops/unicode.h"

#include "base/ascii.h"

namespace rill {
namespace {

uint32_t byte_at(std::string_view text, size_t i) { return static_cast<unsigned char>(text[i]); }

CodePoint decode_utf8(std::string_view text) {
  const uint32_t first = byte_at(text, 0);
  if (first < 0x80) return {static_cast<int32_t>(first), 1};
  if (first < 0xC2 || first > 0xF4) return {-1, 1};
  const size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  uint32_t value = first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if (i == text.size()) return {-1, i};
    const uint32_t next = byte_at(text, i);
    uint32_t low = 0x80, high = 0xBF;
    if (i == 1) {  // no overlong forms, no surrogates, nothing beyond U+10FFFF
      if (first == 0xE0) low = 0xA0;
      if (first == 0xED) high = 0x9F;
      if (first == 0xF0) low = 0x90;
      if (first == 0xF4) high = 0x8F;
    }
    if (next < low || next > high) return {-1, i};
    value = value << 6 | (next & 0x3FU);
  }
  return {static_cast<int32_t>(value), length};
}

uint32_t unit16(std::string_view text, size_t at, bool big) {
  const uint32_t a = byte_at(text, at), b = byte_at(text, at + 1);
  return big ? a << 8 | b : b << 8 | a;
}

CodePoint decode_utf16(std::string_view text, bool big) {
  if (text.size() < 2) return {-1, text.size()};
  const uint32_t first = unit16(text, 0, big);
  if (first < 0xD800 || first > 0xDFFF) return {static_cast<int32_t>(first), 2};
  if (first > 0xDBFF) return {-1, 2};
  if (text.size() < 4) return {-1, text.size()};
  const uint32_t second = unit16(text, 2, big);
  if (second < 0xDC00 || second > 0xDFFF) return {-1, 2};
  return {static_cast<int32_t>(0x10000 + ((first & 0x3FFU) << 10 | (second & 0x3FFU))), 4};
}

CodePoint decode_utf32(std::string_view text, bool big) {
  if (text.size() < 4) return {-1, text.size()};
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | byte_at(text, big ? i : 3 - i);
  return {is_character(value) ? static_cast<int32_t>(value) : -1, 4};
}

// Latin-1 but for these (unicode.org, CP1252.TXT); bytes without a character are controls, as ICU
// has it.
int32_t windows_1252(uint32_t byte) {
  static constexpr uint16_t kFrom80[32] = {
      0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};
  return static_cast<int32_t>(byte >= 0x80 && byte < 0xA0 ? kFrom80[byte - 0x80] : byte);
}

}  // namespace

std::string plain_charset_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (ascii::is_alnum(c)) plain += ascii::lower(c);
  }
  return plain;
}

bool find_encoding(std::string_view name, Encoding& encoding) {
  const std::string plain = plain_charset_name(name);
  struct Name {
    std::string_view text;
    Encoding encoding;
  };
  static constexpr Name kNames[] = {
      {"utf8", Encoding::utf8},
      {"utf16", Encoding::utf16},
      {"utf16be", Encoding::utf16_be},
      {"utf16le", Encoding::utf16_le},
      {"utf32", Encoding::utf32},
      {"utf32be", Encoding::utf32_be},
      {"utf32le", Encoding::utf32_le},
      {"usascii", Encoding::ascii},
      {"ascii", Encoding::ascii},
      {"ansix341968", Encoding::ascii},
      {"iso88591", Encoding::latin1},
      {"latin1", Encoding::latin1},
      {"l1", Encoding::latin1},
      {"ibm819", Encoding::latin1},
      {"cp819", Encoding::latin1},
      {"88591", Encoding::latin1},
      {"windows1252", Encoding::windows_1252},
      {"cp1252", Encoding::windows_1252},
  };
  for (const Name& known : kNames) {
    if (known.text != plain) continue;
    encoding = known.encoding;
    return true;
  }
  return false;
}

Encoding resolve_byte_order(std::string_view& text, Encoding encoding) {
  const auto take = [&](std::string_view mark) {
    if (!text.starts_with(mark)) return false;
    text.remove_prefix(mark.size());
    return true;
  };
  if (encoding == Encoding::utf16) {
    if (take("\xFF\xFE")) return Encoding::utf16_le;
    take("\xFE\xFF");
    return Encoding::utf16_be;
  }
  if (encoding == Encoding::utf32) {
    if (take(std::string_view("\xFF\xFE\0\0", 4))) return Encoding::utf32_le;
    take(std::string_view("\0\0\xFE\xFF", 4));
    return Encoding::utf32_be;
  }
  return encoding;
}

CodePoint decode_one(std::string_view text, Encoding encoding) {
  switch (encoding) {
    case Encoding::utf16:
    case Encoding::utf16_be:
      return decode_utf16(text, true);
    case Encoding::utf16_le:
      return decode_utf16(text, false);
    case Encoding::utf32:
    case Encoding::utf32_be:
      return decode_utf32(text, true);
    case Encoding::utf32_le:
      return decode_utf32(text, false);
    case Encoding::ascii:
      return {byte_at(text, 0) < 0x80 ? static_cast<int32_t>(byte_at(text, 0)) : -1, 1};
    case Encoding::latin1:
      return {static_cast<int32_t>(byte_at(text, 0)), 1};
    case Encoding::windows_1252:
      return {windows_1252(byte_at(text, 0)), 1};
    default:
      return decode_utf8(text);
  }
}

void append_encoded(std::string& out, int32_t value, Encoding encoding) {
  const auto c = static_cast<uint32_t>(value);
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte & 0xFFU); };
  const auto put16 = [&](uint32_t unit) { put(unit >> 8), put(unit); };
  if (encoding == Encoding::utf32_be) {
    put16(c >> 16);
    put16(c);
  } else if (encoding == Encoding::utf16_be) {
    if (c >= 0x10000) {
      put16(0xD800 + ((c - 0x10000) >> 10));
      put16(0xDC00 + ((c - 0x10000) & 0x3FFU));
    } else {
      put16(c);
    }
  } else if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6), put(0x80 | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3FU)), put(0x80 | (c & 0x3FU));
  } else {
    put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3FU)), put(0x80 | (c >> 6 & 0x3FU));
    put(0x80 | (c & 0x3FU));
  }
}

}  // namespace rill
