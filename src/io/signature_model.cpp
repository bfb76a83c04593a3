// A SavedModel's signature as a Keras layer, as keras.layers.TFSMLayer: its graph is copied into
// whatever graph calls it, its variables and tables are shared by all copies.
#include <map>
#include <set>

#include "base/fail.h"
#include "formats/saved_model/saved_model.h"
#include "graph/graph.h"
#include "graph/input_name.h"
#include "io/graph_layer.h"
#include "io/keras_formats.h"
#include "keras/core/naming.h"
#include "keras/core/node.h"
#include "keras/models/model_layer.h"
#include "op/emit.h"
#include "op/import.h"
#include "op/variable.h"
#include "rill/saved_model.hpp"
#include "session/session_impl.h"

namespace rill::io {
namespace {

const std::string* text(const NodeDef& node, const char* attr) {
  const AttrValue* value = node.attrs.find(attr);
  return value ? value->get_if<std::string>() : nullptr;
}

// The nodes that the outputs need, not beyond the inputs.
void prune(GraphDef& def, const Signature& signature) {
  std::map<std::string, const NodeDef*> by_name;
  for (const NodeDef& node : def.nodes) by_name[node.name] = &node;
  std::set<std::string> fed, needed;
  for (const auto& [key, end] : signature.inputs) {
    if (end.name.ends_with(":0")) fed.emplace(node_of(end.name));
  }
  std::vector<std::string> open;
  for (const auto& [key, end] : signature.outputs) open.emplace_back(node_of(end.name));
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    const auto found = by_name.find(name);
    if (found == by_name.end() || !needed.insert(name).second || fed.contains(name)) continue;
    for (const std::string& input : found->second->inputs) open.emplace_back(node_of(input));
  }
  std::erase_if(def.nodes, [&](const NodeDef& node) { return !needed.contains(node.name); });
  // What is fed may be any node: nothing is left of it but its name and dtype.
  for (const auto& [key, end] : signature.inputs) {
    for (NodeDef& node : def.nodes) {
      if (node.name != node_of(end.name) || !end.name.ends_with(":0")) continue;
      node = {node.name, "Placeholder", "", {}, {{"dtype", end.dtype}, {"shape", end.shape}}};
    }
  }
}

class SignatureLayer final : public keras::Layer, public GraphLayer {
 public:
  SignatureLayer(GraphDef def, Signature signature, ResourceStore& resources)
      : def_(std::move(def)),
        signature_(std::move(signature)),
        eager_([this](const Values& inputs) { return copy(inputs); }) {
    set_class_name("TFSMLayer");
    set_built();
    prune(def_, signature_);
    share_resources(resources);
  }
  bool autocast() const override { return false; }
  Values call(const Values& inputs, const keras::CallContext&) override {
    bool symbolic = current_graph() != nullptr;
    for (const Value& x : inputs) symbolic = symbolic || x.is_symbolic();
    if (symbolic) return copy(inputs);
    Values dense;
    for (const Value& x : inputs) {
      dense.push_back(x.is_variable() ? emit("Identity", {x}) : x.without_weakness());
    }
    return eager_(dense);
  }

 private:
  // Names that no other model has; what stands under them goes with each copy.
  void share_resources(ResourceStore& resources) {
    static std::atomic<int> count{0};
    const std::string prefix = str("saved_model_", ++count, "/");
    for (NodeDef& node : def_.nodes) {
      const std::string* shared = text(node, "shared_name");
      const std::string* container = text(node, "container");
      if (shared == nullptr && container == nullptr) continue;
      const std::string name = shared != nullptr && !shared->empty() ? *shared : node.name;
      const auto resource = resources.find(container ? *container : "", name);
      if (!resource) continue;
      node.attrs.set("shared_name", prefix + name);
      node.attrs.set("container", std::string());
      if (!bound_.emplace(prefix + name, resource).second) continue;
      if (const auto state = std::dynamic_pointer_cast<VariableState>(resource)) {
        adopt_weight({Tensor::of_variable(state, state->dtype(), state->shape()), name, true});
      }
    }
  }

  Values copy(const Values& inputs) {
    std::shared_ptr<GraphImpl> graph = current_graph();
    for (const Value& x : inputs) {
      if (x.is_symbolic()) graph = x.rep()->graph;
    }
    ImportOptions options;
    options.prefix = name();
    options.uniquify_prefix = true;
    size_t i = 0;
    for (const auto& [key, end] : signature_.inputs) {
      options.input_map[end.name] = to_graph(graph, inputs.at(i++));
    }
    for (const auto& [key, end] : signature_.outputs) options.return_elements.push_back(end.name);
    {
      std::lock_guard lock(graph->mutex());
      for (const auto& [name, resource] : bound_) graph->bound_resources[name] = resource;
    }
    return import_graph_def(graph, def_, options);
  }

  GraphDef def_;
  Signature signature_;
  std::map<std::string, std::shared_ptr<Opaque>> bound_;
  Traced eager_;
};

std::vector<std::string> keys(const std::map<std::string, SignatureTensor>& ends) {
  std::vector<std::string> out;
  for (const auto& [key, end] : ends) out.push_back(key);
  return out;
}

}  // namespace

keras::Model signature_model(const std::string& path, const keras::LoadOptions& options) {
  const Session session{Graph()};
  const SavedModel model = SavedModel::load(session, options.tags, path);
  return with_path(path, "", [&] {
    Signature signature = model.signature(options.signature);
    for (auto* ends : {&signature.inputs, &signature.outputs}) {
      for (auto& [key, end] : *ends) {
        if (end.name.find(':') == std::string::npos) end.name += ":0";
        if (end.dtype != DType::invalid) continue;  // some old files do not say
        const Tensor tensor = session.graph().get_tensor_by_name(end.name);
        end.dtype = tensor.dtype();
        end.shape = tensor.shape();
      }
    }
    std::vector<keras::KerasTensor> inputs;
    for (const auto& [key, end] : signature.inputs) {
      keras::InputOptions input;
      input.name = key;
      input.dtype = std::string(dtype_name(end.dtype));
      input.batch_shape = end.shape;
      inputs.push_back(keras::Input(Shape(), input));
    }
    auto layer = std::make_shared<SignatureLayer>(session.graph().as_graph_def(), signature,
                                                  *session.impl()->resources());
    layer->set_name(keras::unique_layer_name("TFSMLayer"));
    const size_t count = inputs.size();
    auto outputs = layer->record(inputs, keras::CallSpec::of_inputs(count, count > 1));
    auto functional =
        std::make_shared<keras::FunctionalLayer>(std::move(inputs), std::move(outputs));
    functional->set_input_names(keys(signature.inputs));
    functional->set_output_names(keys(signature.outputs));
    std::filesystem::path folder(path);
    functional->set_name(keras::unique_layer_name("Functional"));
    return keras::Model(functional);
  });
}

}  // namespace rill::io
