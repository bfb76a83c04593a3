#include "io/object_variables.h"

#include <set>

#include "base/fail.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "graph/graph.h"
#include "io/object_walk.h"
#include "io/variables.h"
#include "op/variable.h"
#include "session/session_impl.h"

namespace rill::io {

std::map<int32_t, std::string> variable_keys(const formats::SavedModel& model,
                                             const formats::MetaGraph& meta) {
  std::map<int32_t, std::string> out;
  const std::string prefix = formats::variables_prefix(model.folder);
  if (prefix.empty()) return out;
  const auto source = formats::open_checkpoint(prefix);
  if (source->find(formats::kObjectGraphKey) == nullptr) return out;
  const Tensor bytes = source->read(formats::kObjectGraphKey);
  // The checkpoint's own object graph has the same paths.
  const formats::TrackableGraph graph = formats::parse_trackable_graph(bytes.item<std::string>());
  const auto& nodes = meta.object_graph->nodes;
  walk_objects(
      nodes.size(), [&](int32_t id) { return nodes[static_cast<size_t>(id)].children; },
      [&](int32_t id, const std::string& path) {
        if (!std::holds_alternative<formats::SavedVariable>(nodes[static_cast<size_t>(id)].value)) {
          return;
        }
        const int there = graph.find(path);
        if (there < 0) return;
        for (const auto& attribute : graph.nodes[static_cast<size_t>(there)].attributes) {
          if (attribute.name == "VARIABLE_VALUE") out[id] = attribute.checkpoint_key;
        }
      });
  return out;
}

void join_captured_variables(const Session& session, const formats::SavedModel& model,
                             const formats::MetaGraph& meta,
                             std::span<const Saver::Item> restored) {
  if (!meta.object_graph) return;
  std::set<std::string> known;
  for (const Saver::Item& item : restored) known.insert(item.operation);
  const GraphImpl& graph = *session.graph().impl();
  std::map<int, int32_t> captured;  // node of a handle -> object
  for (const NodeDef& node : meta.graph.nodes) {
    const AttrValue* called = node.attrs.find("f");
    const auto* function = called ? called->get_if<NameAttrList>() : nullptr;
    if (function == nullptr) continue;
    const auto concrete = meta.object_graph->concrete_functions.find(function->name);
    if (concrete == meta.object_graph->concrete_functions.end()) continue;
    const std::vector<int32_t>& bound = concrete->second.bound_inputs;
    const int call = graph.find(node.name);
    if (call < 0 || graph.node(call).inputs.size() < bound.size()) continue;
    const auto& inputs = graph.node(call).inputs;
    for (size_t i = 0; i < bound.size(); ++i) {
      const int handle = inputs[inputs.size() - bound.size() + i].node;
      const Node& variable = graph.node(handle);
      if (variable.op == "VarHandleOp" && !known.contains(variable.name)) {
        captured.emplace(handle, bound[i]);
      }
    }
  }
  if (captured.empty()) return;
  std::map<std::string, std::string> operation_of_key;
  for (const Saver::Item& item : restored) operation_of_key[item.key] = item.operation;
  const auto keys = variable_keys(model, meta);
  for (const auto& [handle, object] : captured) {
    const auto key = keys.find(object);
    if (key == keys.end()) continue;
    const auto operation = operation_of_key.find(key->second);
    if (operation == operation_of_key.end()) continue;
    const auto [container, name] = resource_name(graph.node(handle));
    session.impl()->resources()->put(container, name, find_variable(session, operation->second));
  }
}

std::map<std::string, std::string> object_paths(const std::filesystem::path& prefix) {
  const auto source = formats::open_checkpoint(prefix);
  if (source->find(formats::kObjectGraphKey) == nullptr) {
    fail(Code::invalid_argument, prefix.string(), ": the checkpoint has no object graph");
  }
  const Tensor bytes = source->read(formats::kObjectGraphKey);
  const formats::TrackableGraph graph = formats::parse_trackable_graph(bytes.item<std::string>());
  std::map<std::string, std::string> out;
  walk_objects(
      graph.nodes.size(), [&](int32_t id) { return graph.nodes[static_cast<size_t>(id)].children; },
      [&](int32_t id, const std::string& path) {
        for (const auto& attribute : graph.nodes[static_cast<size_t>(id)].attributes) {
          if (attribute.name == "VARIABLE_VALUE") out[path] = attribute.checkpoint_key;
        }
      });
  return out;
}

}  // namespace rill::io
