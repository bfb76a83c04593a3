#include "keras/saving/call_parser.h"

#include <algorithm>
#include <map>

#include "base/fail.h"

namespace rill::keras {
namespace {

constexpr int kMostNestedCalls = 64;

class Parser {
 public:
  explicit Parser(const FindTensor& find) : find_(find) {}

  bool waiting() const { return waiting_; }
  std::vector<KerasTensor> take_inputs() { return std::move(inputs_); }

  // Keras 3: {"class_name": "__keras_tensor__", "config": {"keras_history": [layer, node,
  // tensor]}}.
  Argument keras3(const Json& json, int depth = 0) {
    bound(depth);
    if (json.is_object()) {
      const Json* name = json.find("class_name");
      if (name && name->is_string()) {
        const std::string& kind = name->as_string();
        const Json* config = json.find("config");
        if (kind == "__keras_tensor__" && config && config->contains("keras_history")) {
          const Json& history = config->at("keras_history");
          return reference(history.at(size_t{0}).as_string(), history.at(1).as_int(),
                           history.at(2).as_int());
        }
        if (kind == "__tuple__" && json.contains("items"))
          return keras3(json.at("items"), depth + 1);
        return Argument::of_constant(json);
      }
      Argument map;
      map.kind = Argument::Kind::map;
      for (const auto& [key, value] : json.as_object()) {
        map.keys.push_back(key);
        map.items.push_back(keras3(value, depth + 1));
      }
      return map;
    }
    if (json.is_array()) {
      std::vector<Argument> items;
      bool plain = true;
      for (const Json& item : json.as_array()) {
        items.push_back(keras3(item, depth + 1));
        plain = plain && items.back().kind != Argument::Kind::tensor &&
                items.back().kind != Argument::Kind::list &&
                items.back().kind != Argument::Kind::map;
      }
      if (plain) return Argument::of_constant(json);
      return Argument::of_list(std::move(items));
    }
    return Argument::of_constant(json);
  }

  // Keras 2 keyword values: [layer, node, tensor], lists of these, or constants.
  Argument keras2(const Json& json, int depth = 0) {
    bound(depth);
    if (is_reference(json) && find_(json.at(size_t{0}).as_string(), 0, -1)) {
      return reference(json.at(size_t{0}).as_string(), json.at(1).as_int(), json.at(2).as_int());
    }
    // Tensors may stand among numbers: [-1, [layer, node, tensor]].
    if (json.is_array() && std::any_of(json.as_array().begin(), json.as_array().end(),
                                       [](const Json& item) { return item.is_array(); })) {
      std::vector<Argument> items;
      bool plain = true;
      for (const Json& item : json.as_array()) {
        items.push_back(keras2(item, depth + 1));
        plain = plain && items.back().kind == Argument::Kind::constant;
      }
      if (plain) return Argument::of_constant(json);  // numbers in rows
      return Argument::of_list(std::move(items));
    }
    // The keywords of a method's call.
    if (json.is_object()) {
      Argument map;
      map.kind = Argument::Kind::map;
      for (const auto& [key, value] : json.as_object()) {
        map.keys.push_back(key);
        map.items.push_back(keras2(value, depth + 1));
      }
      const auto is_plain = [](const Argument& a) {
        return a.kind == Argument::Kind::constant || a.kind == Argument::Kind::none;
      };
      if (std::all_of(map.items.begin(), map.items.end(), is_plain)) {
        return Argument::of_constant(json);
      }
      return map;
    }
    return Argument::of_constant(json);
  }

  // [layer, node, tensor] or [layer, node, tensor, keywords]; a constant first argument is
  // ["_CONSTANT_VALUE", -1, value, keywords].
  Argument leaf(const Json& json) {
    const std::string& name = json.at(size_t{0}).as_string();
    if (json.size() > 3 && json.at(3).is_object()) keywords_ = &json.at(3);
    if (name == "_CONSTANT_VALUE") return Argument::of_constant(json.at(2));
    return reference(name, json.at(1).as_int(), json.at(2).as_int());
  }
  Argument structure(const Json& json, int depth = 0) {
    bound(depth);
    if (json.is_array() && json.size() >= 3 && json.at(size_t{0}).is_string()) return leaf(json);
    if (json.is_object()) return dictionary(json, depth);
    if (!json.is_array()) {
      fail(Code::invalid_argument, "an inbound node must be a list, not ", json.kind());
    }
    std::vector<Argument> items;
    bool plain = depth > 0 && json.size() > 0;
    for (const Json& item : json.as_array()) {
      items.push_back(structure(item, depth + 1));
      plain = plain && items.back().kind == Argument::Kind::constant;
    }
    if (plain) {  // numbers beside tensors, each written as a call of its own
      Json numbers = Json::array();
      for (Argument& item : items) numbers.push_back(std::move(item.constant));
      return Argument::of_constant(std::move(numbers));
    }
    if (items.size() == 1) return std::move(items[0]);
    return Argument::of_list(std::move(items));
  }
  const Json* keywords() const { return keywords_; }

