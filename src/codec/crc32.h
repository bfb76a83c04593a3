// CRC-32 as zip and gzip have it, with carry-less multiplication where the processor has it.
#pragma once

#include "codec/bytes.h"

namespace rill {

// The checksum of what `crc` covers followed by `bytes`; begin with 0.
uint32_t crc32(uint32_t crc, Bytes bytes);
// The checksum of two pieces of which the second follows the first.
uint32_t crc32_join(uint32_t first, uint32_t second, uint64_t second_size);

}  // namespace rill
