#include "codec/crc32.h"

#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rill {
namespace {

uint32_t crc32_zlib(uint32_t crc, const std::byte* at, size_t size) {
  return static_cast<uint32_t>(
      ::crc32_z(crc, reinterpret_cast<const Bytef*>(at), static_cast<z_size_t>(size)));
}

#if defined(__x86_64__)

__attribute__((target("pclmul,sse4.1"))) inline __m128i load(const std::byte* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

__attribute__((target("pclmul,sse4.1"))) inline __m128i fold_one(__m128i x, __m128i k,
                                                                 __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(x, k, 0x00);
  const __m128i high = _mm_clmulepi64_si128(x, k, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

// Folds 64 bytes at a time: V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using
// PCLMULQDQ Instruction" (Intel, 2009); the constants are x^n mod P, bit-reflected, for
// n = 4*128+32, 4*128-32, 128+32, 128-32. `size` is a multiple of 16 and at least 64. Leaves 16
// bytes that have the same remainder as all that was folded.
__attribute__((target("pclmul,sse4.1"))) void fold(uint32_t state, const std::byte* at, size_t size,
                                                   std::byte* out) {
  const __m128i by64 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
  const __m128i by16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
  __m128i x0 = _mm_xor_si128(load(at), _mm_cvtsi32_si128(static_cast<int>(state)));
  __m128i x1 = load(at + 16);
  __m128i x2 = load(at + 32);
  __m128i x3 = load(at + 48);
  at += 64;
  size -= 64;
  for (; size >= 64; at += 64, size -= 64) {
    x0 = fold_one(x0, by64, load(at));
    x1 = fold_one(x1, by64, load(at + 16));
    x2 = fold_one(x2, by64, load(at + 32));
    x3 = fold_one(x3, by64, load(at + 48));
  }
  x0 = fold_one(x0, by16, x1);
  x0 = fold_one(x0, by16, x2);
  x0 = fold_one(x0, by16, x3);
  for (; size >= 16; at += 16, size -= 16) x0 = fold_one(x0, by16, load(at));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), x0);
}

#endif

}  // namespace

uint32_t crc32(uint32_t crc, Bytes bytes) {
  const std::byte* at = bytes.data();
  size_t size = bytes.size();
#if defined(__x86_64__)
  static const bool has_clmul =
      __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("sse4.1") != 0;
  if (has_clmul && size >= 128) {
    const size_t folded = size / 16 * 16;
    std::byte rest[16];
    fold(~crc, at, folded, rest);
    crc = crc32_zlib(0xffffffffu, rest, sizeof(rest));  // begins with the state 0
    at += folded;
    size -= folded;
  }
#endif
  return size == 0 ? crc : crc32_zlib(crc, at, size);
}

uint32_t crc32_join(uint32_t first, uint32_t second, uint64_t second_size) {
  return static_cast<uint32_t>(::crc32_combine(first, second, static_cast<z_off_t>(second_size)));
}

}  // namespace rill
