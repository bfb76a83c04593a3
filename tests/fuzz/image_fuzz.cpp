// Images of every kind.
#include "codec/image.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) { decode_image(bytes_of(bytes), "fuzz.png"); }

}  // namespace rill::fuzz
