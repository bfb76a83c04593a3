#include "codec/inflate.h"

#include <zlib.h>

#include "base/fail.h"

namespace rill {

std::string inflate(Bytes packed, uint64_t size, const std::string& what) {
  std::string out(size, '\0');
  uLongf length = size;
  const int status = ::uncompress(reinterpret_cast<Bytef*>(out.data()), &length,
                                  reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  if (status != Z_OK || length != size) {
    fail(Code::data_loss, what, ": ", packed.size(), " bytes do not unpack to ", size);
  }
  return out;
}

}  // namespace rill
