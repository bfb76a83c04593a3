// Fingerprints and hashes of strings, little endian.
// FarmHash Fingerprint64: github.com/google/farmhash (farmhashna::Hash64), written from its
// definition. SipHash-2-4: Aumasson and Bernstein (2012). MurmurHash64A: Austin Appleby.
#include <cstring>
#include <utility>

#include "ops/text.h"

namespace rill {
namespace {

constexpr uint64_t k0 = 0xc3a5c85c97cb3127ULL;
constexpr uint64_t k1 = 0xb492b66fbe98f273ULL;
constexpr uint64_t k2 = 0x9ae16a3b2f90404fULL;

uint64_t fetch64(const char* p) {
  uint64_t v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}
uint64_t fetch32(const char* p) {
  uint32_t v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}
uint64_t rotate(uint64_t v, int shift) { return (v >> shift) | (v << (64 - shift)); }
uint64_t shift_mix(uint64_t v) { return v ^ (v >> 47); }

uint64_t mix16(uint64_t u, uint64_t v, uint64_t mul) {
  uint64_t a = (u ^ v) * mul;
  a ^= a >> 47;
  uint64_t b = (v ^ a) * mul;
  b ^= b >> 47;
  return b * mul;
}

uint64_t farm_0_to_16(const char* s, uint64_t n) {
  if (n >= 8) {
    const uint64_t mul = k2 + n * 2, a = fetch64(s) + k2, b = fetch64(s + n - 8);
    return mix16(rotate(b, 37) * mul + a, (rotate(a, 25) + b) * mul, mul);
  }
  if (n >= 4) {
    const uint64_t mul = k2 + n * 2;
    return mix16(n + (fetch32(s) << 3), fetch32(s + n - 4), mul);
  }
  if (n == 0) return k2;
  const auto at = [&](uint64_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(s[i])); };
  const uint32_t y = at(0) + (at(n >> 1) << 8);
  const uint32_t z = static_cast<uint32_t>(n) + (at(n - 1) << 2);
  return shift_mix(y * k2 ^ z * k0) * k2;
}

uint64_t farm_17_to_32(const char* s, uint64_t n) {
  const uint64_t mul = k2 + n * 2, a = fetch64(s) * k1, b = fetch64(s + 8);
  const uint64_t c = fetch64(s + n - 8) * mul, d = fetch64(s + n - 16) * k2;
  return mix16(rotate(a + b, 43) + rotate(c, 30) + d, a + rotate(b + k2, 18) + c, mul);
}

uint64_t farm_33_to_64(const char* s, uint64_t n) {
  const uint64_t mul = k2 + n * 2, a = fetch64(s) * k2, b = fetch64(s + 8);
  const uint64_t c = fetch64(s + n - 8) * mul, d = fetch64(s + n - 16) * k2;
  const uint64_t y = rotate(a + b, 43) + rotate(c, 30) + d;
  const uint64_t z = mix16(y, a + rotate(b + k2, 18) + c, mul);
  const uint64_t e = fetch64(s + 16) * mul, f = fetch64(s + 24);
  const uint64_t g = (y + fetch64(s + n - 32)) * mul, h = (z + fetch64(s + n - 24)) * mul;
  return mix16(rotate(e + f, 43) + rotate(g, 30) + h, e + rotate(f + a, 18) + g, mul);
}

using Pair = std::pair<uint64_t, uint64_t>;

Pair weak32(const char* s, uint64_t a, uint64_t b) {
  const uint64_t w = fetch64(s), x = fetch64(s + 8), y = fetch64(s + 16), z = fetch64(s + 24);
  a += w;
  b = rotate(b + a + z, 21);
  const uint64_t c = a;
  a += x + y;
  b += rotate(a, 44);
  return {a + z, b + c};
}

struct Sip {
  uint64_t v0, v1, v2, v3;
  static uint64_t left(uint64_t v, int n) { return (v << n) | (v >> (64 - n)); }
  void round() {
    v0 += v1;
    v1 = left(v1, 13) ^ v0;
    v0 = left(v0, 32);
    v2 += v3;
    v3 = left(v3, 16) ^ v2;
    v0 += v3;
    v3 = left(v3, 21) ^ v0;
    v2 += v1;
    v1 = left(v1, 17) ^ v2;
    v2 = left(v2, 32);
  }
  void absorb(uint64_t m) {
    v3 ^= m;
    round();
    round();
    v0 ^= m;
  }
};

// The bytes past the last whole word, as a number.
uint64_t tail(std::string_view text) {
  uint64_t v = 0;
  const size_t whole = text.size() / 8 * 8;
  for (size_t i = whole; i < text.size(); ++i) {
    v |= uint64_t{static_cast<uint8_t>(text[i])} << (8 * (i - whole));
  }
  return v;
}

}  // namespace

