// Bytes that zlib packed, with its header and checksum (RFC 1950), and gzip's files
// (RFC 1952).
#pragma once

#include <cstdint>
#include <string>

#include "codec/bytes.h"

namespace rill {

// Throws DATA_LOSS "WHAT: ..." when other than `size` bytes come out.
std::string inflate(Bytes packed, uint64_t size, const std::string& what);

enum class Packing : uint8_t { zlib, gzip, raw };
// All that comes out, as TensorFlow reads it: of all members of a gzip file, of zlib's one stream
// and nothing behind it, and of cut off bytes what they hold. Throws DATA_LOSS for damaged bytes
// and RESOURCE_EXHAUSTED when they would grow more than any sensible content does.
std::string inflate_all(Bytes packed, Packing packing, const std::string& what);
// Throws RESOURCE_EXHAUSTED when so many bytes unpack to more than any sensible content does.
void refuse_burst(uint64_t packed, uint64_t unpacked, const std::string& what);

}  // namespace rill
