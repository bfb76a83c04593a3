// One image of a folder, as the model takes it.
#pragma once

#include <string>

#include "rill/dataset.hpp"

namespace rill::data {

// Throws INVALID_ARGUMENT for an interpolation that does not exist.
void check_interpolation(const std::string& name);
// Throws what codec/image.h throws, naming the file.
Tensor read_image(const std::string& path, const ImageFolderOptions& options);

}  // namespace rill::data
