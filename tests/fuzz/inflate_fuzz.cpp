// Packed bytes; the first one says how.
#include "codec/inflate.h"

#include "codec/snappy.h"
#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  if (bytes.empty()) return;
  const Bytes packed = bytes_of(bytes).subspan(1);
  const int kind = bytes[0] & 3;
  if (kind == 3) {
    uncompress_snappy(packed, uint64_t{1} << 20, "fuzz.snappy");
  } else {
    inflate_all(packed, static_cast<Packing>(kind), "fuzz.gz");
  }
}

}  // namespace rill::fuzz
