// One string in, one value out: case, strip, length.
#include <clocale>
#include <cwctype>

#include "base/ascii.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/strings/special_casing.h"
#include "ops/text.h"
#include "ops/unicode.h"

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

constexpr uint32_t kReplacement = 0xFFFD, kSigma = 0x3A3, kFinalSigma = 0x3C2, kDottedI = 0x130;

bool is_letter(uint32_t c) { return iswalpha_l(c, unicode_locale()) != 0; }

// Full case mappings, as ICU has them: one character may become several, a sigma that ends a word
// is another one, and bytes that are no character become U+FFFD. TensorFlow hands ICU the text up
// to its first zero byte.
template <bool upper>
std::string recased_utf8(const std::string& text) {
  std::vector<uint32_t> characters;
  for (std::string_view rest = text.c_str(); !rest.empty();) {
    const CodePoint next = decode_one(rest, Encoding::utf8);
    characters.push_back(next.value < 0 ? kReplacement : static_cast<uint32_t>(next.value));
    rest.remove_prefix(next.bytes);
  }
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < characters.size(); ++i) {
    const uint32_t c = characters[i];
    if (const std::string_view special = upper ? special_upper(c) : ""; !special.empty()) {
      out += special;
    } else if (!upper && c == kSigma && i > 0 && is_letter(characters[i - 1]) &&
               (i + 1 == characters.size() || !is_letter(characters[i + 1]))) {
      append_encoded(out, kFinalSigma, Encoding::utf8);
    } else if (!upper && c == kDottedI) {
      out += "i\xcc\x87";
    } else {
      const wint_t other =
          upper ? towupper_l(c, unicode_locale()) : towlower_l(c, unicode_locale());
      append_encoded(out, static_cast<int32_t>(other), Encoding::utf8);
    }
  }
  return out;
}

template <bool upper>
std::string recased(const std::string& text, bool utf8) {
  if (utf8 && unicode_locale() != nullptr) return recased_utf8<upper>(text);
  std::string out = text;
  for (char& c : out) c = upper ? ascii::upper(c) : ascii::lower(c);
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
