// NodeDef (tensorflow/core/framework/node_def.proto): name = 1, op = 2, input = 3, device = 4,
// attr = 5.
#pragma once

#include "formats/graphdef/attr_proto.h"

namespace rill::formats {

// Reads nodes one after the other; keeps its scratch memory between them.
class NodeReader {
 public:
  explicit NodeReader(ReadContext& context) : context_(context) {}
  // Errors name the node.
  void read(proto::Reader message, int depth, NodeDef& out);

 private:
  ReadContext& context_;
  std::vector<std::string_view> inputs_;
  AttrEntries attrs_;
};

void write_node(proto::Writer& out, uint32_t field, const NodeDef& node);

}  // namespace rill::formats
