// clone_model(). Sources: keras/src/models/cloning.py, tf_keras/src/models/cloning.py.
#include <map>
#include <set>

#include "base/fail.h"
#include "keras/core/node.h"
#include "keras/core/weights.h"
#include "keras/layers/input_layer.h"
#include "keras/models/model_layer.h"
#include "keras/saving/deserialize.h"
#include "keras/saving/legacy_config.h"
#include "keras/training/trainer.h"
#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/keras/clone.hpp"

namespace rill::keras {
namespace {

// What layers of Keras 2 do otherwise stands in configs of its spelling.
Json config_of(const ModelLayer& model) {
  const Json json = model.to_json();
  return model.generation() == Generation::keras2 ? keras2_config(json) : json;
}

// Keras 3 compiles the copy as the model is.
void copy_settings(const ModelLayer& model, ModelLayer& copy) {
  copy.set_generation(model.generation());
  if (model.generation() == Generation::keras2) return;
  if (const auto& trainer = model.trainer()) {
    try {
      copy.keep_training({trainer->config().dump(), nullptr, "3"});
    } catch (const InvalidArgumentError&) {  // losses and metrics of the user's
    }
  } else if (const auto& saved = model.saved_training()) {
    SavedTraining settings = *saved;
    settings.weights = nullptr;
    copy.keep_training(std::move(settings));
  }
}

// Copies layer by layer, each once wherever it stands.
class Cloner {
 public:
  explicit Cloner(const CloneOptions& options) : options_(options) {}

  std::shared_ptr<ModelLayer> clone(ModelLayer& model, const std::vector<KerasTensor>& given) {
    const Json json = config_of(model);
    const bool keras2 = model.generation() == Generation::keras2;
    Deserializer maker(options_.custom, keras2 ? Flavour::keras2 : Flavour::keras3);
    const auto copy_by_config = [&](const Layer& layer) {
      for (const Json& entry : json.at("config").at("layers").as_array()) {
        if (entry.at("config").value<std::string>("name", "") == layer.name()) {
          return maker.make(entry);
        }
      }
      fail(Code::internal, "layer ", quoted(layer.name()), " is not in the config of its model");
    };
    const auto layer_for = [&](const std::shared_ptr<Layer>& layer) {
      auto& made = made_[layer.get()];
      auto* inner = dynamic_cast<ModelLayer*>(layer.get());
      if (made.get()) return made;
      if (options_.recursive && inner != nullptr) {
        made = LayerPtr(std::shared_ptr<Layer>(clone(*inner, {})));
      } else {
        made = options_.clone_function ? options_.clone_function(LayerPtr(layer))
                                       : copy_by_config(*layer);
      }
      if (!made.get()) {
        fail(Code::invalid_argument, "clone_function gave no layer for ", quoted(layer->name()));
      }
      return made;
    };
    auto made = model.is_sequential() ? sequential(model, given, layer_for)
                                      : functional(model, given, layer_for, copy_by_config);
    made->set_name(model.name());
    copy_settings(model, *made);
    return made;
  }

 private:
  using Made = std::shared_ptr<ModelLayer>;

  template <typename LayerFor>
  Made sequential(ModelLayer& model, const std::vector<KerasTensor>& given,
                  const LayerFor& layer_for) {
    auto made = std::make_shared<SequentialLayer>();
    made->set_name(model.name());
    if (given.size() > 1) {
      fail(Code::invalid_argument, "clone_model(): a Sequential model takes one of input_tensors, ",
           "not ", given.size());
    }
    if (!given.empty() && dynamic_cast<InputLayer*>(given[0].node()->layer.get().get())) {
      made->add(given[0].node()->layer.get());
    } else if (!given.empty()) {
      made->start(given[0].shape(), given[0].dtype());
    }
    for (const auto& layer : model.all_layers()) {
      const bool input = dynamic_cast<InputLayer*>(layer.get()) != nullptr;
      if (!input) {
        made->add(layer_for(layer).get());
      } else if (given.empty()) {
        made->start(model.inputs()[0].shape(), model.inputs()[0].dtype());
      }
    }
    if (!model.trainable()) made->set_trainable(false);
    return made;
  }

  template <typename LayerFor, typename CopyByConfig>
  Made functional(ModelLayer& layer, const std::vector<KerasTensor>& given,
                  const LayerFor& layer_for, const CopyByConfig& copy_by_config) {
    const auto& model = dynamic_cast<const FunctionalLayer&>(layer);
    const std::vector<KerasTensor> old = model.inputs();
    if (!given.empty() && given.size() != old.size()) {
      fail(Code::invalid_argument, "clone_model(): input_tensors has ", given.size(),
           " items, the model ", old.size(), " inputs");
    }
    std::vector<KerasTensor> inputs = given;
    std::map<KerasTensor, KerasTensor> copies;
    for (size_t i = 0; i < old.size(); ++i) {
      if (given.empty()) {
        const auto& holder = old[i].node()->layer.get();
        auto input = std::dynamic_pointer_cast<InputLayer>(holder);
        input = input ? std::dynamic_pointer_cast<InputLayer>(copy_by_config(*holder).get())
                      : std::make_shared<InputLayer>(old[i].shape(), old[i].dtype());
        inputs.push_back(input->output());
      }
      copies[old[i]] = inputs[i];
    }
    std::set<std::shared_ptr<Node>> within;
    for (const auto& level : model.nodes_by_depth()) within.insert(level.begin(), level.end());
    std::vector<KerasTensor> ends, outputs;
    for (const auto& node : model.nodes()) {
      if (node->is_input()) continue;
      std::vector<KerasTensor> arguments;
      for (const KerasTensor& t : node->inputs) arguments.push_back(copies.at(t));
      const LayerPtr made = layer_for(node->layer.get());
      const auto call = [&] { return made->record(arguments, node->spec); };
      const auto got = options_.call_function ? options_.call_function(made, call) : call();
      if (got.size() != node->outputs.size()) {
        fail(Code::invalid_argument, "clone_model(): the call for layer ",
             quoted(node->layer->name()), " gave ", got.size(), " outputs, not ",
             node->outputs.size());
      }
      for (size_t i = 0; i < got.size(); ++i) {
        copies[KerasTensor(node, static_cast<int>(i))] = got[i];
        if (!within.contains(node)) ends.push_back(got[i]);
      }
    }
    for (const KerasTensor& t : model.outputs()) outputs.push_back(copies.at(t));
    auto made = std::make_shared<FunctionalLayer>(inputs, outputs);
    made->attach(ends);
    made->set_structures(model.input_structure(), model.output_structure());
    if (model.input_structure().is_object()) made->set_input_names(model.input_names());
    if (model.output_structure().is_object()) made->set_output_names(model.output_names());
    return made;
  }

  const CloneOptions& options_;
  std::map<const Layer*, LayerPtr> made_;
};

}  // namespace

Model clone_model(const Model& model, const CustomObjects& custom) {
  const GraphScope eager(nullptr);
  const bool keras2 = model.impl()->generation() == Generation::keras2;
  Model made = model_from_config(config_of(*model.impl()), custom, keras2 ? "2" : "3");
  initialize_missing(*made.impl());
  copy_settings(*model.impl(), *made.impl());
  return made;
}

Model clone_model(const Model& model, const CloneOptions& options) {
  const GraphScope eager(nullptr);
  if (model.impl()->is_sequential() && options.call_function) {
    fail(Code::invalid_argument, "clone_model(): a Sequential model calls no layers while it is ",
         "made: call_function is for functional models");
  }
  return Model(Cloner(options).clone(*model.impl(), options.input_tensors));
}

}  // namespace rill::keras
