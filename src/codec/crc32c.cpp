#include "codec/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace rill::crc32c {
namespace {

constexpr uint32_t kPolynomial = 0x82f63b78u;  // reflected

// Slicing by eight: table k moves a byte over k further bytes.
constexpr std::array<std::array<uint32_t, 256>, 8> make_tables() {
  std::array<std::array<uint32_t, 256>, 8> tables{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][i] = crc;
  }
  for (uint32_t i = 0; i < 256; ++i) {
    for (size_t k = 1; k < 8; ++k) {
      tables[k][i] = (tables[k - 1][i] >> 8) ^ tables[0][tables[k - 1][i] & 0xff];
    }
  }
  return tables;
}

constexpr auto kTables = make_tables();

#if defined(__x86_64__)

// What `crc` becomes when `zeros` zero bytes follow: a matrix over GF(2) by repeated squaring
// (zlib's crc32_combine).
using Matrix = std::array<uint32_t, 32>;

constexpr uint32_t times(const Matrix& m, uint32_t v) {
  uint32_t sum = 0;
  for (size_t i = 0; v != 0; v >>= 1, ++i) {
    if ((v & 1) != 0) sum ^= m[i];
  }
  return sum;
}

constexpr Matrix square(const Matrix& m) {
  Matrix out{};
  for (size_t i = 0; i < 32; ++i) out[i] = times(m, m[i]);
  return out;
}

constexpr Matrix one_zero_bit() {
  Matrix m{};
  m[0] = kPolynomial;
  for (size_t i = 1; i < 32; ++i) m[i] = 1u << (i - 1);
  return m;
}

// For a power of two.
constexpr Matrix zero_bytes(size_t count) {
  Matrix m = one_zero_bit();
  for (size_t bits = 1; bits < count * 8; bits *= 2) m = square(m);
  return m;
}

// As four lookups.
constexpr std::array<std::array<uint32_t, 256>, 4> shift_tables(size_t count) {
  const Matrix m = zero_bytes(count);
  std::array<std::array<uint32_t, 256>, 4> out{};
  for (uint32_t i = 0; i < 256; ++i) {
    for (uint32_t k = 0; k < 4; ++k) out[k][i] = times(m, i << (8 * k));
  }
  return out;
}

constexpr size_t kLane = 2048;
constexpr auto kShift = shift_tables(kLane);

uint32_t shift(uint32_t crc) {
  return kShift[0][crc & 0xff] ^ kShift[1][crc >> 8 & 0xff] ^ kShift[2][crc >> 16 & 0xff] ^
         kShift[3][crc >> 24];
}

inline uint64_t load64(const std::byte* at) {
  uint64_t value;
  std::memcpy(&value, at, 8);
  return value;
}

// The instruction has a latency of three cycles and a throughput of one: three lanes at once.
__attribute__((target("sse4.2"))) uint32_t extend_sse42(uint32_t crc, Bytes bytes) {
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  uint64_t a = ~crc;
  while (left >= 3 * kLane) {
    uint64_t b = 0;
    uint64_t c = 0;
    for (size_t i = 0; i < kLane; i += 8) {
      a = _mm_crc32_u64(a, load64(at + i));
      b = _mm_crc32_u64(b, load64(at + kLane + i));
      c = _mm_crc32_u64(c, load64(at + 2 * kLane + i));
    }
    a = shift(static_cast<uint32_t>(a)) ^ static_cast<uint32_t>(b);
    a = shift(static_cast<uint32_t>(a)) ^ static_cast<uint32_t>(c);
    at += 3 * kLane;
    left -= 3 * kLane;
  }
  for (; left >= 8; at += 8, left -= 8) a = _mm_crc32_u64(a, load64(at));
  auto tail = static_cast<uint32_t>(a);
  for (; left > 0; ++at, --left) tail = _mm_crc32_u8(tail, static_cast<uint8_t>(*at));
  return ~tail;
}

#endif

}  // namespace

uint32_t extend_portable(uint32_t crc, Bytes bytes) {
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  crc = ~crc;
  for (; left >= 8; at += 8, left -= 8) {
    uint32_t low;
    uint32_t high;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + 4, 4);
    low ^= crc;
    crc = kTables[7][low & 0xff] ^ kTables[6][low >> 8 & 0xff] ^ kTables[5][low >> 16 & 0xff] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xff] ^ kTables[2][high >> 8 & 0xff] ^
          kTables[1][high >> 16 & 0xff] ^ kTables[0][high >> 24];
  }
  for (; left > 0; ++at, --left) {
    crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<uint32_t>(*at)) & 0xff];
  }
  return ~crc;
}

uint32_t extend(uint32_t crc, Bytes bytes) {
#if defined(__x86_64__)
  static const bool has_sse42 = __builtin_cpu_supports("sse4.2") != 0;
  if (has_sse42) return extend_sse42(crc, bytes);
#endif
  return extend_portable(crc, bytes);
}

}  // namespace rill::crc32c
