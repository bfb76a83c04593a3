#include "keras/layers/tensorflow_op.h"

#include <map>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/ops.h"
#include "op/registry.h"

namespace rill::keras {
namespace {

const Json* node_of(const Json& layer) {
  const Json* config = layer.find("config");
  const Json* node = config ? config->find("node_def") : nullptr;
  return node && node->is_object() ? node : nullptr;
}

// Bytes stand in base64 in the JSON form of a protobuf message.
std::string from_base64(const std::string& text) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    const size_t digit = kDigits.find(c == '-' ? '+' : c == '_' ? '/' : c);
    if (digit == std::string_view::npos) {
      fail(Code::invalid_argument, "the text ", quoted(text), " is not base64");
    }
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count & 0xFF));
  }
  return out;
}

// 64-bit integers are strings there.
int64_t integer(const Json& json) {
  if (!json.is_string()) return json.as_int();
  const std::string& text = json.as_string();
  size_t used = 0;
  int64_t number = 0;
  try {
    number = std::stoll(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used == 0 || used != text.size()) {
    fail(Code::invalid_argument, "the integer ", quoted(text), " is not one");
  }
  return number;
}

DType type_of(const Json& json) {
  const DType dtype = dtype_from_name(json.as_string());
  if (dtype == DType::invalid) {
    fail(Code::invalid_argument, "there is no dtype ", quoted(json.as_string()));
  }
  return dtype;
}

Shape shape_of(const Json& json) {
  if (const Json* unknown = json.find("unknownRank"); unknown && unknown->as_bool()) {
    return Shape::unknown_rank();
  }
  Shape out;
  if (const Json* dims = json.find("dim")) {
    for (const Json& dim : dims->as_array()) {
      const Json* size = dim.find("size");
      out.push_back(size ? integer(*size) : 0);
    }
  }
  return out;
}

template <typename T, typename F>
std::vector<T> list_of(const Json& json, F&& one) {
  std::vector<T> out;
  for (const Json& item : json.as_array()) out.push_back(one(item));
  return out;
}

AttrValue attribute(const std::string& name, const Json& json, bool in_list = false) {
  const Json::Object& object = json.as_object();
  // Empty lists and values that are zero are left out.
  if (object.empty() && in_list) return AttrValue::EmptyList{};
  if (object.size() != 1) fail(Code::invalid_argument, "attribute ", quoted(name), " has no value");
  const auto& [kind, value] = *object.begin();
  if (kind == "list" && !in_list) return attribute(name, value, true);
  const auto number = [](const Json& x) { return static_cast<float>(x.as_double()); };
  const auto flag = [](const Json& x) { return x.as_bool(); };
  const auto bytes = [](const Json& x) { return from_base64(x.as_string()); };
  if (kind == "i") return in_list ? AttrValue(list_of<int64_t>(value, integer)) : integer(value);
  if (kind == "f") return in_list ? AttrValue(list_of<float>(value, number)) : number(value);
  if (kind == "b") return in_list ? AttrValue(list_of<bool>(value, flag)) : AttrValue(flag(value));
  if (kind == "s") return in_list ? AttrValue(list_of<std::string>(value, bytes)) : bytes(value);
  if (kind == "type") return in_list ? AttrValue(list_of<DType>(value, type_of)) : type_of(value);
  if (kind == "shape")
    return in_list ? AttrValue(list_of<Shape>(value, shape_of)) : shape_of(value);
  fail(Code::unimplemented, "attribute ", quoted(name), " of kind ", quoted(kind));
}

void flatten(const Json& json, size_t depth, Shape& shape, std::vector<Json>& out) {
  constexpr size_t kMostDims = 32;
  if (depth > kMostDims) fail(Code::invalid_argument, "a constant is nested too deep");
  if (!json.is_array()) {
    if (static_cast<int>(depth) != shape.rank()) {
      fail(Code::invalid_argument, "a constant is not rectangular");
    }
    out.push_back(json);
    return;
  }
  const auto size = static_cast<int64_t>(json.size());
  if (static_cast<int>(depth) == shape.rank() && out.empty()) shape.push_back(size);
  if (static_cast<int>(depth) >= shape.rank() || shape[static_cast<int>(depth)] != size) {
    fail(Code::invalid_argument, "a constant is not rectangular");
  }
  for (const Json& item : json.as_array()) flatten(item, depth + 1, shape, out);
}

Value constant(const Json& json, DType dtype) {
  Shape shape;
  std::vector<Json> items;
  flatten(json, 0, shape, items);
  if (dtype == DType::string) {
    Tensor out(DType::string, shape);
    for (size_t i = 0; i < items.size(); ++i) out.data<std::string>()[i] = items[i].as_string();
    return out;
  }
  const bool integers = is_integer(dtype);
  Tensor wide(integers ? DType::int64 : DType::float64, shape);
  for (size_t i = 0; i < items.size(); ++i) {
    const Json& item = items[i];
    if (integers) {
      wide.data<int64_t>()[i] = item.as_int();
    } else {
      wide.data<double>()[i] = item.is_bool() ? (item.as_bool() ? 1 : 0) : item.as_double();
    }
  }
  return op::cast(wide, dtype);
}

class TensorFlowOpLayer final : public Layer, public WritesItself {
 public:
  explicit TensorFlowOpLayer(const Json& config) : config_(config) {
    set_class_name("TensorFlowOpLayer");
    const Json& node = config.at("node_def");
    def_ = &require_op(node.at("op").as_string());
    if (const Json* attrs = node.find("attr")) {
      for (const auto& [name, value] : attrs->as_object()) {
        if (name.starts_with('_') || def_->find_attr(name) == nullptr) continue;
        attrs_.set(name, attribute(name, value));
      }
    }
    const Json* constants = config.find("constants");
    if (constants == nullptr || constants->is_null()) return;
    for (const auto& [index, value] : constants->as_object()) {
      const int64_t at = integer(Json(index));
      if (at < 0 || at > 1000) fail(Code::invalid_argument, "input ", at, " cannot be a constant");
      constants_[at] = constant(value, input_type(at));
    }
  }

  bool autocast() const override { return false; }
  Json to_json() const override {
    Json out = Json::object();
    out.set("class_name", class_name());
    out.set("config", config_);
    return out;
  }
  Values call(const Values& inputs, const CallContext&) override {
    Values all = inputs;
    for (const auto& [at, value] : constants_) {
      all.insert(all.begin() + std::min<int64_t>(at, static_cast<int64_t>(all.size())), value);
    }
    return emit_all(def_->name, all, attrs_);
  }

 private:
  // Lists (Pack, ConcatV2) take several inputs for one argument.
  DType input_type(int64_t index) const {
    int64_t at = 0;
    for (const ArgDef& arg : def_->inputs) {
      int64_t count = 1;
      if (!arg.number_attr.empty()) {
        const AttrValue* n = attrs_.find(arg.number_attr);
        const int64_t* number = n ? n->get_if<int64_t>() : nullptr;
        if (number) count = *number;
      }
      if (index < at + count) {
        if (arg.type != DType::invalid) return arg.type;
        const AttrValue* type = attrs_.find(arg.type_attr);
        const DType* dtype = type ? type->get_if<DType>() : nullptr;
        if (dtype) return *dtype;
        const AttrDef* declared = def_->find_attr(arg.type_attr);
        const DType* usual = declared ? declared->default_value.get_if<DType>() : nullptr;
        if (usual) return *usual;
        break;
      }
      at += count;
    }
    fail(Code::invalid_argument, "the dtype of the constant input ", index, " of ",
         quoted(def_->name), " is not known");
  }

  Json config_;
  const OpDef* def_ = nullptr;
  AttrMap attrs_;
  std::map<int64_t, Value> constants_;
};

}  // namespace

bool tensorflow_op_is_known(const Json& layer) {
  const Json* node = node_of(layer);
  const Json* op = node ? node->find("op") : nullptr;
  // What is wrong otherwise is said when the layer is made.
  return op == nullptr || !op->is_string() || op_registry().find(op->as_string()) != nullptr;
}

std::shared_ptr<Layer> make_tensorflow_op(const Json& layer) {
  if (node_of(layer) == nullptr) {
    fail(Code::unimplemented, "a TensorFlowOpLayer whose node_def is not JSON");
  }
  return std::make_shared<TensorFlowOpLayer>(layer.at("config"));
}

}  // namespace rill::keras
