#include "io/revived_layer.h"

#include <mutex>

#include "base/fail.h"
#include "codec/json.h"
#include "function/traced.h"
#include "graph/graph.h"
#include "io/graph_layer.h"
#include "keras/core/registry.h"
#include "keras/layers/operation.h"
#include "keras/legacy/upgrade.h"
#include "op/emit.h"
#include "op/variable.h"

namespace rill::io {
namespace {

using formats::StructuredValue;

constexpr int kMostNested = 16;

// The tensors among the arguments; `training` becomes true when one of the constants is.
void read_arguments(const StructuredValue& value, size_t& tensors, bool& training, int depth = 0) {
  if (depth > kMostNested) fail(Code::data_loss, "a function's signature is nested too deep");
  if (value.kind == StructuredValue::Kind::tensor_spec ||
      value.kind == StructuredValue::Kind::bounded_tensor_spec) {
    ++tensors;
  }
  if (value.kind == StructuredValue::Kind::boolean) training = training || value.boolean;
  for (const StructuredValue& item : value.children) {
    read_arguments(item, tensors, training, depth + 1);
  }
}

void collect_shapes(const StructuredValue& value, std::vector<Shape>& out, int depth = 0) {
  if (depth > kMostNested) fail(Code::data_loss, "a function's signature is nested too deep");
  if (value.kind == StructuredValue::Kind::tensor_spec ||
      value.kind == StructuredValue::Kind::bounded_tensor_spec) {
    out.push_back(value.shape);
  }
  for (const StructuredValue& item : value.children) collect_shapes(item, out, depth + 1);
}

// Made from its config, as in any other file of Keras 2.
bool is_built_in(const Json& layer) {
  const Json json = keras::legacy::upgrade(layer, keras::Flavour::keras2);
  if (keras::is_operation(json)) return keras::operation_is_known(json);
  return keras::layer_registry().contains(json.at("class_name").as_string());
}

class RevivedLayer final : public keras::Layer, public GraphLayer {
 public:
  explicit RevivedLayer(std::shared_ptr<Revival> revival)
      : revival_(std::move(revival)),
        eager_([this](const Values& inputs) { return add(inputs); }) {}

  void build(const std::vector<Shape>&) override {
    function_ = revival_->function_of(name());
    for (const auto& [attribute, variable] : function_.captured) {
      adopt_weight({variable, attribute, true});
    }
  }
  Values call(const Values& inputs, const keras::CallContext&) override {
    bool symbolic = current_graph() != nullptr;
    for (const Value& x : inputs) symbolic = symbolic || x.is_symbolic();
    return symbolic ? add(inputs) : eager_(inputs);
  }

 private:
  Values add(const Values& inputs) {
    if (inputs.size() != function_.inputs) {
      fail(Code::invalid_argument, "layer ", quoted(name()), " takes ", function_.inputs,
           " inputs, not ", inputs.size());
    }
    Values all = inputs;
    for (const auto& [attribute, variable] : function_.captured) all.push_back(variable);
    Values out = call_function(revival_->library(), function_.name, all, function_.outputs, name());
    // What the file says of the results: the layers behind need shapes to be built.
    for (size_t i = 0; i < out.size() && i < function_.shapes.size(); ++i) {
      const std::shared_ptr<GraphImpl> graph = out[i].rep()->graph;
      const Endpoint end{out[i].rep()->node, out[i].rep()->output};
      graph->mutable_node(end.node).output_shapes[static_cast<size_t>(end.output)] =
          function_.shapes[i];
      out[i] = graph->tensor(end);
    }
    return out;
  }

  std::shared_ptr<Revival> revival_;
  Revival::Function function_;
  Traced eager_;
};

}  // namespace

Revival::Revival(const formats::MetaGraph& meta, const std::vector<formats::KerasNode>& nodes) {
  if (meta.object_graph) objects_ = *meta.object_graph;
  for (const FunctionDef& def : meta.graph.functions) {
    library_.emplace(def.name, std::make_shared<const FunctionDef>(def));
  }
  for (const formats::KerasNode& node : nodes) {
    if (node.identifier != "_tf_keras_layer" && node.identifier != "_tf_keras_rnn_layer") continue;
    const Json json = Json::parse(node.metadata, "keras_metadata.pb");
    const std::string class_name = json.value<std::string>("class_name", "");
    node_of_layer_.emplace(json.value<std::string>("name", ""), node.node_id);
    if (!class_name.empty() && !is_built_in(json)) classes_.push_back(class_name);
  }
}

keras::CustomObjects Revival::with_unknown_classes(const std::shared_ptr<Revival>& revival,
                                                   const keras::CustomObjects& custom) {
  keras::CustomObjects all = custom;
  for (const std::string& name : revival->classes_) {
    if (custom.contains(name) || keras::registered_objects().contains(name)) continue;
    all.maker(name, [revival]() -> std::shared_ptr<keras::Layer> {
      return std::make_shared<RevivedLayer>(revival);
    });
  }
  return all;
}

Value Revival::variable(int node) {
  Value& made = variables_[node];
  if (!made) {
    const auto& saved =
        std::get<formats::SavedVariable>(objects_.nodes[static_cast<size_t>(node)].value);
    made =
        Tensor::of_variable(std::make_shared<VariableState>(saved.name, saved.dtype, saved.shape),
                            saved.dtype, saved.shape);
  }
  return made;
}

Revival::Function Revival::function_of(const std::string& layer) {
  const auto lacks = [&](const char* why) {
    fail(Code::unimplemented, "the SavedModel cannot stand for layer ", quoted(layer), ": ", why);
  };
  const auto found = node_of_layer_.find(layer);
  if (found == node_of_layer_.end() || found->second < 0 ||
      static_cast<size_t>(found->second) >= objects_.nodes.size()) {
    lacks("it has no such layer");
  }
  const int call = objects_.child(found->second, "__call__");
  const auto* saved =
      call < 0
          ? nullptr
          : std::get_if<formats::SavedFunction>(&objects_.nodes[static_cast<size_t>(call)].value);
  if (saved == nullptr) lacks("its call was not traced");
  for (const std::string& name : saved->concrete_functions) {
    const auto concrete = objects_.concrete_functions.find(name);
    const auto def = library_.find(name);
    if (concrete == objects_.concrete_functions.end() || def == library_.end()) continue;
    Function out;
    bool training = false;
    read_arguments(concrete->second.input_signature, out.inputs, training);
    if (training) continue;
    out.name = name;
    bool usable = true;
    for (const int32_t node : concrete->second.bound_inputs) {
      const auto& object = objects_.nodes[static_cast<size_t>(node)];
      if (!std::holds_alternative<formats::SavedVariable>(object.value)) usable = false;
      if (!usable) break;
      std::string attribute = str("variable_", out.captured.size());
      for (const auto& child : objects_.nodes[static_cast<size_t>(found->second)].children) {
        if (child.node_id == node) attribute = child.local_name;
      }
      out.captured.emplace_back(attribute, variable(node));
    }
    if (!usable || out.inputs + out.captured.size() != def->second->inputs.size()) continue;
    for (const ArgDef& output : def->second->outputs) out.outputs.push_back(output.type);
    collect_shapes(concrete->second.output_signature, out.shapes);
    if (out.shapes.size() != out.outputs.size()) out.shapes.clear();
    return out;
  }
  lacks("it has no function for predictions that needs variables alone");
  return {};
}

}  // namespace rill::io
