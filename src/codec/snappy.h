// Snappy blocks.
#pragma once

#include <string>

#include "codec/bytes.h"

namespace rill {

// Throws DATA_LOSS for damaged bytes, RESOURCE_EXHAUSTED when the block says that it holds more
// than `limit` bytes: checked before anything is allocated. `what` begins the messages.
std::string uncompress_snappy(Bytes block, uint64_t limit, const std::string& what);

}  // namespace rill
