// Model.save_weights() of Keras 2 without an ending: an object-based checkpoint. How it names
// layers: io/keras_checkpoint.cpp.
#include <map>

#include "base/fail.h"
#include "formats/checkpoint/checkpoint_state.h"
#include "io/keras2_objects.h"
#include "io/keras_checkpoint.h"
#include "io/nesting.h"
#include "io/object_checkpoint.h"
#include "keras/core/weights.h"
#include "keras/models/model_layer.h"

namespace rill::io {
namespace {

class Writer {
 public:
  void model(const keras::ModelLayer& model, int object, int depth = 0) {
    check_nesting(depth);
    int number = 0, with_weights = 0;
    const auto layers = model.is_sequential() ? model.layers() : model.all_layers();
    for (const auto& layer : layers) {
      const std::string plain = str("layer-", number++);
      const std::string weighty = str("layer_with_weights-", with_weights);
      const bool weights = !layer->weights().empty();
      if (weights) ++with_weights;
      if (const auto known = seen_.find(layer.get()); known != seen_.end()) {
        out.link(object, plain, known->second);
        if (weights) out.link(object, weighty, known->second);
        continue;
      }
      // The key has the name that comes first in TensorFlow's search.
      const int made = out.child(object, weights ? weighty : plain);
      if (weights) out.link(object, plain, made);
      part(*layer, made, depth + 1);
    }
  }

  ObjectCheckpoint out;

 private:
  void part(const keras::Layer& layer, int object, int depth) {
    check_nesting(depth, "layers");
    seen_[&layer] = object;
    if (const auto* inner = dynamic_cast<const keras::ModelLayer*>(&layer)) {
      model(*inner, object, depth);
      return;
    }
    for (const keras::Weight& weight : layer.own_weights()) {
      VariableState& state = keras::variable_state(weight.value);
      const std::string attribute = keras2_attribute(layer, weight.name);
      if (const auto known = variables_.find(&state); known != variables_.end()) {
        out.link(object, attribute, known->second);
        continue;
      }
      const int made = out.child(object, attribute);
      variables_[&state] = made;
      out.set_value(made, state.name(), state.read());
    }
    if (const auto layers = layer.layers(); !layers.empty()) {  // a Pipeline
      const int list = out.child(object, "layers");
      for (size_t i = 0; i < layers.size(); ++i) {
        part(*layers[i], out.child(list, std::to_string(i)), depth + 1);
      }
    }
    std::map<std::string, int> count;
    for (const auto& [attribute, inner] : layer.sublayers()) {
      int parent = object;
      std::string name = attribute;
      if (name.ends_with("[]")) {
        name.resize(name.size() - 2);
        parent = out.child(object, name);
        name = std::to_string(count[name]++);
      } else if (name.ends_with("_dense")) {
        name = "_" + name;  // the parts of attention layers
      }
      if (const auto known = seen_.find(inner.get()); known != seen_.end()) {
        out.link(parent, name, known->second);
      } else {
        part(*inner, out.child(parent, name), depth + 1);
      }
    }
  }

  std::map<const keras::Layer*, int> seen_;
  std::map<const VariableState*, int> variables_;
};

}  // namespace

void save_checkpoint_weights(const keras::Model& model, const std::filesystem::path& prefix) {
  Writer writer;
  writer.model(*model.impl(), 0);
  writer.out.write(prefix.string());
  // Keras writes the state file, too.
  formats::CheckpointState state;
  state.newest = prefix.filename().string();
  state.all = {state.newest};
  formats::write_checkpoint_state(prefix.has_parent_path() ? prefix.parent_path() : ".", state);
}

}  // namespace rill::io
