// GraphDef (tensorflow/core/framework/graph.proto): node = 1, library = 2, version = 3 (until
// 2015), versions = 4 {producer = 1, min_consumer = 2, bad_consumers = 3}.
#pragma once

#include "codec/bytes.h"
#include "formats/graphdef/context.h"
#include "rill/graph.hpp"

namespace rill::formats {

GraphDef read_graph(proto::Reader message, ReadContext& context, int depth);
void write_graph(proto::Writer& out, const GraphDef& graph);

// A binary GraphDef; `name` begins each error. With a keeper large constants share its memory.
GraphDef parse_graph(const SharedBytes& bytes, const std::string& name);

}  // namespace rill::formats
