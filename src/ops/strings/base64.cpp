// The web-safe alphabet: - and _ instead of + and /.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/text.h"

namespace rill {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64_encode(const std::string& text, bool pad) {
  std::string out;
  for (size_t i = 0; i < text.size(); i += 3) {
    const size_t n = std::min<size_t>(3, text.size() - i);
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) {
      bits = (bits << 8) | (k < n ? static_cast<uint8_t>(text[i + k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) {
      if (k <= n) {
        out += kAlphabet[(bits >> (18 - 6 * k)) & 63U];
      } else if (pad) {
        out += '=';
      }
    }
  }
  return out;
}

std::string base64_decode(const KernelContext& ctx, std::string_view text) {
  // Padding is optional, but then it is complete.
  for (int k = 0; k < 2 && text.ends_with('='); ++k) {
    ctx.require(k > 0 || text.size() % 4 == 0, "Base64 string length ", text.size(),
                " is not a valid length");
    text.remove_suffix(1);
  }
  ctx.require(text.size() % 4 != 1, "Base64 string length ", text.size(), " is not a valid length");
  std::string out;
  uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const size_t v = kAlphabet.find(c);
    ctx.require(v != std::string_view::npos, "Invalid character found in base64.");
    bits = (bits << 6) | static_cast<uint32_t>(v);
    have += 6;
    if (have >= 8) {
      have -= 8;
      out += static_cast<char>(bits >> have);
    }
  }
  return out;
}

void run_encode(KernelContext& ctx) {
  const bool pad = ctx.attr<bool>("pad");
  map_strings<std::string>(ctx, [&](const std::string& s) { return base64_encode(s, pad); });
}

void run_decode(KernelContext& ctx) {
  map_strings<std::string>(ctx, [&](const std::string& s) { return base64_decode(ctx, s); });
}

}  // namespace

void register_base64(OpRegistry& registry) {
  registry.add({.signature = "EncodeBase64(input: string) -> (output: string)",
                .attrs = {bool_attr("pad", false)},
                .shape = shapes::unchanged,
                .kernel = run_encode,
                .not_differentiable = true});
  registry.add({.signature = "DecodeBase64(input: string) -> (output: string)",
                .shape = shapes::unchanged,
                .kernel = run_decode,
                .not_differentiable = true});
}

}  // namespace rill
