#include <algorithm>
#include <charconv>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/config_rules.h"
#include "keras/core/object_config.h"
#include "keras/core/policy_map.h"
#include "keras/core/quantization.h"
#include "keras/core/registry.h"
#include "keras/core/weight_function.h"

namespace rill::keras {
namespace {

// {"class_name": "__tuple__", "items": [...]} stands for a tuple in some configs.
const Json& without_tuple(const Json& json) {
  const Json* name = json.find("class_name");
  if (name && name->is_string() && name->as_string() == "__tuple__") {
    if (const Json* items = json.find("items")) return *items;
  }
  return json;
}

Ints ints(const Json& json) {
  const Json& plain = without_tuple(json);
  Ints out;
  if (plain.is_array()) {
    for (const Json& item : plain.as_array()) out.push_back(item.is_null() ? -1 : item.as_int());
  } else {
    out.push_back(plain.as_int());
  }
  return out;
}

class Reader final : public ConfigVisitor {
 public:
  // The keys that were asked for go to `seen`, which may be null.
  Reader(const Json& config, LayerMaker& maker, std::vector<std::string>* seen = nullptr)
      : config_(config), maker_(maker), seen_(seen) {}
  bool reading() const override { return true; }
  // Layers that stand where activations do, by key.
  const std::vector<std::pair<std::string, std::shared_ptr<Layer>>>& parts() const {
    return parts_;
  }

  void operator()(std::string_view key, bool& field) override {
    const Json* found = find(key);
    if (!found) return;
    guarded(key, [&] {  // None is False to Python
      field = found->is_int() ? found->as_int() != 0 : !found->is_null() && found->as_bool();
    });
  }
  void operator()(std::string_view key, int64_t& field) override {
    read(key, [&](const Json& j) {
      const Json& plain = without_tuple(j);
      field = plain.is_array() && plain.size() == 1 ? ints(plain)[0] : plain.as_int();
    });
  }
  void operator()(std::string_view key, double& field) override {
    read(key, [&](const Json& j) { field = number(j); });
  }
  void operator()(std::string_view key, std::string& field) override {
    read(key, [&](const Json& j) { field = setting_word(key, j.as_string()); });
  }
  void operator()(std::string_view key, Ints& field) override {
    read(key, [&](const Json& j) { field = ints(j); });
  }
  void operator()(std::string_view key, std::vector<std::string>& field) override {
    read(key, [&](const Json& j) {
      field.clear();
      for (const Json& item : without_tuple(j).as_array()) field.push_back(item.as_string());
    });
  }
  void operator()(std::string_view key, std::vector<Ints>& field) override {
    read(key, [&](const Json& j) {
      field.clear();
      const Json& plain = without_tuple(j);
      if (!plain.is_array()) {
        field.push_back(ints(plain));
        return;
      }
      for (const Json& item : plain.as_array()) field.push_back(ints(item));
    });
  }
  void operator()(std::string_view key, std::optional<int64_t>& field) override {
    optional(key, field, [](const Json& j) { return j.as_int(); });
  }
  void operator()(std::string_view key, std::optional<double>& field) override {
    optional(key, field, [](const Json& j) { return number(j); });
  }
  void operator()(std::string_view key, std::optional<bool>& field) override {
    optional(key, field, [](const Json& j) { return j.as_bool(); });
  }
  void operator()(std::string_view key, std::optional<std::string>& field) override {
    optional(key, field, [](const Json& j) { return j.as_string(); });
  }
  void operator()(std::string_view key, std::optional<Ints>& field) override {
    optional(key, field, [](const Json& j) { return ints(j); });
  }
  void operator()(std::string_view key, std::optional<std::vector<double>>& field) override {
    optional(key, field, [](const Json& j) {
      std::vector<double> out;
      flatten(j, out, 0);
      return out;
    });
  }
  void operator()(std::string_view key, std::map<std::string, double>& field) override {
    read(key, [&](const Json& j) {
      field.clear();
      for (const auto& [name, value] : j.as_object()) {
        if (!value.is_null()) field[name] = number(value);
      }
    });
  }
  void operator()(std::string_view key, Shape& field) override {
    read(key, [&](const Json& j) { field = Shape(ints(j)); });
  }
  void operator()(std::string_view key, Initializer& field) override {
    object(key, "initializer", field);
  }
  void operator()(std::string_view key, Regularizer& field) override {
    object(key, "regularizer", field);
  }
  void operator()(std::string_view key, Constraint& field) override {
    object(key, "constraint", field);
  }
  void operator()(std::string_view key, Activation& field) override {
    object(key, "activation", field);
  }
  void operator()(std::string_view key, LayerPtr& field) override {
    read(key, [&](const Json& j) { field = maker_.make(j); });
  }
  void operator()(std::string_view key, std::vector<LayerPtr>& field) override {
    read(key, [&](const Json& j) {
      field.clear();
      for (const Json& item : without_tuple(j).as_array()) field.push_back(maker_.make(item));
    });
  }
  void axis(std::string_view key, Ints& field) override { (*this)(key, field); }
  void ignored(std::string_view key) override { find(key); }

