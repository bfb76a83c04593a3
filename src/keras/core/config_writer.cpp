#include "keras/core/config.h"
#include "keras/core/object_config.h"
#include "keras/core/quantization.h"

namespace rill::keras {
namespace {

Json list(const Ints& values) {
  Json out = Json::array();
  for (const int64_t v : values) out.push_back(v);
  return out;
}

class Writer final : public ConfigVisitor {
 public:
  explicit Writer(Json& config) : config_(config) {}
  bool reading() const override { return false; }

  void operator()(std::string_view key, bool& field) override { config_.set(key, field); }
  void operator()(std::string_view key, int64_t& field) override { config_.set(key, field); }
  void operator()(std::string_view key, double& field) override { config_.set(key, field); }
  void operator()(std::string_view key, std::string& field) override { config_.set(key, field); }
  void operator()(std::string_view key, Ints& field) override { config_.set(key, list(field)); }
  void operator()(std::string_view key, std::vector<std::string>& field) override {
    Json out = Json::array();
    for (const std::string& v : field) out.push_back(v);
    config_.set(key, std::move(out));
  }
  void operator()(std::string_view key, std::vector<Ints>& field) override {
    Json out = Json::array();
    for (const Ints& v : field) out.push_back(list(v));
    config_.set(key, std::move(out));
  }
  void operator()(std::string_view key, std::optional<int64_t>& field) override {
    config_.set(key, field ? Json(*field) : Json());
  }
  void operator()(std::string_view key, std::optional<double>& field) override {
    config_.set(key, field ? Json(*field) : Json());
  }
  void operator()(std::string_view key, std::optional<bool>& field) override {
    config_.set(key, field ? Json(*field) : Json());
  }
  void operator()(std::string_view key, std::optional<std::string>& field) override {
    config_.set(key, field ? Json(*field) : Json());
  }
  void operator()(std::string_view key, std::optional<Ints>& field) override {
    config_.set(key, field ? list(*field) : Json());
  }
  void operator()(std::string_view key, std::optional<std::vector<double>>& field) override {
    Json out;
    if (field) {
      out = Json::array();
      for (const double v : *field) out.push_back(v);
    }
    config_.set(key, std::move(out));
  }
  void operator()(std::string_view key, std::map<std::string, double>& field) override {
    Json out = Json::object();
    for (const auto& [name, value] : field) out.set(name, value);
    config_.set(key, std::move(out));
  }
  void operator()(std::string_view key, Shape& field) override {
    Json out = Json::array();
    for (const int64_t d : field) out.push_back(d < 0 ? Json() : Json(d));
    config_.set(key, std::move(out));
  }
  void operator()(std::string_view key, Initializer& field) override {
    config_.set(key, object_to_json(field, "keras.initializers"));
  }
  void operator()(std::string_view key, Regularizer& field) override {
    config_.set(key, object_to_json(field, "keras.regularizers"));
  }
  void operator()(std::string_view key, Constraint& field) override {
    config_.set(key, object_to_json(field, "keras.constraints"));
  }
  void operator()(std::string_view key, Activation& field) override {
    config_.set(key, field ? object_to_json(field, "keras.activations") : Json("linear"));
  }
  void operator()(std::string_view key, LayerPtr& field) override {
    config_.set(key, field ? layer_to_json(*field) : Json());
  }
  void operator()(std::string_view key, std::vector<LayerPtr>& field) override {
    Json out = Json::array();
    for (LayerPtr& layer : field) out.push_back(layer_to_json(*layer));
    config_.set(key, std::move(out));
  }
  void axis(std::string_view key, Ints& field) override {
    config_.set(key, field.size() == 1 ? Json(field[0]) : list(field));
  }
  void ignored(std::string_view key) override { config_.set(key, Json()); }

 private:
  Json& config_;
};

// Layers whose constructor takes no `trainable`.
bool takes_trainable(const std::string& class_name) {
  for (const char* name : {"Discretization", "HashedCrossing", "InputLayer", "SpatialDropout1D",
                           "SpatialDropout2D", "SpatialDropout3D"}) {
    if (class_name == name) return false;
  }
  return true;
}

// The class has two names in Keras; files have this one.
std::string class_in_files(const std::string& class_name) {
  return class_name == "GroupedQueryAttention" ? "GroupQueryAttention" : class_name;
}

// Layers whose build() takes a list of shapes. Others with several inputs name each shape; Keras
// builds them when it calls them.
bool builds_from_list(const std::string& class_name) {
  for (const char* name : {"Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply",
                           "Subtract", "Attention", "AdditiveAttention"}) {
    if (class_name == name) return true;
  }
  return false;
}

}  // namespace

Json shape_json(const Shape& shape) {
  if (!shape.has_rank()) return {};
  Json out = Json::array();
  for (const int64_t d : shape) out.push_back(d < 0 ? Json() : Json(d));
  return out;
}

void write_fields(Json& config, const std::function<void(ConfigVisitor&)>& visit) {
  Writer writer(config);
  visit(writer);
}

Json write_config(Layer& layer) {
  Json config = Json::object();
  config.set("name", layer.name());
  if (takes_trainable(layer.class_name())) config.set("trainable", layer.trainable());
  config.set("dtype", policy_json(layer.dtype_policy()));
  if (const auto* keeper = dynamic_cast<const KeepsConfig*>(&layer)) {
    for (const auto& [key, value] : keeper->kept.as_object()) {
      if (!config.contains(key) && key != "output_dtype_keras2") config.set(key, value);
    }
  }
  Writer writer(config);
  layer.visit_config(writer);
  if (Regularizer activity = layer.activity_regularizer()) {
    writer("activity_regularizer", activity);
  }
  if (const auto* quantizable = dynamic_cast<const Quantizable*>(&layer)) {
    config.set("quantization_config", quantizable->quantization_config);
  }
  return config;
}

Json layer_to_json(Layer& layer) {
  if (const auto* own = dynamic_cast<const WritesItself*>(&layer)) return own->to_json();
  Json out = Json::object();
  const bool custom = !layer.registered_name().empty();
  out.set("module", custom ? Json() : Json("keras.layers"));
  out.set("class_name", custom ? layer.class_name() : class_in_files(layer.class_name()));
  out.set("config", write_config(layer));
  out.set("registered_name", custom ? Json(layer.registered_name()) : Json());
  if (layer.built() && !layer.build_shapes().empty()) {
    Json build = Json::object();
    if (layer.build_shapes().size() == 1) {
      build.set("input_shape", shape_json(layer.build_shapes()[0]));
    } else if (builds_from_list(layer.class_name())) {
      Json shapes = Json::array();
      for (const Shape& s : layer.build_shapes()) shapes.push_back(shape_json(s));
      build.set("input_shape", std::move(shapes));
    }
    if (build.size() > 0) out.set("build_config", std::move(build));
  }
  return out;
}

}  // namespace rill::keras
