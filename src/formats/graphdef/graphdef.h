// GraphDef files: what GraphDef::load, parse, serialize, to_text and save (rill/graph.hpp) are
// made of. doc/formats/graphdef.md draws the messages.
#pragma once

#include "codec/bytes.h"
#include "rill/graph.hpp"

namespace rill::formats {

// A binary or text GraphDef. `name` begins each error. With a keeper large constants share its
// memory. Throws DATA_LOSS, INVALID_ARGUMENT, UNIMPLEMENTED, RESOURCE_EXHAUSTED.
GraphDef parse_graphdef(const SharedBytes& bytes, const std::string& name);

}  // namespace rill::formats
