// Names of slots: keras/src/optimizers/base_optimizer.py; tf_keras/src/optimizers/optimizer.py and
// legacy/optimizer_v2.py. In all of them the slots of one variable come in the same order.
#include "keras/saving/optimizer_generation.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "keras/core/weights.h"
#include "keras/optimizers/detail/make.h"
#include "op/emit.h"
#include "rill/error.hpp"

namespace rill::keras {
namespace {

using Flavour = Optimizer::Flavour;
using Named = std::vector<std::pair<std::string, Tensor>>;

std::string with_underscores(std::string text) {
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

// What an optimizer remembers, apart from its count of steps and its rate.
struct Memory {
  std::vector<std::vector<Value>> slots;  // of each variable
  std::vector<Value> others;
};

// The slot that `name` is of a variable called `variable`; empty: of another one.
std::string slot_of(const Optimizer& optimizer, std::string name, const std::string& variable) {
  const auto between = [&](const std::string& head, const std::string& tail) -> std::string {
    const bool fits =
        name.size() > head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
    return fits ? name.substr(head.size(), name.size() - head.size() - tail.size()) : "";
  };
  switch (optimizer.flavour()) {
    case Flavour::keras3:
      return between(optimizer.name() + "/" + with_underscores(variable) + "_", "");
    case Flavour::keras2:
      return between("", "/" + variable);
    case Flavour::legacy:
      return between(optimizer.name() + "/" + variable + "/", "");
  }
  return "";
}

Memory memory_of(const Optimizer& optimizer, const std::vector<Value>& trained) {
  Memory out;
  out.slots.resize(trained.size());
  const std::vector<Value> all = optimizer.variables();
  const bool rate = optimizer.flavour() == Flavour::keras3 && !optimizer.has_schedule();
  std::map<std::string, int> seen;  // names of variables repeat
  for (size_t i = rate ? 2 : 1; i < all.size(); ++i) {
    const std::string& name = variable_state(all[i]).name();
    int skip = seen[name]++;
    size_t owner = trained.size();
    std::string slot;
    for (size_t v = 0; v < trained.size(); ++v) {
      const std::string candidate = slot_of(optimizer, name, variable_state(trained[v]).name());
      // "a_m" of "dense" may be "m" of "dense_a": the shorter slot is of the longer name.
      if (candidate.empty() || (!slot.empty() && candidate.size() > slot.size())) continue;
      if (candidate == slot && skip-- <= 0) continue;
      slot = candidate;
      owner = v;
    }
    if (slot == "gradient_accumulator") continue;
    if (owner < trained.size()) {
      out.slots[owner].push_back(all[i]);
    } else if (all[i].dtype() != DType::int32) {
      out.others.push_back(all[i]);  // not what Adafactor keeps in the place of a factor
    }
  }
  return out;
}

void copy(const Value& from, const Value& to) {
  const Tensor value = variable_state(from).read();
  if (value.shape() == variable_state(to).shape() && value.dtype() == to.dtype()) {
    variable_state(to).assign(value.clone());
  }
}

void copy(const std::vector<Value>& from, const std::vector<Value>& to) {
  for (size_t i = 0; i < std::min(from.size(), to.size()); ++i) copy(from[i], to[i]);
}

// Nadam of Keras 2 does not save the product of its momenta, which the count of steps gives
// (tf_keras/src/optimizers/nadam.py).
void start_product(const Optimizer& from, const Memory& memory, const Optimizer& to,
                   const Json& config) {
  if (to.class_name() != "Nadam" || memory.others.size() != 1) return;
  double product = 1;
  const double beta = config.value("beta_1", 0.9);
  const int64_t steps = from.iteration_count();
  for (int64_t i = 1; i <= steps && product > 0; ++i) {
    product *= beta * (1 - 0.5 * std::pow(0.96, static_cast<double>(i)));
  }
  VariableState& state = variable_state(memory.others[0]);
  state.assign(Tensor::scalar(static_cast<float>(product)));
}

const Optimizer& innermost(const OptimizerPtr& optimizer) {
  const auto* holder = dynamic_cast<const HoldsOptimizers*>(&*optimizer);
  return holder != nullptr && holder->inner().size() == 1 ? innermost(holder->inner()[0])
                                                          : *optimizer;
}

void move_memory(const OptimizerPtr& from_any, const OptimizerPtr& to_any,
                 const std::vector<Value>& trained, const Json& config) {
  const Optimizer& from = innermost(from_any);
  const Optimizer& to = innermost(to_any);
  copy(from.iterations(), to.iterations());
  const Memory source = memory_of(from, trained);
  const Memory target = memory_of(to, trained);
  for (size_t i = 0; i < trained.size(); ++i) copy(source.slots[i], target.slots[i]);
  if (source.others.empty()) {
    start_product(from, target, to, config);
  } else {
    copy(source.others, target.others);
  }
}

Named variables_of(const Optimizer& optimizer) {
  Named out;
  for (const Value& v : optimizer.variables()) {
    out.emplace_back(variable_state(v).name(), variable_state(v).read());
  }
  return out;
}

// False when `values` are not those of this optimizer.
bool assign(const Optimizer& optimizer, const Named& values) {
  const std::vector<Value> variables = optimizer.variables();
  if (variables.size() != values.size()) return false;
  for (size_t i = 0; i < values.size(); ++i) {
    const Tensor& value = values[i].second;
    if (!(value.shape() == variable_state(variables[i]).shape())) return false;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const DType dtype = variables[i].dtype();
    const Tensor& value = values[i].second;
    variable_state(variables[i])
        .assign(value.dtype() == dtype ? value.clone() : emit("Cast", {value}, {{"DstT", dtype}}));
  }
  return true;
}

// The state of `training` in the optimizer `made` of other settings; empty when it does not fit.
Named moved(const TrainingState& training, const ModelLayer& model, const OptimizerPtr& made) {
  if (training.optimizer.empty()) return {};
  const Json& json = training.config.at("optimizer");
  const std::vector<Value> trained = model.trainable_weights();
  const OptimizerPtr from = optimizer_from_json(json);
  from->build(trained);
  if (!assign(*from, training.optimizer)) return {};
  made->build(trained);
  move_memory(from, made, trained, optimizer_to_json(*from).at("config"));
  return variables_of(*made);
}

// tf_keras/src/optimizers/legacy/optimizer_v2.py, _decayed_lr().
Json decaying(const Json& rate, const Json& decay) {
  Json config = Json::object();
  config.set("initial_learning_rate", rate);
  config.set("decay_steps", int64_t{1});
  config.set("decay_rate", decay);
  config.set("staircase", false);
  config.set("name", "InverseTimeDecay");
  Json out = Json::object();
  out.set("module", "keras.optimizers.schedules");
  out.set("class_name", "InverseTimeDecay");
  out.set("config", std::move(config));
  out.set("registered_name", Json());
  return out;
}

// {class_name, config} of Keras 3 for what optimizer_to_json() says of one of Keras 2.
Json keras3_optimizer(const Json& json) {
  const Json& old = json.at("config");
  Json out = json;
  if (const Json* inner = old.find("inner_optimizer")) {
    Json wrapped = keras3_optimizer(*inner);
    if (!old.value("dynamic", true)) {
      Json settings = wrapped.at("config");
      settings.set("loss_scale_factor", old.at("initial_scale"));
      wrapped.set("config", std::move(settings));
      return wrapped;
    }
    Json config = Json::object();
    config.set("inner_optimizer", std::move(wrapped));
    for (const char* key : {"initial_scale", "dynamic_growth_steps"}) {
      config.set(key, old.at(key));
    }
    out.set("class_name", "LossScaleOptimizer");
    out.set("config", std::move(config));
    return out;
  }
  Json config = Json::object();
  bool clips = false;
  for (const char* key : {"clipnorm", "global_clipnorm", "clipvalue"}) {
    const Json* value = old.find(key);
    if (value == nullptr || value->is_null() || clips) continue;
    config.set(key, *value);
    clips = true;
  }
  for (const auto& [key, value] : old.as_object()) {
    const bool of_keras2 = key == "jit_compile" || key == "is_legacy_optimizer" || key == "decay";
    if (!of_keras2 && key.find("clip") == std::string::npos) config.set(key, value);
  }
  if (const Json* clip = old.find("clip_threshold")) config.set("clip_threshold", *clip);
  // That of Nadam is another one.
  const bool nadam = out.value<std::string>("class_name", "") == "Nadam";
  const Json* decay = nadam ? nullptr : old.find("decay");
  if (decay != nullptr && decay->is_number() && decay->as_double() > 0) {
    config.set("learning_rate", decaying(old.at("learning_rate"), *decay));
  }
  out.set("config", std::move(config));
  return out;
}

}  // namespace

TrainingState keras3_training(const TrainingState& training, const ModelLayer& model) {
  if (!has_keras2_optimizer(training)) return training;
  TrainingState out = training;
  const OptimizerPtr from = optimizer_from_json(training.config.at("optimizer"));
  const OptimizerPtr namesake = optimizer_from_json(keras3_optimizer(optimizer_to_json(*from)));
  out.optimizer = moved(training, model, namesake);
  out.config.set("optimizer", optimizer_to_json(*namesake));
  return out;
}

Named keras2_optimizer_variables(const TrainingState& training, const ModelLayer& model) {
  if (training.optimizer.empty() || has_keras2_optimizer(training)) return training.optimizer;
  if (!keras2_knows_optimizer(training)) return {};
  const Json config = legacy_training_config(training.config, true);
  return moved(training, model, optimizer_from_json(config.at("optimizer_config")));
}

}  // namespace rill::keras
