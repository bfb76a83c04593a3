// Zip archives and their members.
#include "codec/zip.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  const ZipReader zip(SharedBytes::own(bytes), "fuzz.zip");
  int n = 0;
  for (const ZipMember& member : zip.members()) {
    if (++n > 50) break;
    attempt([&] { zip.read(member); });
  }
}

}  // namespace rill::fuzz
