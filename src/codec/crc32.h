// CRC-32 as zip and gzip have it, with carry-less multiplication where the processor has it.
#pragma once

#include "codec/bytes.h"

namespace rill {

// The checksum of what `crc` covers followed by `bytes`; begin with 0.
uint32_t crc32(uint32_t crc, Bytes bytes);

}  // namespace rill
