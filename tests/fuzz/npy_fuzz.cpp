// NumPy's .npy.
#include "codec/npy.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) { parse_npy(SharedBytes::own(bytes), "fuzz.npy"); }

}  // namespace rill::fuzz
