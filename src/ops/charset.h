// The older encodings of Unicode's characters, by the tables of the system's iconv. They agree with
// those of ICU, which TensorFlow uses, wherever both know a character; ICU also has private ones.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "ops/unicode.h"

namespace rill {

// One byte a character: ISO-8859-2 to 15, windows-1250 to 1258, KOI8-R, KOI8-U, IBM037, IBM500,
// IBM1047. Several: Shift_JIS, EUC-JP, EUC-KR, GBK, GB18030, Big5. Not to be shared by threads.
class Charset {
 public:
  // Names as ICU knows them, in any case. Null for others, and where the system has no table.
  static std::unique_ptr<Charset> open(std::string_view name);

  // The first character of a text that is not empty, as decode_one() of unicode.h.
  CodePoint decode_one(std::string_view text) const;

 private:
  struct Converter;
  struct Close {
    void operator()(Converter* converter) const;
  };
  Charset(std::unique_ptr<Converter, Close> converter, bool is_windows, bool is_japanese);
  int32_t convert(std::string_view bytes) const;

  std::unique_ptr<Converter, Close> converter_;
  bool is_japanese_;
  std::array<int32_t, 256> single_;  // -1: more bytes are needed, or it is no character
};

}  // namespace rill
