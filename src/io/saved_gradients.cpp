#include "io/saved_gradients.h"

#include <map>
#include <optional>

#include "base/fail.h"
#include "graph/graph.h"
#include "io/object_arguments.h"
#include "op/output_offset.h"
#include "op/registry.h"
#include "op/saved_gradient.h"

namespace rill::io {
namespace {

using formats::StructuredValue;

// TensorFlow traces internal_grad_fn(None, *gradients) and keeps what Python returned: a list of
// tensors and Nones, one an input of the node; the function itself returns the tensors alone.
std::optional<std::vector<int64_t>> results_of(const StructuredValue& output, size_t inputs,
                                               size_t results) {
  std::vector<int64_t> out;
  int64_t next = 0;
  for (const StructuredValue& item : output.children) {
    if (item.kind == StructuredValue::Kind::none) {
      out.push_back(-1);
    } else if (item.kind == StructuredValue::Kind::tensor_spec ||
               item.kind == StructuredValue::Kind::bounded_tensor_spec) {
      out.push_back(next++);
    } else {
      return std::nullopt;
    }
  }
  if (out.size() != inputs || static_cast<size_t>(next) != results) return std::nullopt;
  return out;
}

size_t data_inputs(const NodeDef& node) {
  size_t count = 0;
  for (const std::string& input : node.inputs) count += !input.starts_with('^');
  return count;
}

class Binder {
 public:
  explicit Binder(formats::MetaGraph& meta)
      : meta_(meta), objects_(*meta.object_graph), arguments_(meta) {
    for (const FunctionDef& f : meta.graph.functions) {
      functions_[f.name] = &f;
      for (const NodeDef& node : f.nodes) {
        const NameAttrList* called = called_by(node);
        if (called != nullptr) calls_[called->name] = {&f, &node};
      }
    }
    for (const auto& [op, function] : meta.graph.registered_gradients) gradients_[op] = function;
  }

  void run() {
    for (FunctionDef& function : meta_.graph.functions) {
      for (NodeDef& node : function.nodes) {
        // On calls the name is TensorFlow's own, of the derivative that it would make itself.
        if (is_call(node)) continue;
        const AttrValue* attr = node.attrs.find("_gradient_op_type");
        const auto* type = attr ? attr->get_if<std::string>() : nullptr;
        const auto named = type ? gradients_.find(*type) : gradients_.end();
        if (named != gradients_.end()) bind(function, node, named->second);
      }
    }
    arguments_.keep_graph_calls();
  }

 private:
  void bind(const FunctionDef& function, NodeDef& node, const std::string& name) {
    const auto gradient = functions_.find(name);
    const auto concrete = objects_.concrete_functions.find(name);
    if (gradient == functions_.end() || concrete == objects_.concrete_functions.end()) return;
    const std::vector<int32_t>& bound = concrete->second.bound_inputs;
    const size_t inputs = data_inputs(node);
    if (gradient->second->inputs.size() != inputs + bound.size()) return;
    const auto results =
        results_of(concrete->second.output_signature, inputs, gradient->second->outputs.size());
    if (!results) return;
    std::vector<std::string> captures;
    for (size_t i = 0; i < bound.size(); ++i) {
      captures.push_back(name_in(function, bound[i], gradient->second->inputs[inputs + i].type));
      if (captures.back().empty()) return;
    }
    const AttrMap lists{{kSavedGradientCaptures, captures}, {kSavedGradientResults, *results}};
    node.attrs.set(kSavedGradient, NameAttrList{name, std::make_shared<const AttrMap>(lists)});
  }

  // The tensor of a function that a captured object is; empty: it has none.
  std::string name_in(const FunctionDef& function, int32_t object, DType type) {
    const auto& value = objects_.nodes[static_cast<size_t>(object)].value;
    if (const auto* tensor = std::get_if<formats::CapturedTensor>(&value)) {
      return name_in(function, *tensor, 0);
    }
    const std::string* argument = arguments_.find_or_add(function.name, object, type);
    return argument ? *argument + ":0" : "";
  }

  // A tensor of a function further out comes in as an argument.
  std::string name_in(const FunctionDef& function, const formats::CapturedTensor& tensor,
                      int depth) const {
    if (tensor.concrete_function == function.name) return tensor.name;
    if (depth == kMostNested) return "";
    const auto call = calls_.find(function.name);
    if (call == calls_.end()) return "";
    const auto& [caller, node] = call->second;
    const std::string outside = name_in(*caller, tensor, depth + 1);
    for (size_t i = 0; i < function.inputs.size() && i < node->inputs.size(); ++i) {
      if (!outside.empty() && tensor_name(*caller, node->inputs[i]) == outside) {
        return function.inputs[i].name + ":0";
      }
    }
    return "";
  }

  // "node:argument:1" or "argument" of a function as a tensor has it, "node:2".
  static std::string tensor_name(const FunctionDef& function, const std::string& input) {
    const size_t end = input.find(':');
    const size_t last = input.rfind(':');
    if (end == std::string::npos) return input + ":0";
    const std::string_view node = std::string_view(input).substr(0, end);
    for (const NodeDef& def : function.nodes) {
      if (def.name != node || end == last) continue;
      const OpDef* op = op_registry().find(def.op);
      const int port = split_tensor_name(std::string_view(input).substr(end + 1)).second;
      const std::string argument = input.substr(end + 1, last - end - 1);
      const int offset = op ? output_offset(op->outputs, def.attrs, argument) : -1;
      return offset < 0 ? "" : str(node, ":", offset + port);
    }
    return "";
  }

  static constexpr int kMostNested = 16;
  formats::MetaGraph& meta_;
  const formats::SavedObjectGraph& objects_;
  std::map<std::string, const FunctionDef*> functions_;
  std::map<std::string, std::string> gradients_;
  ObjectArguments arguments_;
  // Who calls a function: what it captured is the same in all calls.
  std::map<std::string, std::pair<const FunctionDef*, const NodeDef*>> calls_;
};

}  // namespace

void bind_registered_gradients(formats::SavedModel& model) {
  for (formats::MetaGraph& meta : model.meta_graphs) {
    if (meta.object_graph && !meta.graph.registered_gradients.empty()) Binder(meta).run();
  }
}

}  // namespace rill::io
