// YAML as Python's yaml.dump() writes plain data, read as JSON: block and flow collections, plain,
// quoted and literal scalars, anchors, tuples. Keras before 2.6 wrote architectures so.
#pragma once

#include <string_view>

#include "codec/json.h"

namespace rill {

// Throws DATA_LOSS "WHAT: line L, column C: problem"; UNIMPLEMENTED for objects of Python, naming
// the tag; RESOURCE_EXHAUSTED when it is nested deeper, or its anchors say more, than any model
// does.
Json parse_yaml(std::string_view text, std::string_view what = "YAML");

}  // namespace rill
