#include "formats/graphdef/graph_proto.h"

#include "base/fail.h"
#include "formats/graphdef/function_proto.h"
#include "formats/graphdef/node_proto.h"

namespace rill::formats {
namespace {

void read_versions(proto::Reader message, GraphDef& out) {
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.producer = message.int32();
        break;
      case 2:
        out.min_consumer = message.int32();
        break;
      case 3:
        message.append_varints(out.bad_consumers);
        break;
      default:
        break;
    }
  }
}

void write_versions(proto::Writer& out, const GraphDef& graph) {
  out.message(4, [&](proto::Writer& message) {
    message.int64_or_skip(1, graph.producer);
    message.int64_or_skip(2, graph.min_consumer);
    message.packed_varints(
        3, std::vector<int64_t>(graph.bad_consumers.begin(), graph.bad_consumers.end()));
  });
}

}  // namespace

GraphDef read_graph(proto::Reader message, ReadContext& context, int depth) {
  GraphDef graph;
  size_t count = 0;
  for (proto::Reader r = message; r.next();) count += r.number() == 1;
  context.charge(count * sizeof(NodeDef));
  graph.nodes.reserve(count);
  int old_version = 0;
  bool has_versions = false;
  NodeReader nodes(context);
  while (message.next()) {
    switch (message.number()) {
      case 1:
        nodes.read(message.message("NodeDef"), depth + 1, graph.nodes.emplace_back());
        break;
      case 2:
        read_library(message.message("FunctionDefLibrary"), context, depth + 1, graph);
        break;
      case 3:
        old_version = message.int32();
        break;
      case 4:
        has_versions = true;
        read_versions(message.message("VersionDef"), graph);
        break;
      default:
        break;
    }
  }
  if (!has_versions) graph.producer = old_version;
  return graph;
}

void write_graph(proto::Writer& out, const GraphDef& graph) {
  for (const NodeDef& node : graph.nodes) write_node(out, 1, node);
  write_library(out, 2, graph);
  write_versions(out, graph);
}

GraphDef parse_graph(const SharedBytes& bytes, const std::string& name) {
  try {
    ReadContext context(bytes);
    return read_graph(proto::Reader(bytes.bytes, "GraphDef"), context, 1);
  } catch (const Error& error) {
    rethrow_with_context(error, name);
  }
}

}  // namespace rill::formats