 private:
  // Keras flattens a dictionary by its sorted keys.
  Argument dictionary(const Json& json, int depth) {
    std::map<std::string, const Json*> sorted;
    for (const auto& [key, value] : json.as_object()) sorted.emplace(key, &value);
    Argument map;
    map.kind = Argument::Kind::map;
    for (const auto& [key, value] : sorted) {
      map.keys.push_back(key);
      map.items.push_back(structure(*value, depth + 1));
    }
    return map;
  }
  static void bound(int depth) {
    if (depth > kMostNestedCalls)
      fail(Code::invalid_argument, "an inbound node is nested too deep");
  }
  static bool is_reference(const Json& json) {
    return json.is_array() && (json.size() == 3 || json.size() == 4) &&
           json.at(size_t{0}).is_string() && json.at(1).is_int() && json.at(2).is_int();
  }
  Argument reference(const std::string& name, int64_t node, int64_t tensor) {
    const std::optional<KerasTensor> found = find_(name, node, tensor);
    if (!found) {
      fail(Code::invalid_argument, "an inbound node names the layer ", quoted(name),
           ", which the model does not have");
    }
    if (!*found) waiting_ = true;
    inputs_.push_back(*found);
    return Argument::of_tensor(static_cast<int>(inputs_.size()) - 1);
  }

  const FindTensor& find_;
  const Json* keywords_ = nullptr;
  std::vector<KerasTensor> inputs_;
  bool waiting_ = false;
};

}  // namespace

std::optional<ParsedCall> parse_call(const Json& node, const std::string& class_name,
                                     const FindTensor& find) {
  Parser parser(find);
  ParsedCall call;
  const Json* args = node.is_object() ? node.find("args") : nullptr;
  const Json* kwargs = node.is_object() ? node.find("kwargs") : nullptr;
  // A dictionary of tensors may have such keys, too.
  if (args && args->is_array() && (!kwargs || kwargs->is_object())) {
    for (const Json& a : args->as_array()) call.spec.args.push_back(parser.keras3(a));
    if (kwargs) {
      for (const auto& [key, value] : kwargs->as_object()) {
        call.spec.kwargs.emplace_back(key, parser.keras3(value));
      }
    }
  } else {
    call.spec.of_keras2 = true;
    call.spec.args.push_back(parser.structure(node));
    if (const Json* keywords = parser.keywords()) {
      for (const auto& [key, value] : keywords->as_object()) {
        call.spec.kwargs.emplace_back(key, parser.keras2(value));
      }
    }
  }
  if (parser.waiting()) return std::nullopt;
  call.inputs = parser.take_inputs();
  order_arguments(class_name, call.spec, call.inputs);
  return call;
}

void order_arguments(const std::string& class_name, CallSpec& spec,
                     std::vector<KerasTensor>& inputs) {
  if (class_name != "MultiHeadAttention" && class_name != "GroupedQueryAttention" &&
      class_name != "GroupQueryAttention") {
    return;
  }
  const auto given = [&](size_t position, const char* name) -> int {
    const Argument* a = spec.find(position, name);
    return a && a->is_tensor() ? a->tensor : -1;
  };
  const int query = given(0, "query"), value = given(1, "value");
  const int key = given(2, "key");
  if (query < 0 || value < 0) return;
  std::vector<KerasTensor> ordered;
  CallSpec plain;
  for (const int at : {query, value, key}) {
    if (at < 0) continue;
    plain.args.push_back(Argument::of_tensor(static_cast<int>(ordered.size())));
    ordered.push_back(inputs[static_cast<size_t>(at)]);
  }
  for (const auto& [name, a] : spec.kwargs) {
    if (!a.is_tensor()) plain.kwargs.emplace_back(name, a);
  }
  constexpr const char* kMasks[] = {"query_mask", "value_mask", "key_mask", "attention_mask"};
  for (size_t i = 0; i < std::size(kMasks); ++i) {
    const int mask = given(3 + i, kMasks[i]);
    if (mask < 0) continue;
    plain.kwargs.emplace_back(kMasks[i], Argument::of_tensor(static_cast<int>(ordered.size())));
    ordered.push_back(inputs[static_cast<size_t>(mask)]);
  }
  spec = std::move(plain);
  inputs = std::move(ordered);
}

}  // namespace rill::keras
