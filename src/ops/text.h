// Helpers of the string ops.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "op/kernel_context.h"

namespace rill {

// Output 0 gets fn(element) for each element of input 0.
template <typename Out, typename Fn>
void map_strings(KernelContext& ctx, Fn&& fn) {
  const Tensor& in = ctx.input(0);
  Tensor& out = ctx.output(0, in.shape());
  const int64_t n = in.size();
  const auto* from = in.data<std::string>();
  auto* to = out.data<Out>();
  for (int64_t i = 0; i < n; ++i) to[i] = fn(from[i]);
}

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r';
}
std::string_view strip(std::string_view text);

// A byte that starts a character of UTF-8.
constexpr bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }
int64_t utf8_length(std::string_view text);

// Hashes of TensorFlow's bucket ops.
uint64_t fingerprint64(std::string_view text);  // FarmHash
uint64_t hash64(std::string_view text);         // the old one, after MurmurHash64A
uint64_t sip_hash(uint64_t key0, uint64_t key1, std::string_view text);

}  // namespace rill
