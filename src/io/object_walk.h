// Object graphs of SavedModels and checkpoints, from the root down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "formats/saved_model/saved_model.h"

namespace rill::io {

// Visits objects and their children from the root, each once, with the first path to it.
template <typename Children, typename Visit>
void walk_objects(size_t count, Children children, Visit visit) {
  std::vector<std::pair<int32_t, std::string>> queue{{0, ""}};
  std::set<int32_t> seen{0};
  for (size_t i = 0; i < queue.size() && count > 0; ++i) {
    const auto [id, path] = queue[i];
    visit(id, path);
    for (const formats::ObjectReference& child : children(id)) {
      if (!seen.insert(child.node_id).second) continue;
      queue.emplace_back(child.node_id,
                         path.empty() ? child.local_name : path + "/" + child.local_name);
    }
  }
}

}  // namespace rill::io
