// Keras models as SavedModels of TensorFlow 2: what Model.export() of Keras 3 writes, readable by
// tf.saved_model.load, TFSMLayer and the loader of TensorFlow 1.
//
// One function computes the model; its variables are captured. A wrapper that takes and gives names
// is the signature, under "serve" and "serving_default".
#include <algorithm>
#include <map>

#include "base/fail.h"
#include "formats/saved_model/saved_model_writer.h"
#include "graph/graph.h"
#include "io/keras2_objects.h"
#include "io/keras_formats.h"
#include "io/saver_nodes.h"
#include "io/traced_model.h"
#include "io/variables.h"
#include "keras/core/weights.h"
#include "keras/models/model_layer.h"
#include "op/emit.h"
#include "op/to_function.h"

namespace rill::io {
namespace {

using formats::ObjectReference;
using formats::SavedObject;
using formats::StructuredValue;
using Kind = StructuredValue::Kind;

StructuredValue of_kind(Kind kind) {
  StructuredValue out;
  out.kind = kind;
  return out;
}
StructuredValue of_text(const std::string& text) {
  StructuredValue out = of_kind(Kind::string);
  out.text = text;
  return out;
}
StructuredValue list_of(Kind kind, std::vector<StructuredValue> children) {
  StructuredValue out = of_kind(kind);
  out.children = std::move(children);
  return out;
}

// One end of the model.
struct End {
  std::string name;
  DType dtype = DType::invalid;
  Shape shape;

