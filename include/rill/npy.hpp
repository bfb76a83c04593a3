// NumPy's .npy files.
#pragma once

#include <filesystem>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill {

// Throws NOT_FOUND, PERMISSION_DENIED, DATA_LOSS for a damaged file, UNIMPLEMENTED for arrays of
// objects.
RILL_API Tensor load_npy(const std::filesystem::path& path);
RILL_API void save_npy(const std::filesystem::path& path, const Tensor& tensor);

}  // namespace rill
