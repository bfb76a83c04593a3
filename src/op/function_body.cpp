// FunctionDef -> body graph. The input syntax of function bodies is "arg", "node:output_arg:index"
// (tensorflow/core/framework/function.proto), that of old files "node:index".
#include <charconv>
#include <unordered_map>

#include "base/fail.h"
#include "op/import.h"
#include "op/node_access.h"
#include "op/output_offset.h"
#include "op/registry.h"

namespace rill {
namespace {

std::vector<DType> argument_types(const FunctionDef& def, const AttrMap& attrs, const ArgDef& arg) {
  const auto wrong = [&](const std::string& what) {
    fail(Code::invalid_argument, "function ", quoted(def.name), ": ", what);
  };
  const auto find = [&](const std::string& name) -> const AttrValue& {
    const AttrValue* value = attrs.find(name);
    if (value == nullptr) value = def.attrs.find(name);
    if (value == nullptr) wrong("no value for attribute " + quoted(name));
    return *value;
  };
  if (!arg.type_list_attr.empty()) {
    const AttrValue& value = find(arg.type_list_attr);
    if (value.get_if<AttrValue::EmptyList>()) return {};
    const auto* list = value.get_if<std::vector<DType>>();
    if (list == nullptr) wrong("attribute " + quoted(arg.type_list_attr) + " is no list of types");
    return *list;
  }
  DType type = arg.type;
  if (!arg.type_attr.empty()) {
    const auto* given = find(arg.type_attr).get_if<DType>();
    if (given == nullptr) wrong("attribute " + quoted(arg.type_attr) + " is no type");
    type = *given;
  }
  int64_t count = 1;
  if (!arg.number_attr.empty()) {
    const auto* given = find(arg.number_attr).get_if<int64_t>();
    constexpr int64_t kMost = 1 << 16;
    if (given == nullptr || *given < 0 || *given > kMost) {
      wrong("attribute " + quoted(arg.number_attr) + " is no count");
    }
    count = *given;
  }
  return std::vector<DType>(static_cast<size_t>(count), type);
}

class Builder {
 public:
  Builder(const FunctionDef& def, const AttrMap& attrs, const std::shared_ptr<FunctionLibrary>& lib)
      : def_(def), attrs_(attrs), library_(*lib), body_(std::make_shared<FunctionBody>()) {
    body_->name = def.name;
    body_->graph = std::make_shared<GraphImpl>();
    body_->graph->library.borrow(lib);
    body_->stateful = def.is_stateful;
  }

  std::shared_ptr<FunctionBody> run() {
    add_args();
    add_nodes();
    connect();
    add_returns();
    for (const int id : topological_order(graph())) infer_node_shapes(graph(), id);
    return body_;
  }

 private:
  GraphImpl& graph() { return *body_->graph; }

  [[noreturn]] void wrong(const std::string& what) const {
    fail(Code::invalid_argument, "function ", quoted(def_.name), ": ", what);
  }

  AttrValue filled(const AttrValue& value) const {
    const auto* placeholder = value.get_if<AttrValue::Placeholder>();
    if (placeholder == nullptr) return fill_function(value);
    const AttrValue* given = attrs_.find(placeholder->name);
    if (given == nullptr) given = def_.attrs.find(placeholder->name);
    if (given == nullptr) wrong("no value for attribute " + quoted(placeholder->name));
    return *given;
  }

  AttrValue fill_function(const AttrValue& value) const {
    const auto* f = value.get_if<NameAttrList>();
    if (f == nullptr || !f->attrs) return value;
    auto inner = std::make_shared<AttrMap>();
    for (const auto& [name, v] : *f->attrs) inner->set(name, filled(v));
    return NameAttrList{f->name, std::move(inner)};
  }

  std::vector<DType> types_of(const ArgDef& arg) const { return argument_types(def_, attrs_, arg); }