 private:
  const Json* find(std::string_view key) {
    if (seen_) seen_->emplace_back(key);
    return config_.find(key);
  }
  // What an array is wrapped in: {"class_name": "__numpy__"/"__tensor__", "config": {"value": ...}}
  // by Keras 3, {"type": "ndarray", "value": ...} by Keras 2. Null: nothing.
  static const Json* wrapped_value(const Json& j) {
    const Json* config = j.find("config");
    return config ? config->find("value") : j.contains("type") ? j.find("value") : nullptr;
  }
  static double number(const Json& j) {
    if (const Json* value = wrapped_value(j)) return number(*value);
    if (j.is_array() && j.size() == 1) return number(j.at(size_t{0}));
    if (j.is_string()) {  // Dropout("0.5") is met, and Keras 1 and 2 take it
      const std::string& text = j.as_string();
      double out = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
      if (error == std::errc() && end == text.data() + text.size()) return out;
    }
    return j.as_double();
  }
  static void flatten(const Json& j, std::vector<double>& out, int depth) {
    if (const Json* value = wrapped_value(j)) {
      flatten(*value, out, depth);
    } else if (j.is_array() && depth < 32) {
      for (const Json& item : j.as_array()) flatten(item, out, depth + 1);
    } else {
      out.push_back(j.as_double());
    }
  }
  template <typename F>
  void read(std::string_view key, F&& take) {
    const Json* found = find(key);
    if (!found && is_required_setting(key)) {
      fail(Code::invalid_argument, "the config lacks the key ", quoted(key));
    }
    if (!found) return;
    guarded(key, [&] {
      check_setting(key, *found);
      if (!found->is_null()) take(*found);
    });
  }
  template <typename T, typename F>
  void optional(std::string_view key, std::optional<T>& field, F&& take) {
    const Json* found = find(key);
    if (!found) return;
    field.reset();
    if (found->is_null()) return;
    guarded(key, [&] { field = take(*found); });
  }
  void object(std::string_view key, std::string_view kind, ObjectHandle& field) {
    const Json* found = find(key);
    if (!found) return;
    guarded(key, [&] {
      auto config = object_from_json(*found, key);
      if (config) {
        auto own = std::make_shared<ObjectConfig>(*config);
        maker_.resolve(kind, *own);
        if (kind == "activation") {
          layer_as_activation(key, *found, *own);
        } else if (kind != "initializer") {
          check_weight_function(kind, *own);
        }
        config = std::move(own);
      }
      field = ObjectHandle(std::move(config));
    });
  }
  // A layer may stand where an activation does: Dense(4, activation=LeakyReLU()). Keras 2 takes
  // its class name as well.
  void layer_as_activation(std::string_view key, const Json& json, ObjectConfig& own) {
    if (own.function || object_registry().activation(own.name) != nullptr ||
        !layer_registry().contains(own.name)) {
      return;
    }
    Json named = Json::object();
    named.set("class_name", own.name);
    named.set("config", Json::object());
    const LayerPtr layer = maker_.make(json.is_string() ? named : json);
    own.spelt = layer_to_json(*layer);
    own.function = [layer](const Tensor& x) { return layer(x); };
    parts_.emplace_back(key, layer.get());
  }
  template <typename F>
  void guarded(std::string_view key, F&& f) {
    try {
      f();
    } catch (const InvalidArgumentError& error) {
      rethrow_with_context(error, str("config key ", quoted(key)));
    } catch (const std::out_of_range&) {
      fail(Code::invalid_argument, "config key ", quoted(key), ": the list is empty");
    }
  }

