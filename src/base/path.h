// Questions about paths that never throw.
#pragma once

#include <filesystem>

namespace rill {

// A regular file, or a link to one; false for what cannot be looked at.
inline bool is_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

}  // namespace rill