  StructuredValue spec() const {
    StructuredValue out = of_kind(Kind::tensor_spec);
    out.text = name;
    out.dtype = dtype;
    out.shape = shape;
    return out;
  }
  formats::TensorInfo info(const std::string& tensor) const {
    formats::TensorInfo out;
    out.name = tensor;
    out.dtype = dtype;
    out.shape = shape;
    return out;
  }
};

struct Captured {
  std::string argument;  // of the functions
  std::shared_ptr<VariableState> state;
};

// The model traced on placeholders.
struct TracedModel {
  std::vector<End> inputs;
  std::vector<End> outputs;
  std::vector<Captured> captured;
  FunctionDef function;
  std::shared_ptr<GraphImpl> graph;
};

TracedModel trace(const keras::Model& model) {
  TracedGraph traced = trace_portable(model);
  TracedModel out;
  out.graph = traced.graph;
  const GraphImpl& graph = *out.graph;
  const auto end_of = [&](const TracedEnd& end) {
    return End{end.name, graph.node(end.at.node).output_dtypes.at(0), end.shape};
  };
  FunctionEnds ends;
  for (const TracedEnd& end : traced.inputs) {
    ends.inputs.emplace_back(end.at.node, end.name);
    out.inputs.push_back(end_of(end));
  }
  for (const TracedEnd& end : traced.outputs) {
    const size_t i = out.outputs.size();
    ends.outputs.push_back({end.at, i == 0 ? "identity" : str("identity_", i)});
    out.outputs.push_back(end_of(end));
  }
  for (int id = 0; id < graph.num_nodes(); ++id) {
    const Node& node = graph.node(id);
    if (node.def != nullptr && node.def->stateful && node.def->outputs.empty()) {
      ends.targets.push_back(id);
    }
  }
  for (const int id : needed_nodes(graph, ends)) {
    const auto bound = graph.bound_resources.find(resource_name(graph.node(id)).second);
    if (bound == graph.bound_resources.end()) continue;
    const auto state = std::dynamic_pointer_cast<VariableState>(bound->second);
    if (!state) {
      fail(Code::unimplemented, "a model that uses a ", bound->second->type_name(),
           " cannot be written as a SavedModel");
    }
    out.captured.push_back({str("resource_", out.captured.size()), state});
    ends.inputs.emplace_back(id, out.captured.back().argument);
  }
  out.function = to_function(graph, "__inference_serve_0", ends);
  return out;
}

void describe_arguments(FunctionDef& function, const std::vector<End>& inputs) {
  std::vector<Shape> shapes;
  for (size_t i = 0; i < function.inputs.size(); ++i) {
    shapes.push_back(i < inputs.size() ? inputs[i].shape : Shape::unknown_rank());
    AttrMap attrs;
    attrs.set("_user_specified_name", function.inputs[i].name);
    if (i < inputs.size()) attrs.set("_output_shapes", std::vector<Shape>{inputs[i].shape});
    function.arg_attrs[static_cast<int>(i)] = std::move(attrs);
  }
  function.attrs.set("_input_shapes", std::move(shapes));
  function.attrs.set("_construction_context", "kEagerRuntime");
}

std::vector<DType> dtypes_of(const std::vector<ArgDef>& args) {
  std::vector<DType> out;
  for (const ArgDef& arg : args) out.push_back(arg.type);
  return out;
}

NodeDef call_of(const std::string& node, const FunctionDef& function,
                std::vector<std::string> inputs) {
  return make_node(node, "StatefulPartitionedCall", std::move(inputs),
                   {{"Tin", dtypes_of(function.inputs)},
                    {"Tout", dtypes_of(function.outputs)},
                    {"f", NameAttrList{function.name, nullptr}},
                    {"config", ""},
                    {"config_proto", ""},
                    {"executor_type", ""}});
}

// The order in which TensorFlow flattens a dictionary.
std::vector<size_t> sorted_by_name(const std::vector<End>& ends) {
  std::vector<size_t> order(ends.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return ends[a].name < ends[b].name; });
  return order;
}

FunctionDef wrapper_of(const TracedModel& traced, const std::string& name) {
  FunctionDef out;
  out.name = name;
  out.is_stateful = true;
  const FunctionDef& inner = traced.function;
  std::vector<End> inputs;
  for (const size_t i : sorted_by_name(traced.inputs)) {
    out.inputs.push_back(inner.inputs[i]);
    inputs.push_back(traced.inputs[i]);
  }
  for (size_t i = traced.inputs.size(); i < inner.inputs.size(); ++i) {
    out.inputs.push_back(inner.inputs[i]);
  }
  std::vector<std::string> arguments;
  for (const ArgDef& arg : inner.inputs) arguments.push_back(arg.name);
  out.nodes.push_back(call_of("StatefulPartitionedCall", inner, std::move(arguments)));
  size_t place = 0;
  for (const size_t i : sorted_by_name(traced.outputs)) {
    ArgDef arg = inner.outputs[i];
    arg.name = place == 0 ? "identity" : str("identity_", place);
    const std::string node = place == 0 ? "Identity" : str("Identity_", place);
    ++place;
    out.nodes.push_back(make_node(node, "Identity", {str("StatefulPartitionedCall:output:", i)},
                                  {{"T", arg.type}}));
    out.returns.emplace_back(arg.name, node + ":output:0");
    out.outputs.push_back(std::move(arg));
  }
  describe_arguments(out, inputs);
  return out;
}

StructuredValue argument_spec(const std::vector<std::string>& positional,
                              const std::vector<std::string>& keywords) {
  StructuredValue out = of_kind(Kind::named_tuple);
  out.text = "FullArgSpec";
  out.keys = {"args",       "varargs",        "varkw",      "defaults",
              "kwonlyargs", "kwonlydefaults", "annotations"};
  const auto texts = [](const std::vector<std::string>& names) {
    StructuredValue list = of_kind(Kind::list);
    for (const std::string& name : names) list.children.push_back(of_text(name));
    return list;
  };
  const StructuredValue none = of_kind(Kind::none);
  out.children = {texts(positional), none, none, none, texts(keywords), none, of_kind(Kind::dict)};
  return out;
}

// The objects below the root.
class Objects {
 public:
  int add(SavedObject object) {
    graph.nodes.push_back(std::move(object));
    return static_cast<int>(graph.nodes.size()) - 1;
  }
  int add_user(const char* identifier) {
    SavedObject object;
    formats::SavedUserObject user;
    user.identifier = identifier;
    user.producer = user.min_consumer = 1;
    object.value = user;
    return add(std::move(object));
  }
  void link(int parent, const std::string& name, int child) {
    graph.nodes[static_cast<size_t>(parent)].children.push_back({child, name});
  }
  formats::SavedObjectGraph graph;
};

std::string checkpoint_key(size_t number) {
  return str("_all_variables/", number, "/.ATTRIBUTES/VARIABLE_VALUE");
}

}  // namespace

