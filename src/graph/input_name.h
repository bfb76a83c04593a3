// Names of inputs as GraphDef writes them.
#pragma once

#include <string>
#include <string_view>

namespace rill {

// "^node", "node", "node:1", "node:out:0" -> "node".
inline std::string_view node_of(std::string_view input) {
  if (input.starts_with('^')) input.remove_prefix(1);
  return input.substr(0, input.find(':'));
}

}  // namespace rill
