#include "codec/snappy.h"

#include <snappy.h>

#include "base/fail.h"

namespace rill {

std::string uncompress_snappy(Bytes block, uint64_t limit, const std::string& what) {
  const auto* data = reinterpret_cast<const char*>(block.data());
  size_t size = 0;
  if (!snappy::GetUncompressedLength(data, block.size(), &size)) {
    fail(Code::data_loss, what, ": a snappy block has no valid length");
  }
  // One tag of 3 bytes copies at most 64: no honest block expands more than about 22 times.
  if (size > limit || size / 64 > block.size()) {
    fail(Code::resource_exhausted, what, ": a snappy block of ", block.size(),
         " bytes says that it holds ", size);
  }
  std::string out(size, '\0');
  if (!snappy::RawUncompress(data, block.size(), out.data())) {
    fail(Code::data_loss, what, ": a snappy block is damaged");
  }
  return out;
}

}  // namespace rill
