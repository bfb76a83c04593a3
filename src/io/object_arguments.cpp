#include "io/object_arguments.h"

#include <algorithm>

#include "base/fail.h"

namespace rill::io {
namespace {

// Functions that call each other: each may be a step down a stack.
constexpr size_t kMostAsked = 256;

}  // namespace

bool is_call(const NodeDef& node) {
  return node.op == "PartitionedCall" || node.op == "StatefulPartitionedCall";
}

const NameAttrList* called_by(const NodeDef& node) {
  const AttrValue* attr = is_call(node) ? node.attrs.find("f") : nullptr;
  return attr ? attr->get_if<NameAttrList>() : nullptr;
}

ObjectArguments::ObjectArguments(formats::MetaGraph& meta) : meta_(meta) {
  const std::vector<FunctionDef>& functions = meta.graph.functions;
  for (size_t i = 0; i < functions.size(); ++i) known_[functions[i].name].index = i;
  for (const NodeDef& node : meta.graph.nodes) note_calls(node, nullptr, 0);
  for (const FunctionDef& f : functions) {
    for (size_t i = 0; i < f.nodes.size(); ++i) note_calls(f.nodes[i], &f.name, i);
  }
  for (const auto& [op, function] : meta.graph.registered_gradients) known_[function].fixed = true;
}

void ObjectArguments::note_calls(const NodeDef& node, const std::string* caller, size_t at) {
  if (const NameAttrList* called = called_by(node)) {
    if (caller != nullptr) known_[called->name].callers.emplace_back(*caller, at);
    return;
  }
  for (const auto& [name, value] : node.attrs) {
    if (const auto* one = value.get_if<NameAttrList>()) known_[one->name].fixed = true;
    if (const auto* many = value.get_if<std::vector<NameAttrList>>()) {
      for (const NameAttrList& each : *many) known_[each.name].fixed = true;
    }
  }
}

const std::string* ObjectArguments::find(const std::string& function, int32_t object) const {
  const Known& known = known_.at(function);
  const auto given = known.given.find(object);
  if (given != known.given.end()) return &given->second;
  const auto& concrete = meta_.object_graph->concrete_functions;
  const auto entry = concrete.find(function);
  if (entry == concrete.end()) return nullptr;
  const std::vector<int32_t>& bound = entry->second.bound_inputs;
  const std::vector<ArgDef>& inputs = meta_.graph.functions[known.index].inputs;
  const auto at = std::find(bound.begin(), bound.end(), object);
  if (at == bound.end() || bound.size() > inputs.size()) return nullptr;
  return &(inputs.end() - (bound.end() - at))->name;
}

bool ObjectArguments::can_add(const std::string& function, int32_t object,
                              std::set<std::string>& seen) const {
  if (!seen.insert(function).second || find(function, object) != nullptr) return true;
  const Known& known = known_.at(function);
  return !known.fixed && seen.size() < kMostAsked &&
         std::all_of(known.callers.begin(), known.callers.end(),
                     [&](const auto& caller) { return can_add(caller.first, object, seen); });
}

void ObjectArguments::add(const std::string& function, int32_t object, DType type) {
  if (find(function, object) != nullptr) return;
  Known& known = known_.at(function);
  ArgDef arg;
  arg.name = known.given[object] = str("__object_", object);  // TensorFlow makes no such name
  arg.type = type;
  meta_.graph.functions[known.index].inputs.push_back(std::move(arg));
  auto& concrete = meta_.object_graph->concrete_functions;
  const auto entry = concrete.find(function);
  if (entry != concrete.end()) entry->second.bound_inputs.push_back(object);
  for (const auto& [caller, at] : known.callers) {
    add(caller, object, type);
    NodeDef& node = meta_.graph.functions[known_.at(caller).index].nodes[at];
    const auto controls = std::find_if(node.inputs.begin(), node.inputs.end(),
                                       [](const std::string& i) { return i.starts_with('^'); });
    node.inputs.insert(controls, *find(caller, object));
    const AttrValue* attr = node.attrs.find("Tin");
    const auto* list = attr ? attr->get_if<std::vector<DType>>() : nullptr;
    std::vector<DType> types = list ? *list : std::vector<DType>();
    types.push_back(type);
    node.attrs.set("Tin", types);
  }
}

const std::string* ObjectArguments::find_or_add(const std::string& function, int32_t object,
                                                DType type) {
  std::set<std::string> seen;
  if (!can_add(function, object, seen)) return nullptr;
  if (before_.empty()) before_ = meta_.graph.functions;
  add(function, object, type);
  return find(function, object);
}

void ObjectArguments::call_unchanged(NodeDef& node) {
  const NameAttrList* called = called_by(node);
  if (called == nullptr) return;
  const std::string name = called->name;
  const Known& known = known_.at(name);
  if (known.given.empty()) return;
  const std::string plain = name + "/plain";
  node.attrs.set("f", NameAttrList{plain, called->attrs});
  if (!known_.emplace(plain, Known{}).second) return;
  FunctionDef copy = before_[known.index];
  copy.name = plain;
  for (NodeDef& inner : copy.nodes) call_unchanged(inner);
  meta_.graph.functions.push_back(std::move(copy));
  auto& concrete = meta_.object_graph->concrete_functions;
  if (const auto entry = concrete.find(name); entry != concrete.end()) {
    formats::SavedConcreteFunction plain_entry = entry->second;
    plain_entry.bound_inputs.resize(plain_entry.bound_inputs.size() - known.given.size());
    concrete.emplace(plain, std::move(plain_entry));
  }
}

void ObjectArguments::keep_graph_calls() {
  for (NodeDef& node : meta_.graph.nodes) call_unchanged(node);
}

}  // namespace rill::io