void export_keras_model(const keras::Model& model, const std::string& path, bool keras2) {
  const GraphScope eager(nullptr);
  TracedModel traced = trace(model);
  describe_arguments(traced.function, traced.inputs);
  formats::SavedModelWriter writer(path);

  // The object graph.
  Objects objects;
  const int root = objects.add_user(keras2 ? keras2_identifier(model) : "_generic_user_object");
  const int variables = objects.add_user("trackable_list_wrapper");
  const int trainable = objects.add_user("trackable_list_wrapper");
  const int frozen = objects.add_user("trackable_list_wrapper");
  const int all = objects.add_user("trackable_list_wrapper");
  std::map<const void*, int> node_of;
  std::vector<SavedNode> saved;
  std::vector<std::shared_ptr<VariableState>> states;
  const auto add_variable = [&](const std::shared_ptr<VariableState>& state, bool trains) {
    if (node_of.contains(state.get())) return node_of.at(state.get());
    SavedObject object;
    formats::SavedVariable variable;
    variable.dtype = state->dtype();
    variable.shape = state->shape();
    variable.trainable = trains;
    variable.name = state->name();
    object.value = variable;
    const int node = objects.add(std::move(object));
    node_of[state.get()] = node;
    objects.link(all, std::to_string(states.size()), node);
    states.push_back(state);
    return node;
  };
  const auto state_of = [](const Value& v) {
    return std::static_pointer_cast<VariableState>(v.rep()->variable);
  };
  const auto fill = [&](int list, const std::vector<Value>& weights, bool trains) {
    for (size_t i = 0; i < weights.size(); ++i) {
      objects.link(list, std::to_string(i), add_variable(state_of(weights[i]), trains));
    }
  };
  fill(trainable, model.trainable_weights(), true);
  fill(frozen, model.non_trainable_weights(), false);
  fill(variables, model.weights(), false);
  if (keras2) {
    ObjectSink sink;
    sink.add = [&](const char* identifier) { return objects.add_user(identifier); };
    sink.link = [&](int parent, const std::string& name, int child) {
      objects.link(parent, name, child);
    };
    sink.variable = [&](const std::shared_ptr<VariableState>& state) {
      return add_variable(state, false);
    };
    writer.add_file("keras_metadata.pb", add_keras2_objects(model, sink));
  }
  std::vector<int32_t> bound;
  for (const Captured& c : traced.captured) bound.push_back(add_variable(c.state, false));

  const std::string serve_name = traced.function.name;
  const FunctionDef wrapper = wrapper_of(traced, "__inference_signature_wrapper_serve_1");
  const bool single = traced.inputs.size() == 1;
  SavedObject serve;
  {
    std::vector<StructuredValue> specs;
    for (const End& end : traced.inputs) specs.push_back(end.spec());
    formats::SavedFunction function;
    function.concrete_functions = {serve_name};
    formats::FunctionSpec spec;
    spec.fullargspec = argument_spec({"args_0"}, {});
    StructuredValue given = single ? specs[0] : list_of(Kind::list, specs);
    spec.input_signature = list_of(Kind::tuple, {given});
    function.spec = spec;
    serve.value = function;
    auto& concrete = objects.graph.concrete_functions[serve_name];
    concrete.bound_inputs = bound;
    concrete.input_signature =
        list_of(Kind::tuple, {list_of(Kind::tuple, {given}), of_kind(Kind::dict)});
    std::vector<StructuredValue> results;
    for (size_t i = 0; i < traced.outputs.size(); ++i) results.push_back(traced.outputs[i].spec());
    concrete.output_signature = results.size() == 1 ? results[0] : list_of(Kind::list, results);
  }
  const int serve_node = objects.add(std::move(serve));
  SavedObject bare;
  {
    formats::SavedBareConcreteFunction function;
    function.concrete_function = wrapper.name;
    std::vector<std::string> keywords;
    StructuredValue given = of_kind(Kind::dict), results = of_kind(Kind::dict);
    for (const size_t i : sorted_by_name(traced.inputs)) {
      keywords.push_back(traced.inputs[i].name);
      given.keys.push_back(traced.inputs[i].name);
      given.children.push_back(traced.inputs[i].spec());
    }
    for (const size_t i : sorted_by_name(traced.outputs)) {
      results.keys.push_back(traced.outputs[i].name);
      results.children.push_back(traced.outputs[i].spec());
    }
    function.argument_keywords = keywords;
    function.allowed_positional_arguments = single ? 1 : 0;
    formats::FunctionSpec spec;
    spec.fullargspec = argument_spec({}, keywords);
    spec.input_signature = of_kind(Kind::none);
    function.spec = spec;
    bare.value = function;
    auto& concrete = objects.graph.concrete_functions[wrapper.name];
    concrete.bound_inputs = bound;
    concrete.input_signature = list_of(Kind::tuple, {of_kind(Kind::tuple), given});
    concrete.output_signature = results;
  }
  const int bare_node = objects.add(std::move(bare));
  const int signatures = objects.add_user("signature_map");
  objects.link(signatures, "serve", bare_node);
  objects.link(signatures, "serving_default", bare_node);
  objects.link(root, "variables", variables);
  objects.link(root, "trainable_variables", trainable);
  objects.link(root, "non_trainable_variables", frozen);
  objects.link(root, "_all_variables", all);
  objects.link(root, "serve", serve_node);
  objects.link(root, "signatures", signatures);

  // The graph of TensorFlow 1: variables, and a call for each signature.
  formats::MetaGraph meta;
  GraphDef& graph = meta.graph;
  graph.producer = kProducer;
  std::map<const void*, std::string> handle_of;
  for (size_t i = 0; i < states.size(); ++i) {
    const VariableState& state = *states[i];
    const std::string name = i == 0 ? "Variable" : str("Variable_", i);
    handle_of[&state] = name;
    graph.nodes.push_back(make_node(name, "VarHandleOp", {},
                                    {{"dtype", state.dtype()},
                                     {"shape", state.shape()},
                                     {"shared_name", name},
                                     {"container", ""},
                                     {"allowed_devices", AttrValue::EmptyList()}}));
    graph.nodes.push_back(make_node(name + "/Read/ReadVariableOp", "ReadVariableOp", {name},
                                    {{"dtype", state.dtype()}}));
    saved.push_back({name, checkpoint_key(i), "", state.dtype(), false});
  }
  int calls = 0;
  for (const std::string key : {"serve", "serving_default"}) {
    formats::SignatureDef signature;
    signature.method_name = "tensorflow/serving/predict";
    std::vector<std::string> inputs;
    for (const size_t i : sorted_by_name(traced.inputs)) {
      const End& end = traced.inputs[i];
      const std::string node = key + "_" + end.name;
      graph.nodes.push_back(
          make_node(node, "Placeholder", {}, {{"dtype", end.dtype}, {"shape", end.shape}}));
      inputs.push_back(node);
      signature.inputs[end.name] = end.info(node + ":0");
    }
    for (const Captured& c : traced.captured) inputs.push_back(handle_of.at(c.state.get()));
    const std::string node = calls++ == 0 ? "StatefulPartitionedCall" : "StatefulPartitionedCall_1";
    graph.nodes.push_back(call_of(node, wrapper, std::move(inputs)));
    int place = 0;
    for (const size_t i : sorted_by_name(traced.outputs)) {
      const End& end = traced.outputs[i];
      signature.outputs[end.name] = end.info(str(node, ":", place++));
    }
    meta.signatures[key] = std::move(signature);
  }
  meta.saver = add_saver_nodes(graph, saved);
  for (const auto& [name, function] : traced.graph->library->functions) {
    graph.functions.push_back(*function);
  }
  graph.functions.push_back(std::move(traced.function));
  graph.functions.push_back(wrapper);
  meta.tags = {"serve"};
  meta.tensorflow_version = kTensorFlowVersion;
  meta.tensorflow_git_version = "unknown";

  // The checkpoint has the same objects.
  formats::TrackableGraph trackable;
  for (const SavedObject& object : objects.graph.nodes) {
    formats::TrackableObject copy;
    copy.children = object.children;
    trackable.nodes.push_back(std::move(copy));
  }
  std::vector<std::pair<std::string, Tensor>> values;
  for (size_t i = 0; i < states.size(); ++i) {
    const auto node = static_cast<size_t>(node_of.at(states[i].get()));
    trackable.nodes[node].attributes.push_back(
        {"VARIABLE_VALUE", states[i]->name(), checkpoint_key(i)});
    values.emplace_back(checkpoint_key(i), states[i]->read());
  }
  std::sort(values.begin(), values.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [key, value] : values) writer.variables().add(key, value);
  writer.variables().add(formats::kObjectGraphKey,
                         Tensor(formats::serialize_trackable_graph(trackable)));

  meta.object_graph = std::move(objects.graph);
  formats::SavedModel file;
  file.schema_version = 1;
  file.meta_graphs.push_back(std::move(meta));
  writer.commit(file);
}

}  // namespace rill::io
