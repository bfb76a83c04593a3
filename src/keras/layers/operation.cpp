#include "keras/layers/operation.h"

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/naming.h"
#include "keras/core/node.h"
#include "keras/core/registry.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/ragged.h"
#include "keras/layers/operations/raw.h"
#include "keras/layers/ragged_call.h"
#include "keras/layers/tensorflow_op.h"

namespace rill::keras {
namespace {

// Methods and properties of tf.RaggedTensor.
bool is_ragged_member(std::string_view class_name) {
  return class_name == "InstanceMethod" || class_name == "InstanceProperty" ||
         class_name == "ClassMethod";
}

// These get the arguments of the method as two of their own, a list and a dictionary: as the call
// of a function again.
CallSpec method_call(const CallSpec& given) {
  CallSpec out;
  const auto add = [&out](const Argument& args) {
    if (args.kind == Argument::Kind::constant && args.constant.is_array()) {
      for (const Json& item : args.constant.as_array()) {
        out.args.push_back(Argument::of_constant(item));
      }
    } else if (args.kind == Argument::Kind::list) {
      out.args.insert(out.args.end(), args.items.begin(), args.items.end());
    } else {
      out.args.push_back(args);
    }
  };
  for (const Argument& a : given.args) add(a);
  if (const Argument* args = given.keyword("args")) add(*args);
  if (const Argument* named = given.keyword("kwargs")) {
    if (named->kind == Argument::Kind::constant && named->constant.is_object()) {
      for (const auto& [key, value] : named->constant.as_object()) {
        out.kwargs.emplace_back(key, Argument::of_constant(value));
      }
    }
    for (size_t i = 0; i < named->keys.size(); ++i) {
      out.kwargs.emplace_back(named->keys[i], named->items[i]);
    }
  }
  return out;
}

// The function's name in the tables: "math.multiply" -> "multiply", "Multiply" -> "multiply";
// "strings.length" stays, as others bear the same names.
std::string function_of(const Json& layer) {
  const std::string class_name = member_text(layer, "class_name");
  if (is_ragged_member(class_name)) {
    const char* key = class_name == "ClassMethod" ? "method_name" : "attr_name";
    return "ragged." + member_text(layer.at("config"), key);
  }
  if (class_name != "TFOpLambda" && class_name != "SlicingOpLambda") {
    return to_snake_case(class_name);
  }
  const std::string path = member_text(layer.at("config"), "function");
  // A tensor of booleans as an index is a mask.
  if (class_name == "SlicingOpLambda" && !path.ends_with("boolean_mask")) {
    return path.ends_with("ragged_getitem") ? "ragged_getitem" : "getitem";
  }
  for (const char* module : {"strings.", "ragged."}) {
    if (const size_t at = path.rfind(module); at != std::string::npos) return path.substr(at);
  }
  if (path.ends_with("image.transpose")) return "image_transpose";
  return path.substr(path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1);
}

class OperationLayer final : public Layer, public WritesItself, public TakesRagged {
 public:
  OperationLayer(std::string class_name, std::string module, std::string function, Json config)
      : function_(std::move(function)),
        fn_(find_operation(function_)),
        module_(std::move(module)),
        config_(std::move(config)) {
    set_class_name(std::move(class_name));
  }
  Json to_json() const override {
    Json config = Json::object();
    config.set("name", name());
    for (const auto& [key, value] : config_.as_object()) {
      if (key != "name") config.set(key, value);
    }
    Json out = Json::object();
    out.set("module", module_);
    out.set("class_name", class_name());
    out.set("config", std::move(config));
    out.set("registered_name", class_name());
    return out;
  }
  bool autocast() const override { return false; }
  Values call(const Values& inputs, const CallContext& context) override {
    const bool method = is_ragged_member(class_name());
    CallSpec spec = context.spec ? *context.spec : CallSpec::of_inputs(inputs.size(), false);
    if (method) spec = method_call(spec);
    const bool tensorflow =
        method || class_name() == "TFOpLambda" || class_name() == "SlicingOpLambda";
    const OperationCall call{inputs, spec, config_, name(), tensorflow};
    if (has_ragged(inputs)) return on_ragged(function_, fn_, call);
    return fn_ ? fn_(call) : raw_operation(function_, call);
  }

 private:
  std::string function_;
  OperationFn fn_;  // null for one that is an op
  std::string module_;
  Json config_;
};

}  // namespace

bool is_operation(const Json& layer) {
  const std::string class_name = member_text(layer, "class_name");
  if (class_name == "TFOpLambda" || class_name == "SlicingOpLambda" ||
      class_name == "TensorFlowOpLayer" || is_ragged_member(class_name)) {
    return true;
  }
  const std::string module = member_text(layer, "module");
  return module.rfind("keras.src.ops", 0) == 0 || module.rfind("keras.ops", 0) == 0;
}

bool operation_is_known(const Json& layer) {
  if (member_text(layer, "class_name") == "TensorFlowOpLayer") return tensorflow_op_is_known(layer);
  const std::string function = function_of(layer);
  return find_operation(function) != nullptr || is_raw_operation(function);
}

std::shared_ptr<Layer> make_operation(const Json& layer) {
  if (member_text(layer, "class_name") == "TensorFlowOpLayer") return make_tensorflow_op(layer);
  const std::string function = function_of(layer);
  const std::string class_name = member_text(layer, "class_name");
  if (!operation_is_known(layer)) {
    fail(Code::unimplemented, "the function ", quoted(function), " of a ", class_name, " layer",
         did_you_mean(function, operation_names()));
  }
  const Json* config = layer.find("config");
  const std::string module = member_text(layer, "module");
  return std::make_shared<OperationLayer>(class_name,
                                          module.empty() ? "keras.src.ops.numpy" : module, function,
                                          config && config->is_object() ? *config : Json::object());
}

std::shared_ptr<Layer> make_operation(const std::string& class_name) {
  Json json = Json::object();
  json.set("class_name", class_name);
  json.set("config", Json::object());
  return make_operation(json);
}

bool is_operation_layer(const Layer& layer) {
  return dynamic_cast<const OperationLayer*>(&layer) != nullptr;
}

namespace {
KerasTensor arithmetic(const char* class_name, const KerasTensor& a, const KerasTensor& b) {
  return make_operation(std::string(class_name))
      ->record({a, b}, CallSpec::of_inputs(2, false))
      .at(0);
}
}  // namespace

KerasTensor operator+(const KerasTensor& a, const KerasTensor& b) {
  return arithmetic("Add", a, b);
}
KerasTensor operator-(const KerasTensor& a, const KerasTensor& b) {
  return arithmetic("Subtract", a, b);
}
KerasTensor operator*(const KerasTensor& a, const KerasTensor& b) {
  return arithmetic("Multiply", a, b);
}
KerasTensor operator/(const KerasTensor& a, const KerasTensor& b) {
  return arithmetic("TrueDivide", a, b);
}

void register_operation(LayerRegistry&) {}  // made by module and function, not by class name

}  // namespace rill::keras
