#include "formats/graphdef/node_proto.h"

#include "base/fail.h"

namespace rill::formats {

void NodeReader::read(proto::Reader message, int depth, NodeDef& out) {
  inputs_.clear();
  attrs_.clear();
  try {
    while (message.next()) {
      switch (message.number()) {
        case 1:
          out.name = read_string(message);
          break;
        case 2:
          out.op = read_string(message);
          break;
        case 3:
          inputs_.push_back(read_string(message));
          break;
        case 4:
          out.device = read_string(message);
          break;
        case 5:
          attrs_.add(message.message("AttrEntry"));
          break;
        default:
          break;
      }
    }
    context_.charge(inputs_.size() * sizeof(std::string));
    out.inputs.assign(inputs_.begin(), inputs_.end());
    out.attrs = attrs_.finish(context_, depth + 2);
  } catch (const Error& error) {
    if (out.name.empty()) throw;
    rethrow_with_context(error, str("node ", quoted(out.name)));
  }
}

void write_node(proto::Writer& out, uint32_t field, const NodeDef& node) {
  out.message(field, [&](proto::Writer& message) {
    message.bytes_or_skip(1, node.name);
    message.bytes_or_skip(2, node.op);
    for (const std::string& input : node.inputs) message.bytes(3, input);
    message.bytes_or_skip(4, node.device);
    try {
      write_attrs(message, 5, node.attrs);
    } catch (const Error& error) {
      rethrow_with_context(error, str("node ", quoted(node.name)));
    }
  });
}

}  // namespace rill::formats
