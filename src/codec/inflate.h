// Bytes that zlib packed, with its header and checksum (RFC 1950).
#pragma once

#include <string>

#include "codec/bytes.h"

namespace rill {

// Throws DATA_LOSS "WHAT: ..." when other than `size` bytes come out.
std::string inflate(Bytes packed, uint64_t size, const std::string& what);

}  // namespace rill