  const Json& config_;
  LayerMaker& maker_;
  std::vector<std::string>* seen_;
  std::vector<std::pair<std::string, std::shared_ptr<Layer>>> parts_;
};

// Keras keeps what is set on a layer, a layer among its settings as well.
struct Parts : Layer {
  static void add(Layer& layer, const std::string& key, const std::shared_ptr<Layer>& part) {
    (layer.*&Parts::add_sublayer)(key, part);
  }
};

void read_policy(Layer& layer, const Json& config) {
  auto* quantizable = dynamic_cast<Quantizable*>(&layer);
  if (const Json* found = config.find("quantization_config"); found && quantizable) {
    quantizable->quantization_config = *found;
  }
  const Json* dtype = config.find("dtype");
  if (dtype == nullptr || dtype->is_null()) return;
  if (!dtype->is_string() && member_text(*dtype, "class_name").empty()) {
    fail(Code::invalid_argument, "config key 'dtype': found ", dtype->dump(),
         ", expected a name or an object with class_name");
  }
  DTypePolicy policy = policy_of(*dtype);
  if (!policy.quantization.empty() && quantizable == nullptr) {
    fail(Code::invalid_argument, "layer ", quoted(layer.name()), " (", layer.class_name(),
         ") has the dtype policy ", quoted(policy.name),
         ", but layers of this class cannot be quantised");
  }
  layer.set_dtype(std::move(policy));
}

class NoLayers final : public LayerMaker {
 public:
  LayerPtr make(const Json&) override {
    fail(Code::invalid_argument, "a layer cannot stand in this config");
  }
};

}  // namespace

std::string member_text(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found != nullptr && found->is_string() ? found->as_string() : "";
}

bool is_model_class(std::string_view class_name) {
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
}

void check_nesting(int depth) {
  constexpr int kMost = 48;
  if (depth > kMost) fail(Code::invalid_argument, "the config nests layers too deep");
}

void read_fields(const Json& config, const std::function<void(ConfigVisitor&)>& visit) {
  NoLayers maker;
  Reader reader(config, maker);
  visit(reader);
}

void LayerMaker::resolve(std::string_view, ObjectConfig&) {}

void read_fields(const Json& config, std::string_view who,
                 const std::function<void(ConfigVisitor&)>& visit,
                 std::initializer_list<std::string_view> also) {
  if (config.is_null()) return;
  if (!config.is_object()) {
    fail(Code::invalid_argument, "the config of ", who, " must be an object, not ", config.kind());
  }
  NoLayers none;
  std::vector<std::string> known(also.begin(), also.end());
  Reader reader(config, none, &known);
  try {
    visit(reader);
  } catch (const InvalidArgumentError& error) {
    rethrow_with_context(error, std::string(who));
  }
  for (const auto& [key, value] : config.as_object()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      fail(Code::invalid_argument, who, " has no setting ", quoted(key), did_you_mean(key, known));
    }
  }
}

void read_config(Layer& layer, const Json& config, LayerMaker& maker) {
  if (!config.is_object()) {
    fail(Code::invalid_argument, "the config of a ", layer.class_name(),
         " layer must be an object, not ", config.kind());
  }
  const Json* name = config.find("name");
  if (name && name->is_string()) layer.set_name(name->as_string());
  read_policy(layer, config);
  for (const char* key : {"batch_input_shape", "batch_shape"}) {
    const Json* shape = config.find(key);
    if (shape && without_tuple(*shape).is_array()) layer.set_batch_input_shape(Shape(ints(*shape)));
  }
  if (auto* keeper = dynamic_cast<KeepsConfig*>(&layer)) keeper->kept = config;
  std::vector<std::string> seen;
  Reader reader(config, maker, &seen);
  layer.visit_config(reader);
  for (const auto& [key, part] : reader.parts()) Parts::add(layer, key, part);
  if (std::find(seen.begin(), seen.end(), "activity_regularizer") == seen.end()) {
    Regularizer regularizer;
    reader("activity_regularizer", regularizer);
    layer.set_activity_regularizer(std::move(regularizer));
  }
  layer.draw_seeds();
  if (!config.value("trainable", true)) layer.set_trainable(false);
}

}  // namespace rill::keras