  void add_args() {
    int index = 0;
    for (const ArgDef& arg : def_.inputs) {
      const auto arg_attrs = def_.arg_attrs.find(index);
      std::vector<int> ids;
      for (const DType type : types_of(arg)) {
        Node node;
        node.op = "_Arg";
        node.name = graph().unique_name(arg.name);
        node.def = &require_op("_Arg");
        if (arg_attrs != def_.arg_attrs.end()) node.attrs = arg_attrs->second;
        node.attrs.set("T", type);
        node.attrs.set("index", static_cast<int64_t>(body_->args.size()));
        node.output_dtypes = {type};
        ids.push_back(graph().add_node(std::move(node)));
        body_->args.push_back(ids.back());
      }
      args_.emplace(arg.name, std::move(ids));
      ++index;
    }
  }

  void add_nodes() {
    for (const NodeDef& def : def_.nodes) {
      Node node;
      node.name = def.name;
      if (graph().find(def.name) >= 0) {
        if (nodes_.contains(def.name)) wrong("node " + quoted(def.name) + " is there twice");
        node.name = graph().unique_name(def.name);
      }
      node.op = def.op;
      node.device = def.device;
      node.def = op_registry().find(def.op);
      for (const auto& [name, value] : def.attrs) node.attrs.set(name, filled(value));
      if (node.def != nullptr) {
        complete_attrs(*node.def, node.attrs, node.name);
        node.output_dtypes = output_dtypes(*node.def, node.attrs, node.name);
        if (node.def->stateful) body_->stateful = true;
      }
      nodes_.emplace(def.name, graph().add_node(std::move(node)));
    }
  }

  void connect() {
    for (const NodeDef& def : def_.nodes) {
      const int id = nodes_.at(def.name);
      for (const std::string& input : def.inputs) {
        if (!input.empty() && input[0] == '^') {
          const std::string name = input.substr(1);
          if (const auto node = nodes_.find(name); node != nodes_.end()) {
            graph().mutable_node(id).controls.push_back(node->second);
          } else if (!args_.contains(name)) {
            wrong("node " + quoted(def.name) + ": unknown control input " + quoted(name));
          }
        } else {
          const Endpoint from = endpoint(input);
          graph().mutable_node(id).inputs.push_back(from);
        }
      }
      check_types(graph().node(id));
    }
  }

  void check_types(const Node& node) {
    if (node.def == nullptr) return;
    const std::vector<DType> wanted = input_dtypes(*node.def, node.attrs, node.name);
    if (wanted.size() != node.inputs.size()) {
      wrong(str(node.op, " node ", quoted(node.name), " has ", node.inputs.size(),
                " inputs; expected ", wanted.size()));
    }
    for (size_t i = 0; i < wanted.size(); ++i) {
      const Node& from = graph().node(node.inputs[i].node);
      const DType given = from.output_dtypes[static_cast<size_t>(node.inputs[i].output)];
      if (from.def != nullptr && given != wanted[i]) {
        wrong(str(node.op, " node ", quoted(node.name), ": input ", i, " is ", given, "; expected ",
                  wanted[i]));
      }
    }
  }

  static bool parse_index(std::string_view text, int& out) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
    return result.ec == std::errc() && result.ptr == text.data() + text.size() && out >= 0;
  }

  Endpoint endpoint(const std::string& input) {
    std::string_view rest = input;
    const size_t colon = rest.find(':');
    const std::string name(rest.substr(0, colon));
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    int index = 0;
    if (const auto arg = args_.find(name); arg != args_.end() && !nodes_.contains(name)) {
      if (!rest.empty() && !parse_index(rest, index)) wrong("bad input " + quoted(input));
      if (static_cast<size_t>(index) >= arg->second.size()) wrong("bad input " + quoted(input));
      return {arg->second[static_cast<size_t>(index)], 0};
    }
    const auto found = nodes_.find(name);
    if (found == nodes_.end()) wrong("unknown input " + quoted(input));
    const Node& node = graph().node(found->second);
    int port = 0;
    if (!rest.empty() && !parse_index(rest, port)) {
      const size_t second = rest.find(':');
      const std::string_view arg_name = rest.substr(0, second);
      if (second != std::string_view::npos && !parse_index(rest.substr(second + 1), index)) {
        wrong("bad input " + quoted(input));
      }
      port = output_offset(node, arg_name) + index;
    }
    Node& from = graph().mutable_node(found->second);
    if (static_cast<size_t>(port) >= from.output_dtypes.size()) {
      if (from.def != nullptr || port > (1 << 16)) {
        wrong("input " + quoted(input) + " asks for an output that the node lacks");
      }
      from.output_dtypes.resize(static_cast<size_t>(port) + 1, DType::invalid);
    }
    return {found->second, port};
  }

