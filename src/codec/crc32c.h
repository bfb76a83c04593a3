// CRC-32C (Castagnoli), and the masked form that leveldb and TensorFlow store.
#pragma once

#include "codec/bytes.h"

namespace rill::crc32c {

// The checksum of what `crc` covers followed by `bytes`.
uint32_t extend(uint32_t crc, Bytes bytes);
inline uint32_t value(Bytes bytes) { return extend(0, bytes); }

// A checksum of bytes that hold checksums is weak, so stored ones are rotated and shifted
// (leveldb, util/crc32c.h).
constexpr uint32_t mask(uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8u; }
constexpr uint32_t unmask(uint32_t masked) {
  const uint32_t rotated = masked - 0xa282ead8u;
  return (rotated >> 17) | (rotated << 15);
}

// Without special instructions: what extend() uses on older machines.
uint32_t extend_portable(uint32_t crc, Bytes bytes);

}  // namespace rill::crc32c
