#include "io/graph_calls.h"

#include "graph/graph.h"
#include "io/object_variables.h"

namespace rill::io {

void give_variables(GraphImpl& graph, const formats::SavedModel& model,
                    const formats::MetaGraph& meta, const std::vector<GraphCall>& calls,
                    std::span<const Saver::Item> restored) {
  if (calls.empty()) return;
  std::map<std::string, std::string> operations;
  for (const Saver::Item& item : restored) operations[item.key] = item.operation;
  const std::map<int32_t, std::string> keys = variable_keys(model, meta);
  for (const GraphCall& call : calls) {
    std::vector<Endpoint> handles;
    for (const int32_t object : call.objects) {
      const auto key = keys.find(object);
      const auto named = key == keys.end() ? operations.end() : operations.find(key->second);
      const int id = named == operations.end() ? -1 : graph.find(named->second);
      if (id >= 0) handles.push_back({id, 0});
    }
    const int id = graph.find(call.node);
    if (id < 0 || handles.size() != call.objects.size()) continue;
    Node& node = graph.mutable_node(id);
    const AttrValue* types = node.attrs.find("Tin");
    const auto* list = types ? types->get_if<std::vector<DType>>() : nullptr;
    std::vector<DType> all = list ? *list : std::vector<DType>();
    all.resize(node.inputs.size(), DType::resource);
    all.resize(all.size() + handles.size(), DType::resource);
    node.attrs.set("Tin", std::move(all));
    node.attrs.set("f", NameAttrList{call.function, nullptr});
    node.inputs.insert(node.inputs.end(), handles.begin(), handles.end());
  }
}

}  // namespace rill::io