uint64_t fingerprint64(std::string_view text) {
  const char* s = text.data();
  const uint64_t n = text.size();
  if (n <= 16) return farm_0_to_16(s, n);
  if (n <= 32) return farm_17_to_32(s, n);
  if (n <= 64) return farm_33_to_64(s, n);
  constexpr uint64_t kSeed = 81;
  uint64_t x = kSeed, y = kSeed * k1 + 113, z = shift_mix(y * k2 + 113) * k2;
  Pair v{0, 0}, w{0, 0};
  x = x * k2 + fetch64(s);
  const char* end = s + (n - 1) / 64 * 64;
  const char* last64 = end + ((n - 1) & 63) - 63;
  do {
    x = rotate(x + y + v.first + fetch64(s + 8), 37) * k1;
    y = rotate(y + v.second + fetch64(s + 48), 42) * k1;
    x ^= w.second;
    y += v.first + fetch64(s + 40);
    z = rotate(z + w.first, 33) * k1;
    v = weak32(s, v.second * k1, x + w.first);
    w = weak32(s + 32, z + w.second, y + fetch64(s + 16));
    std::swap(z, x);
    s += 64;
  } while (s != end);
  const uint64_t mul = k1 + ((z & 0xff) << 1);
  s = last64;
  w.first += (n - 1) & 63;
  v.first += w.first;
  w.first += v.first;
  x = rotate(x + y + v.first + fetch64(s + 8), 37) * mul;
  y = rotate(y + v.second + fetch64(s + 48), 42) * mul;
  x ^= w.second * 9;
  y += v.first * 9 + fetch64(s + 40);
  z = rotate(z + w.first, 33) * mul;
  v = weak32(s, v.second * mul, x + w.first);
  w = weak32(s + 32, z + w.second, y + fetch64(s + 16));
  std::swap(z, x);
  return mix16(mix16(v.first, w.first, mul) + shift_mix(y) * k0 + z,
               mix16(v.second, w.second, mul) + x, mul);
}

uint64_t hash64(std::string_view text) {
  constexpr uint64_t m = 0xc6a4a7935bd1e995ULL;
  constexpr int r = 47;
  uint64_t h = 0xDECAFCAFFEULL ^ (text.size() * m);
  for (size_t i = 0; i + 8 <= text.size(); i += 8) {
    uint64_t k = fetch64(text.data() + i) * m;
    k ^= k >> r;
    h = (h ^ (k * m)) * m;
  }
  if (text.size() % 8 != 0) h = (h ^ tail(text)) * m;
  h ^= h >> r;
  h *= m;
  return h ^ (h >> r);
}

uint64_t sip_hash(uint64_t key0, uint64_t key1, std::string_view text) {
  Sip sip{key0 ^ 0x736f6d6570736575ULL, key1 ^ 0x646f72616e646f6dULL, key0 ^ 0x6c7967656e657261ULL,
          key1 ^ 0x7465646279746573ULL};
  for (size_t i = 0; i + 8 <= text.size(); i += 8) sip.absorb(fetch64(text.data() + i));
  sip.absorb(tail(text) | (uint64_t{text.size()} << 56));
  sip.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) sip.round();
  return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

}  // namespace rill
