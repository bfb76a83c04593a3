// The variables that the optimizers of Keras 3 make (build() in keras/src/optimizers/*.py): the
// iteration (int64) and the learning rate, and slots for each trainable variable.
#include "keras/models/model_layer.h"
#include "keras/saving/weight_source.h"
#include "rill/error.hpp"

namespace rill::keras {
namespace {

struct Slots {
  const char* name;
  int count;
};
constexpr Slots kSlots[] = {{"SGD", 0},      {"Adam", 2},    {"AdamW", 2}, {"Adamax", 2},
                            {"Nadam", 2},    {"RMSprop", 1}, {"Lamb", 2},  {"Adagrad", 1},
                            {"Adadelta", 2}, {"Ftrl", 2},    {"Lion", 1}};

}  // namespace

std::optional<std::pair<int64_t, double>> optimizer_size(const ModelLayer& model) {
  const std::optional<SavedTraining>& saved = model.saved_training();
  if (!saved || saved->keras_version.empty() || saved->keras_version[0] < '3') return {};
  try {
    const Json json = Json::parse(saved->config);
    const Json* optimizer = json.find(saved->legacy ? "optimizer_config" : "optimizer");
    if (optimizer == nullptr || optimizer->is_null()) return {};
    if (saved->legacy && !(saved->weights && saved->weights->contains("optimizer_weights"))) {
      return {};
    }
    Json object = *optimizer;
    if (object.is_string()) {
      Json named = Json::object();
      named.set("class_name", object);
      object = std::move(named);
    }
    int64_t count = 2;
    double bytes = 12;
    if (object.value<std::string>("class_name", "") == "LossScaleOptimizer") {
      count += 4;  // its own iteration and rate, the counter and the scale
      bytes += 24;
      object = Json(object.at("config").at("inner_optimizer"));
    }
    const Json* config = object.find("config");
    const std::string name = object.value<std::string>("class_name", "");
    int slots = -1;
    for (const Slots& known : kSlots) {
      if (name == known.name) slots = known.count;
    }
    if (slots < 0) return {};
    const auto flag = [&](const char* key) { return config && config->value(key, false); };
    if (config != nullptr && config->value("momentum", 0.0) != 0.0) ++slots;
    if (flag("centered") || flag("amsgrad")) ++slots;
    if (flag("use_ema")) ++slots;
    const Json* rate = config ? config->find("learning_rate") : nullptr;
    if (rate != nullptr && rate->is_object()) --count, bytes -= 4;  // a schedule is no variable
    if (name == "Nadam") ++count, bytes += 4;
    if (saved->legacy) slots = 0;
    for (const Value& v : model.trainable_weights()) {
      count += slots * v.shape().num_elements();
      bytes += static_cast<double>(slots * v.shape().num_elements()) *
               static_cast<double>(dtype_size(v.dtype()));
    }
    return std::pair(count, bytes);
  } catch (const Error&) {
    return {};  // settings that are not understood
  }
}

}  // namespace rill::keras