  // The arguments a node gives: those of its op, or of the function it calls by name.
  const std::vector<ArgDef>* outputs_of(const Node& node) {
    if (node.def != nullptr) return &node.def->outputs;
    const auto& functions = library_.functions;
    const auto function = functions.find(node.op);
    return function == functions.end() ? nullptr : &function->second->outputs;
  }

  int output_offset(const Node& node, std::string_view arg_name) {
    const std::vector<ArgDef>* outputs = outputs_of(node);
    if (outputs == nullptr) return 0;
    const int offset = rill::output_offset(*outputs, node.attrs, arg_name);
    if (offset >= 0) return offset;
    wrong(str(node.op, " node ", quoted(node.name), " has no output ", quoted(arg_name)));
  }

  void add_returns() {
    const auto ret_of = [&](const std::string& name) -> const std::string& {
      for (const auto& [out, source] : def_.returns) {
        if (out == name) return source;
      }
      wrong("output " + quoted(name) + " has no value");
    };
    for (const ArgDef& out : def_.outputs) {
      const std::vector<DType> types = types_of(out);
      const std::string& source = ret_of(out.name);
      for (size_t k = 0; k < types.size(); ++k) {
        Endpoint from = endpoint(source);
        from.output += static_cast<int>(k);
        if (static_cast<size_t>(from.output) >= graph().node(from.node).output_dtypes.size()) {
          wrong("output " + quoted(out.name) + " has too few values");
        }
        Node node;
        node.op = "_Retval";
        node.name = graph().unique_name(out.name + "_RetVal");
        node.def = &require_op("_Retval");
        node.attrs.set("T", types[k]);
        node.attrs.set("index", static_cast<int64_t>(body_->returns.size()));
        node.inputs = {from};
        body_->returns.push_back(graph().add_node(std::move(node)));
      }
    }
    for (const auto& [name, source] : def_.control_returns) {
      const auto node = nodes_.find(source);
      if (node == nodes_.end()) wrong("unknown control output " + quoted(source));
      body_->controls.push_back(node->second);
    }
    if (def_.control_returns.empty()) {
      // Old functions name no control outputs: what has an effect runs.
      for (const auto& [name, id] : nodes_) {
        const Node& node = graph().node(id);
        if (node.def != nullptr && node.def->stateful) body_->controls.push_back(id);
      }
    }
  }

  const FunctionDef& def_;
  const AttrMap& attrs_;
  const FunctionLibrary& library_;
  std::shared_ptr<FunctionBody> body_;
  std::unordered_map<std::string, std::vector<int>> args_;
  std::unordered_map<std::string, int> nodes_;
};

}  // namespace

std::vector<DType> function_output_types(const FunctionDef& def, const AttrMap& attrs) {
  std::vector<DType> out;
  for (const ArgDef& arg : def.outputs) {
    const std::vector<DType> types = argument_types(def, attrs, arg);
    out.insert(out.end(), types.begin(), types.end());
  }
  return out;
}

std::shared_ptr<FunctionBody> function_body(GraphImpl& graph, const NameAttrList& ref) {
  const std::shared_ptr<FunctionLibrary> owner = graph.library.owner();
  FunctionLibrary& library = *owner;
  std::lock_guard lock(library.mutex);
  std::string key = ref.name;
  if (ref.attrs) {
    for (const auto& [name, value] : *ref.attrs)
      append_to(key, str("|", name, "=", value.to_string()));
  }
  if (const auto made = library.bodies.find(key); made != library.bodies.end()) return made->second;
  const auto def = library.functions.find(ref.name);
  if (def == library.functions.end()) {
    std::vector<std::string> names;
    for (const auto& [name, f] : library.functions) names.push_back(name);
    fail(Code::not_found, "function ", quoted(ref.name), " is not in the graph's library",
         did_you_mean(ref.name, names));
  }
  static const AttrMap no_attrs;
  auto body = Builder(*def->second, ref.attrs ? *ref.attrs : no_attrs, owner).run();
  library.bodies.emplace(key, body);
  return body;
}

}  // namespace rill
