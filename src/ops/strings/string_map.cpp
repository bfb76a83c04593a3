// One string in, one value out: case, strip, length.
#include <clocale>
#include <cwctype>
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

#include "ops/text.h"

namespace rill {
namespace {

bool is_utf8(const NodeAccess& node) {
  const std::string& encoding = node.attr<std::string>("encoding");
  node.require(encoding.empty() || encoding == "utf-8",
               "only utf-8 or '' (no encoding) is "
               "supported for encoding, not ",
               quoted(encoding));
  return !encoding.empty();
}

// The C library's simple case mappings of Unicode; null where it has none.
locale_t unicode_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

void append_utf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  const uint32_t lead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(lead[more] | (c >> (6 * more)));
  for (int k = more - 1; k >= 0; --k) out += static_cast<char>(0x80 | ((c >> (6 * k)) & 0x3F));
}

template <bool upper>
char ascii(char c) {
  if constexpr (upper) return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Bytes that are no character of UTF-8 stay as they are.
template <bool upper>
std::string recased(const std::string& text, bool utf8) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    const size_t n = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (!utf8 || n <= 1 || i + n > text.size() || unicode_locale() == nullptr) {
      out += ascii<upper>(text[i++]);
      continue;
    }
    uint32_t c = lead & (0xFFU >> (n + 1));
    for (size_t k = 1; k < n; ++k) c = (c << 6) | (static_cast<uint8_t>(text[i + k]) & 0x3FU);
    append_utf8(out, upper ? towupper_l(c, unicode_locale()) : towlower_l(c, unicode_locale()));
    i += n;
  }
  return out;
}

template <bool upper>
void change_case(KernelContext& ctx) {
  const bool utf8 = is_utf8(ctx);
  map_strings<std::string>(ctx, [&](const std::string& s) { return recased<upper>(s, utf8); });
}

void run_strip(KernelContext& ctx) {
  map_strings<std::string>(ctx, [](const std::string& s) { return std::string(strip(s)); });
}

void length(KernelContext& ctx) {
  const bool utf8 = ctx.attr<std::string>("unit") == "UTF8_CHAR";
  map_strings<int32_t>(ctx, [&](const std::string& s) {
    return static_cast<int32_t>(utf8 ? utf8_length(s) : static_cast<int64_t>(s.size()));
  });
}

}  // namespace

void register_string_map(OpRegistry& registry) {
  registry.add({.signature = "StringLower(input: string) -> (output: string)",
                .attrs = {string_attr("encoding", "")},
                .shape = shapes::unchanged,
                .kernel = change_case<false>});
  registry.add({.signature = "StringUpper(input: string) -> (output: string)",
                .attrs = {string_attr("encoding", "")},
                .shape = shapes::unchanged,
                .kernel = change_case<true>});
  registry.add({.signature = "StringStrip(input: string) -> (output: string)",
                .shape = shapes::unchanged,
                .kernel = run_strip});
  registry.add({.signature = "StringLength(input: string) -> (output: int32)",
                .attrs = {string_attr("unit", "BYTE", {"BYTE", "UTF8_CHAR"})},
                .shape = shapes::unchanged,
                .kernel = length});
}

}  // namespace rill
