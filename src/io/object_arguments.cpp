#include "io/object_arguments.h"

#include <algorithm>

#include "base/fail.h"

namespace rill::io {
namespace {

// Functions that call each other: each may be a step down a stack.
constexpr size_t kMostAsked = 256;

bool is_loop(const NodeDef& node) { return node.op == "While" || node.op == "StatelessWhile"; }

const char* types_attr(const NodeDef& node) { return is_loop(node) ? "T" : "Tin"; }

// The functions that take a node's last inputs as their last arguments.
std::vector<std::string> called_by(const NodeDef& node) {
  std::vector<const char*> attrs;
  if (is_call(node)) attrs = {"f"};
  if (is_loop(node)) attrs = {"cond", "body"};
  if (node.op == "If" || node.op == "StatelessIf") attrs = {"then_branch", "else_branch"};
  if (node.op == "Case" || node.op == "StatelessCase") attrs = {"branches"};
  std::vector<std::string> out;
  for (const char* name : attrs) {
    const AttrValue* attr = node.attrs.find(name);
    if (attr == nullptr) continue;
    if (const auto* one = attr->get_if<NameAttrList>()) out.push_back(one->name);
    const auto* many = attr->get_if<std::vector<NameAttrList>>();
    for (size_t i = 0; many && i < many->size(); ++i) out.push_back((*many)[i].name);
  }
  return out;
}

bool has_tensor(const FunctionDef& function, const std::string& tensor) {
  const std::string name = tensor.substr(0, tensor.rfind(':'));
  const auto named = [&](const auto& each) { return each.name == name; };
  return std::any_of(function.nodes.begin(), function.nodes.end(), named) ||
         std::any_of(function.inputs.begin(), function.inputs.end(), named);
}

template <typename T>
void append(NodeDef& node, const char* attr, T value) {
  const AttrValue* found = node.attrs.find(attr);
  const auto* list = found ? found->get_if<std::vector<T>>() : nullptr;
  std::vector<T> all = list ? *list : std::vector<T>();
  all.push_back(std::move(value));
  node.attrs.set(attr, all);
}

}  // namespace

bool is_call(const NodeDef& node) {
  return node.op == "PartitionedCall" || node.op == "StatefulPartitionedCall";
}

ObjectArguments::ObjectArguments(formats::MetaGraph& meta) : meta_(meta) {
  const std::vector<FunctionDef>& functions = meta.graph.functions;
  for (size_t i = 0; i < functions.size(); ++i) known_[functions[i].name].index = i;
  for (const NodeDef& node : meta.graph.nodes) note_calls(node, nullptr, 0);
  for (const FunctionDef& f : functions) {
    for (size_t i = 0; i < f.nodes.size(); ++i) note_calls(f.nodes[i], &f.name, i);
  }
  for (const auto& [op, function] : meta.graph.registered_gradients) known_[function].fixed = true;
  for (auto& [name, known] : known_) {
    known.fixed = known.fixed || known.index == SIZE_MAX || (known.body && known.no_body);
  }
}

void ObjectArguments::note_calls(const NodeDef& node, const std::string* caller, size_t at) {
  const std::vector<std::string> called = called_by(node);
  const bool hands_on = !called.empty() && (caller != nullptr || is_call(node));
  for (const std::string& name : called) {
    Known& known = known_[name];
    const bool body = is_loop(node) && name == called.back();
    known.branch = known.branch || !is_call(node);
    (body ? known.body : known.no_body) = true;
    if (caller != nullptr) known.callers.emplace_back(*caller, at);
  }
  if (hands_on) return;
  for (const auto& [name, value] : node.attrs) {
    if (const auto* one = value.get_if<NameAttrList>()) known_[one->name].fixed = true;
    if (const auto* many = value.get_if<std::vector<NameAttrList>>()) {
      for (const NameAttrList& each : *many) known_[each.name].fixed = true;
    }
  }
}

std::string ObjectArguments::find(const std::string& function, int32_t object) const {
  const Known& known = known_.at(function);
  for (const auto& [given, name] : known.given) {
    if (given == object) return name;
  }
  const auto& value = meta_.object_graph->nodes[static_cast<size_t>(object)].value;
  if (known.index == SIZE_MAX) return "";
  const FunctionDef& def = meta_.graph.functions[known.index];
  if (const auto* tensor = std::get_if<formats::CapturedTensor>(&value)) {
    return tensor->concrete_function == function && has_tensor(def, tensor->name) ? tensor->name
                                                                                  : "";
  }
  const auto& concrete = meta_.object_graph->concrete_functions;
  const auto entry = concrete.find(function);
  if (entry == concrete.end() || known.branch) return "";
  const std::vector<int32_t>& bound = entry->second.bound_inputs;
  const std::vector<ArgDef>& inputs = def.inputs;
  const auto at = std::find(bound.begin(), bound.end(), object);
  if (at == bound.end() || bound.size() > inputs.size()) return "";
  return (inputs.end() - (bound.end() - at))->name;
}

// A tensor is only where its function brings it.
bool ObjectArguments::can_add(const std::string& function, int32_t object,
                              std::set<std::string>& seen) const {
  if (!seen.insert(function).second || !find(function, object).empty()) return true;
  const Known& known = known_.at(function);
  const auto& value = meta_.object_graph->nodes[static_cast<size_t>(object)].value;
  if (known.fixed || seen.size() >= kMostAsked) return false;
  if (std::holds_alternative<formats::CapturedTensor>(value) &&
      (known.callers.empty() || meta_.object_graph->concrete_functions.contains(function))) {
    return false;
  }
  return std::all_of(known.callers.begin(), known.callers.end(), [&](const Caller& caller) {
    const NodeDef& node = meta_.graph.functions[known_.at(caller.first).index].nodes[caller.second];
    const std::vector<std::string> called = called_by(node);
    return can_add(caller.first, object, seen) &&
           std::all_of(called.begin(), called.end(),
                       [&](const std::string& each) { return can_add(each, object, seen); });
  });
}

void ObjectArguments::add(const std::string& function, int32_t object, DType type) {
  if (!find(function, object).empty()) return;
  Known& known = known_.at(function);
  FunctionDef& def = meta_.graph.functions[known.index];
  ArgDef arg;
  arg.name = str("__object_", object);  // TensorFlow makes no such name
  arg.type = type;
  known.given.emplace_back(object, arg.name);
  def.inputs.push_back(arg);
  if (known.body) {
    def.outputs.push_back(arg);
    def.returns.emplace_back(arg.name, arg.name);
  }
  auto& concrete = meta_.object_graph->concrete_functions;
  const auto entry = concrete.find(function);
  if (entry != concrete.end()) entry->second.bound_inputs.push_back(object);
  for (const auto& [caller, at] : known.callers) {
    if (!extended_.emplace(caller, at, object).second) continue;
    add(caller, object, type);
    NodeDef& node = meta_.graph.functions[known_.at(caller).index].nodes[at];
    for (const std::string& each : called_by(node)) add(each, object, type);
    extend(node, find(caller, object), type);
  }
}

void ObjectArguments::extend(NodeDef& node, const std::string& input, DType type) {
  const auto controls = std::find_if(node.inputs.begin(), node.inputs.end(),
                                     [](const std::string& i) { return i.starts_with('^'); });
  node.inputs.insert(controls, input);
  append(node, types_attr(node), type);
  const AttrValue* shapes = is_loop(node) ? node.attrs.find("output_shapes") : nullptr;
  if (shapes != nullptr && shapes->get_if<std::vector<Shape>>()) {
    append(node, "output_shapes", Shape::unknown_rank());
  }
}

std::string ObjectArguments::find_or_add(const std::string& function, int32_t object, DType type) {
  std::set<std::string> seen;
  if (!can_add(function, object, seen)) return "";
  if (before_.empty()) before_ = meta_.graph.functions;
  add(function, object, type);
  return find(function, object);
}

// A node of the graph, or of a copy of a function, calls the functions of before.
void ObjectArguments::call_unchanged(NodeDef& node) {
  AttrMap attrs = node.attrs;
  for (const auto& [name, value] : node.attrs) {
    const auto* one = value.get_if<NameAttrList>();
    const auto* many = value.get_if<std::vector<NameAttrList>>();
    if (one != nullptr) attrs.set(name, unchanged(*one));
    if (many == nullptr) continue;
    std::vector<NameAttrList> all;
    for (const NameAttrList& each : *many) all.push_back(unchanged(each));
    attrs.set(name, std::move(all));
  }
  node.attrs = std::move(attrs);
}

NameAttrList ObjectArguments::unchanged(const NameAttrList& called) {
  const auto found = known_.find(called.name);
  if (found == known_.end() || found->second.given.empty()) return called;
  const Known& known = found->second;
  const NameAttrList plain{called.name + "/plain", called.attrs};
  if (!known_.emplace(plain.name, Known{}).second) return plain;
  FunctionDef copy = before_[known.index];
  copy.name = plain.name;
  for (NodeDef& inner : copy.nodes) call_unchanged(inner);
  meta_.graph.functions.push_back(std::move(copy));
  auto& concrete = meta_.object_graph->concrete_functions;
  if (const auto entry = concrete.find(called.name); entry != concrete.end()) {
    formats::SavedConcreteFunction plain_entry = entry->second;
    plain_entry.bound_inputs.resize(plain_entry.bound_inputs.size() - known.given.size());
    concrete.emplace(plain.name, std::move(plain_entry));
  }
  return plain;
}

std::vector<GraphCall> ObjectArguments::keep_graph_calls() {
  std::vector<GraphCall> out;
  for (NodeDef& node : meta_.graph.nodes) {
    const AttrValue* f = is_call(node) ? node.attrs.find("f") : nullptr;
    const auto* called = f ? f->get_if<NameAttrList>() : nullptr;
    const auto known = called ? known_.find(called->name) : known_.end();
    if (known == known_.end() || known->second.given.empty()) continue;
    GraphCall& call = out.emplace_back();
    call.node = node.name;
    call.function = called->name;
    for (const auto& [object, name] : known->second.given) call.objects.push_back(object);
    call_unchanged(node);
  }
  return out;
}

}  // namespace rill::io
