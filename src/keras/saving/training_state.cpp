#include "keras/saving/training_state.h"

#include "base/fail.h"
#include "keras/core/weights.h"
#include "keras/optimizers/detail/make.h"
#include "keras/saving/weight_source.h"
#include "keras/training/trainer.h"
#include "rill/error.hpp"

namespace rill::keras {
namespace {

// optimizer_config {class_name, config} -> optimizer {module, class_name, config, registered_name}.
Json compile_config(const Json& training) {
  Json out = Json::object();
  if (const Json* optimizer = training.find("optimizer_config")) {
    if (optimizer->is_object() && !optimizer->contains("module")) {
      Json modern = Json::object();
      modern.set("module", "keras.optimizers");
      for (const auto& [key, value] : optimizer->as_object()) modern.set(key, value);
      modern.set("registered_name", Json());
      out.set("optimizer", std::move(modern));
    } else {
      out.set("optimizer", *optimizer);
    }
  }
  for (const auto& [key, value] : training.as_object()) {
    if (key == "optimizer_config" || key == "sample_weight_mode") continue;
    out.set(key, value);
  }
  return out;
}

std::vector<std::pair<std::string, Tensor>> stored_variables(const WeightSource& source,
                                                             const std::string& optimizer) {
  std::vector<std::pair<std::string, Tensor>> out;
  if (source.contains("optimizer_weights")) {
    for (const std::string& name : source.names("optimizer_weights", "weight_names")) {
      out.emplace_back(name, source.read("optimizer_weights/" + name));
    }
  }
  for (size_t i = 0; out.size() == i; ++i) {
    const std::string path = "optimizer/vars/" + std::to_string(i);
    if (!source.contains(path)) break;
    out.emplace_back(str(optimizer, "/", i), source.read(path));
  }
  return out;
}

// Archives and checkpoints number the variables; an optimizer of these settings names them.
void name_variables(TrainingState& state, const ModelLayer& model) {
  try {
    const OptimizerPtr made = optimizer_from_json(state.config.at("optimizer"));
    made->build(model.trainable_weights());
    const std::vector<Value> variables = made->variables();
    if (variables.size() != state.optimizer.size()) return;
    for (size_t i = 0; i < variables.size(); ++i) {
      state.optimizer[i].first = variable_state(variables[i]).name();
    }
  } catch (const InvalidArgumentError&) {  // an optimizer of the user's own keeps the numbers
  }
}

// Keras numbers the objects of a file, to know those that occur twice. In another file the number
// is another object's.
void drop_object_numbers(Json& json) {
  if (json.is_array()) {
    for (Json& item : json.as_array()) drop_object_numbers(item);
  } else if (json.is_object()) {
    Json out = Json::object();
    for (const auto& [key, value] : json.as_object()) {
      if (key == "shared_object_id") continue;
      Json kept = value;
      drop_object_numbers(kept);
      out.set(key, std::move(kept));
    }
    json = std::move(out);
  }
}

}  // namespace

namespace {

TrainingState of_trainer(const Trainer& trainer) {
  TrainingState out;
  out.config = trainer.config();
  if (!trainer.optimizer()->built()) return out;
  for (const Value& v : trainer.optimizer()->variables()) {
    const VariableState& state = variable_state(v);
    out.optimizer.emplace_back(state.name(), state.read());
  }
  for (const auto& [class_name, variables] : trainer.metric_states()) {
    std::vector<Tensor> values;
    for (const Value& v : variables) values.push_back(variable_state(v).read());
    out.metrics.emplace_back(class_name, std::move(values));
  }
  return out;
}

}  // namespace

namespace {
bool of_keras2(const SavedTraining& saved) {
  return !saved.keras_version.empty() && saved.keras_version[0] < '3';
}
}  // namespace

Json saved_optimizer(const SavedTraining& saved, const Json& config) {
  const Json* optimizer = config.find("optimizer");
  if (optimizer == nullptr) optimizer = config.find("optimizer_config");
  // A .keras of a model that was saved as .h5 before has lost it: compile() takes its default.
  const Json none_said = config.size() > 0 ? Json("rmsprop") : Json();
  if (optimizer == nullptr) optimizer = &none_said;
  if (!of_keras2(saved) || !optimizer->is_string()) return *optimizer;
  const auto called = [](const std::string& class_name, const std::string& name) {
    Json settings = Json::object();
    settings.set("name", name);
    settings.set("is_legacy_optimizer", false);
    Json json = Json::object();
    json.set("class_name", class_name);
    json.set("config", std::move(settings));
    return optimizer_from_json(json);
  };
  const std::string& name = optimizer->as_string();
  return optimizer_to_json(*called(name, called(name, name)->class_name()));
}

OutputSpecs saved_specs(const ModelLayer& model, const SavedTraining& saved, const Json& config) {
  OutputSpecs specs = read_specs(config);
  // Those of a .keras get the output's name once more.
  const bool in_full = of_keras2(saved) && config.contains("optimizer_config");
  if (const auto outputs = model.output_names(); in_full && outputs.size() > 1) {
    forget_output_names(specs.metrics, outputs);
    forget_output_names(specs.weighted_metrics, outputs);
  }
  return specs;
}

namespace {
// Keras 2 writes null for what nobody said, which Keras 3 does not take.
void settle(Json& config) {
  const auto set = [&](const char* key, const Json& value) {
    const Json* now = config.find(key);
    if (now != nullptr && now->is_null()) config.set(key, value);
  };
  set("run_eagerly", false);
  set("jit_compile", false);
  set("steps_per_execution", int64_t{1});
}
}  // namespace

std::optional<TrainingState> training_state(const ModelLayer& model) {
  if (model.trainer()) return of_trainer(*model.trainer());
  const std::optional<SavedTraining>& saved = model.saved_training();
  if (!saved) return {};
  try {
    Json config = Json::parse(saved->config, "training settings");
    if (!config.is_object() || config.size() == 0) return {};
    drop_object_numbers(config);
    TrainingState out;
    out.config = config.contains("optimizer_config") ? compile_config(config) : std::move(config);
    out.config.set("optimizer", saved_optimizer(*saved, out.config));
    const Json* optimizer = out.config.find("optimizer");
    if (optimizer->is_null()) return {};
    const Json* settings = optimizer->find("config");
    const std::string name =
        settings != nullptr ? settings->value<std::string>("name", "optimizer") : "optimizer";
    if (of_keras2(*saved)) {
      settle(out.config);
      try {
        write_specs(saved_specs(model, *saved, out.config), out.config);
      } catch (const InvalidArgumentError&) {  // custom losses and metrics stay as they are
      }
    }
    if (saved->weights) {
      out.optimizer = stored_variables(*saved->weights, name);
      if (!saved->weights->contains("optimizer_weights")) name_variables(out, model);
    }
    return out;
  } catch (const InvalidArgumentError&) {
    return {};  // settings that are not understood
  }
}

namespace {

// Keras 3 cannot read the short names back from .h5 ("Could not deserialize 'keras.metrics.mse'").
Json long_names(const Json& json) {
  constexpr std::pair<const char*, const char*> kNames[] = {
      {"mse", "mean_squared_error"},
      {"MSE", "mean_squared_error"},
      {"mae", "mean_absolute_error"},
      {"MAE", "mean_absolute_error"},
      {"mape", "mean_absolute_percentage_error"},
      {"MAPE", "mean_absolute_percentage_error"},
      {"msle", "mean_squared_logarithmic_error"},
      {"MSLE", "mean_squared_logarithmic_error"},
      {"bce", "binary_crossentropy"},
      {"BCE", "binary_crossentropy"},
      {"kld", "kl_divergence"},
      {"KLD", "kl_divergence"}};
  if (json.is_string()) {
    for (const auto& [brief, name] : kNames) {
      if (json.as_string() == brief) return name;
    }
  }
  if (json.is_array()) {
    Json out = Json::array();
    for (const Json& item : json.as_array()) out.push_back(long_names(item));
    return out;
  }
  if (json.is_object() && !json.contains("class_name")) {
    Json out = Json::object();
    for (const auto& [key, value] : json.as_object()) out.set(key, long_names(value));
    return out;
  }
  return json;
}

// As tf_keras wants it: without the settings that came with Keras 3, and saying that it is none of
// the legacy ones, which it is otherwise taken for. HDF5 files know two under their registered
// names only, archives none.
void speak_keras2(Json& optimizer, bool archive) {
  const Json* settings = optimizer.find("config");
  if (settings == nullptr || !settings->is_object()) return;
  Json out = Json::object();
  for (const auto& [key, value] : settings->as_object()) {
    if (key != "loss_scale_factor" && key != "gradient_accumulation_steps") out.set(key, value);
  }
  const bool wraps = out.contains("inner_optimizer");
  if (!wraps && !out.contains("decay") && !out.contains("is_legacy_optimizer")) {
    out.set("is_legacy_optimizer", false);
  }
  optimizer.set("config", std::move(out));
  const std::string name = optimizer.value<std::string>("class_name", "");
  if (archive && name.starts_with("Custom>")) {
    optimizer.set("class_name", name.substr(std::string_view("Custom>").size()));
  }
  if (!archive && (name == "Adafactor" || name == "Lion"))
    optimizer.set("class_name", "Custom>" + name);
}

}  // namespace

bool has_keras2_optimizer(const TrainingState& training) {
  const Json* optimizer = training.config.find("optimizer");
  const Json* settings =
      optimizer != nullptr && optimizer->is_object() ? optimizer->find("config") : nullptr;
  return settings != nullptr && settings->is_object() &&
         (settings->contains("is_legacy_optimizer") || settings->contains("jit_compile") ||
          settings->contains("decay") || settings->contains("lr") || settings->contains("dynamic"));
}

bool keras2_knows_optimizer(const TrainingState& training) {
  const Json* optimizer = training.config.find("optimizer");
  if (optimizer == nullptr || !optimizer->is_object()) return true;
  const std::string name = optimizer->value<std::string>("class_name", "");
  if (has_keras2_optimizer(training)) return true;
  for (const char* newer :
       {"Lamb", "LossScaleOptimizer", "MultiOptimizer", "Muon", "ScheduleFreeAdamW"}) {
    if (name == newer) return false;
  }
  return true;
}

Json keras2_compile_config(const Json& config) {
  Json out = Json::object();
  for (const auto& [key, value] : config.as_object()) {
    if (key == "auto_scale_loss") continue;
    if (key == "optimizer" && value.is_object()) {
      Json optimizer = value;
      speak_keras2(optimizer, true);
      // Archives tell a legacy optimizer by its module.
      const Json* settings = optimizer.find("config");
      if (settings != nullptr && settings->contains("decay")) {
        optimizer.set("module", "keras.optimizers.legacy");
      }
      out.set(key, std::move(optimizer));
    } else {
      out.set(key, value);
    }
  }
  return out;
}

Json legacy_training_config(const Json& config, bool keras2) {
  Json out = Json::object();
  for (const auto& [key, value] : config.as_object()) {
    if (key == "optimizer") continue;
    if (keras2 && (key == "run_eagerly" || key == "steps_per_execution" || key == "jit_compile" ||
                   key == "auto_scale_loss")) {
      continue;
    }
    out.set(key, key == "loss" || key == "metrics" ? long_names(value) : value);
  }
  if (const Json* optimizer = config.find("optimizer")) {
    Json old = Json::object();
    if (optimizer->is_object()) {
      for (const char* key : {"class_name", "config"}) {
        if (const Json* value = optimizer->find(key)) old.set(key, *value);
      }
    } else if (optimizer->is_string()) {
      old.set("class_name", *optimizer);
      old.set("config", Json::object());
    }
    if (keras2) speak_keras2(old, false);
    out.set("optimizer_config", std::move(old));
  }
  return out;
}

}  // namespace rill::keras
