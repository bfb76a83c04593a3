// Code points and their encodings.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rill {

enum class Encoding : uint8_t {
  utf8,
  utf16_be,
  utf16_le,
  utf16,
  utf32_be,
  utf32_le,
  utf32,
  ascii,
  latin1,
  windows_1252
};

// "UTF-8" and "utf_8" are one name: lower case letters and digits alone.
std::string plain_charset_name(std::string_view name);

// Names as ICU knows them, in any case. False when rill does not know the encoding.
bool find_encoding(std::string_view name, Encoding& encoding);

struct CodePoint {
  int32_t value = -1;  // -1: the bytes are no character
  size_t bytes = 1;    // how many of the text it takes
};
// The first character of a text that is not empty. Bytes that begin a character and do not finish
// it are one error together (Unicode 15, section 3.9, "maximal subparts").
CodePoint decode_one(std::string_view text, Encoding encoding);
// utf16 and utf32 by the byte order mark, which is skipped; big-endian without one.
Encoding resolve_byte_order(std::string_view& text, Encoding encoding);

// utf8, utf16_be or utf32_be. The value is a valid character.
void append_encoded(std::string& out, int32_t value, Encoding encoding);
constexpr bool is_character(int64_t value) {
  return value >= 0 && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
}

// ICU's numbers of their scripts; -1 for what is no code point.
void unicode_scripts(std::span<const int32_t> code_points, int32_t* scripts);

}  // namespace rill
