// Paths of groups and datasets in weight files.
#pragma once

#include <string>

namespace rill::keras {

// "folder/name"; the name alone at the root.
inline std::string weight_path(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

}  // namespace rill::keras
