#include "rill/npy.hpp"

#include "codec/npy.h"

namespace rill {

Tensor load_npy(const std::filesystem::path& path) { return read_npy(path); }
void save_npy(const std::filesystem::path& path, const Tensor& tensor) { write_npy(path, tensor); }

}  // namespace rill
