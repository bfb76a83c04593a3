#include "ops/charset.h"

#include <iconv.h>

#include <algorithm>
#include <string>

#include "base/str.h"

namespace rill {
namespace {

constexpr size_t kLongest = 4;  // bytes of one character

struct Known {
  std::string_view name, system;
};
constexpr Known kKnown[] = {
    {"latin2", "ISO-8859-2"},  {"latin3", "ISO-8859-3"},  {"latin4", "ISO-8859-4"},
    {"latin5", "ISO-8859-9"},  {"latin6", "ISO-8859-10"}, {"latin8", "ISO-8859-14"},
    {"latin9", "ISO-8859-15"}, {"koi8r", "KOI8-R"},       {"koi8u", "KOI8-U"},
    {"ibm037", "IBM037"},      {"cp037", "IBM037"},       {"ibm500", "IBM500"},
    {"cp500", "IBM500"},       {"ibm1047", "IBM1047"},    {"cp1047", "IBM1047"},
    {"shiftjis", "IBM943"},    {"sjis", "IBM943"},        {"mskanji", "IBM943"},
    {"windows31j", "IBM943"},  {"cp932", "IBM943"},       {"eucjp", "EUC-JP"},
    {"ujis", "EUC-JP"},        {"euckr", "EUC-KR"},       {"gbk", "GBK"},
    {"cp936", "GBK"},          {"windows936", "GBK"},     {"gb18030", "GB18030"},
    {"big5", "BIG5"}};

// Empty for what is not known.
std::string system_name(const std::string& plain) {
  for (const Known& known : kKnown) {
    if (plain == known.name) return std::string(known.system);
  }
  constexpr std::string_view kIso = "iso8859";
  for (const int part : {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15}) {
    if (plain == str(kIso, part)) return str("ISO-8859-", part);
  }
  for (const int page : {1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258}) {
    if (plain == str("windows", page) || plain == str("cp", page)) return str("CP", page);
  }
  return "";
}

// Signs for which the Japanese tables of ICU and of iconv have different characters.
int32_t as_icu(int32_t value) {
  switch (value) {
    case 0x2014:
      return 0x2015;
    case 0x301C:
      return 0xFF5E;
    case 0x2016:
      return 0x2225;
    case 0x2212:
      return 0xFF0D;
    case 0x00A2:
      return 0xFFE0;
    case 0x00A3:
      return 0xFFE1;
    case 0x00AC:
      return 0xFFE2;
    case 0x00A6:
      return 0xFFE4;
    default:
      return value;
  }
}

}  // namespace

struct Charset::Converter {
  iconv_t handle;
};

void Charset::Close::operator()(Converter* converter) const {
  ::iconv_close(converter->handle);
  delete converter;
}

std::unique_ptr<Charset> Charset::open(std::string_view name) {
  const std::string system = system_name(plain_charset_name(name));
  if (system.empty()) return nullptr;
  const iconv_t handle = ::iconv_open("UTF-32LE", system.c_str());
  if (handle == reinterpret_cast<iconv_t>(-1)) return nullptr;
  std::unique_ptr<Converter, Close> converter(new Converter{handle});
  return std::unique_ptr<Charset>(new Charset(std::move(converter), system.starts_with("CP"),
                                              system == "IBM943" || system == "EUC-JP"));
}

Charset::Charset(std::unique_ptr<Converter, Close> converter, bool is_windows, bool is_japanese)
    : converter_(std::move(converter)), is_japanese_(is_japanese) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    int32_t value = convert({&c, 1});
    // Bytes without a character are controls, as ICU has it; of windows-1253 also this one stands.
    const bool is_spare = (byte >= 0x80 && byte < 0xA0) || byte == 0xAA;
    if (value < 0 && is_windows && is_spare) value = byte;
    single_[static_cast<size_t>(byte)] = value;
  }
}

// The one character of these bytes; -1 when they are something else.
int32_t Charset::convert(std::string_view bytes) const {
  char in[kLongest];
  bytes.copy(in, kLongest);
  unsigned char out[8] = {};
  char *from = in, *to = reinterpret_cast<char*>(out);
  size_t left = bytes.size(), room = sizeof(out);
  ::iconv(converter_->handle, nullptr, nullptr, nullptr, nullptr);
  if (::iconv(converter_->handle, &from, &left, &to, &room) != 0 || left > 0) return -1;
  // Some tables wait for an accent that may follow.
  ::iconv(converter_->handle, nullptr, nullptr, &to, &room);
  if (room != 4) return -1;
  return static_cast<int32_t>(out[0] | out[1] << 8 | out[2] << 16);
}

CodePoint Charset::decode_one(std::string_view text) const {
  const auto single = [&](size_t i) { return single_[static_cast<unsigned char>(text[i])]; };
  if (single(0) >= 0) return {single(0), 1};
  for (size_t n = 2; n <= std::min(kLongest, text.size()); ++n) {
    const int32_t value = convert(text.substr(0, n));
    if (value >= 0) return {is_japanese_ ? as_icu(value) : value, n};
  }
  // A byte that can stand alone is not taken for the rest of what began before it.
  return {-1, text.size() > 1 && single(1) < 0 ? size_t{2} : size_t{1}};
}

}  // namespace rill
