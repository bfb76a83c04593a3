#include "io/saved_gradients.h"

#include <map>
#include <optional>

#include "base/fail.h"
#include "graph/graph.h"
#include "io/object_arguments.h"
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
      auto& [args, outputs] = signatures_[f.name];
      for (const ArgDef& arg : f.inputs) args.push_back(arg.type);
      outputs = f.outputs.size();
    }
    for (const auto& [op, function] : meta.graph.registered_gradients) gradients_[op] = function;
  }

  std::vector<GraphCall> run() {
    // First what needs no new arguments: who gets none has these, too.
    for (const bool add : {false, true}) {
      for (FunctionDef& function : meta_.graph.functions) {
        for (NodeDef& node : function.nodes) {
          // On calls the name is TensorFlow's own, of the derivative that it would make itself.
          if (is_call(node) || node.attrs.find(kSavedGradient) != nullptr) continue;
          const AttrValue* attr = node.attrs.find("_gradient_op_type");
          const auto* type = attr ? attr->get_if<std::string>() : nullptr;
          const auto named = type ? gradients_.find(*type) : gradients_.end();
          if (named != gradients_.end()) bind(function.name, node, named->second, add);
        }
      }
    }
    return arguments_.keep_graph_calls();
  }

 private:
  void bind(const std::string& function, NodeDef& node, const std::string& name, bool add) {
    const auto gradient = signatures_.find(name);
    const auto concrete = objects_.concrete_functions.find(name);
    if (gradient == signatures_.end() || concrete == objects_.concrete_functions.end()) return;
    const std::vector<int32_t>& bound = concrete->second.bound_inputs;
    const auto& [args, outputs] = gradient->second;
    const size_t inputs = data_inputs(node);
    if (args.size() != inputs + bound.size()) return;
    const auto results = results_of(concrete->second.output_signature, inputs, outputs);
    if (!results) return;
    std::vector<std::string> captures;
    for (size_t i = 0; i < bound.size(); ++i) {
      captures.push_back(add ? arguments_.find_or_add(function, bound[i], args[inputs + i])
                             : arguments_.find(function, bound[i]));
      if (captures.back().empty()) return;
      if (captures.back().find(':') == std::string::npos) captures.back() += ":0";
    }
    const AttrMap lists{{kSavedGradientCaptures, captures}, {kSavedGradientResults, *results}};
    node.attrs.set(kSavedGradient, NameAttrList{name, std::make_shared<const AttrMap>(lists)});
  }

  formats::MetaGraph& meta_;
  const formats::SavedObjectGraph& objects_;
  // Types of the arguments and how many results, by function.
  std::map<std::string, std::pair<std::vector<DType>, size_t>> signatures_;
  std::map<std::string, std::string> gradients_;
  ObjectArguments arguments_;
};

}  // namespace

std::vector<GraphCall> bind_registered_gradients(formats::MetaGraph& meta) {
  if (!meta.object_graph || meta.graph.registered_gradients.empty()) return {};
  return Binder(meta).run();
}

}  // namespace rill::io
