#include "io/revival.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "base/fail.h"
#include "io/keras_checkpoint.h"
#include "io/nesting.h"
#include "io/object_variables.h"
#include "io/object_walk.h"
#include "io/revived_layer.h"
#include "io/structured_tensors.h"
#include "keras/core/registry.h"
#include "keras/layers/operation.h"
#include "keras/legacy/upgrade.h"
#include "keras/saving/deserialize.h"
#include "op/variable.h"

namespace rill::io {
namespace {

// Made from its config, as in any other file of Keras 2.
bool is_built_in(const Json& layer) {
  const Json json = keras::legacy::upgrade(layer, keras::Flavour::keras2);
  if (keras::is_operation(json)) return keras::operation_is_known(json);
  const std::string& name = json.at("class_name").as_string();
  return keras::layer_registry().contains(name) || keras::is_model_class(name);
}

// Whether one of the constants among the arguments is true: that of training.
bool has_true(const formats::StructuredValue& value) {
  if (value.kind == formats::StructuredValue::Kind::boolean) return value.boolean;
  return std::any_of(value.children.begin(), value.children.end(), has_true);
}

// What Keras 2 says of the shapes that a layer was built for: a TensorShape, or a tuple, list or
// dictionary of them.
void read_shapes(const Json& json, std::vector<Shape>& out) {
  const Json* items = json.is_object() ? json.find("items") : &json;
  if (items == nullptr) {
    for (const auto& [key, value] : json.as_object()) read_shapes(value, out);
    return;
  }
  if (!items->is_array()) return;
  Shape shape;
  for (const Json& item : items->as_array()) {
    if (item.is_int() || item.is_null()) {
      shape.push_back(item.is_int() ? item.as_int() : Shape::kUnknownDim);
    } else {
      read_shapes(item, out);
    }
  }
  if (shape.rank() > 0) out.push_back(shape);
}

bool is_container(const formats::SavedObject& object) {
  const auto* user = std::get_if<formats::SavedUserObject>(&object.value);
  return user != nullptr && user->identifier.starts_with("trackable_");
}

}  // namespace

Revival::Revival(const formats::SavedModel& file, const formats::MetaGraph& meta,
                 const std::vector<formats::KerasNode>& nodes, const keras::CustomObjects& custom)
    : custom_(custom) {
  if (!meta.object_graph) return;
  objects_ = *meta.object_graph;
  for (const FunctionDef& def : meta.graph.functions) {
    library_.emplace(def.name, std::make_shared<const FunctionDef>(def));
  }
  for (const formats::KerasNode& node : nodes) {
    const bool known =
        node.node_id >= 0 && static_cast<size_t>(node.node_id) < objects_.nodes.size();
    if (!known || node.identifier == "_tf_keras_metric") continue;
    Json json = Json::parse(node.metadata, "keras_metadata.pb");
    node_of_layer_.emplace(json.value<std::string>("name", ""), node.node_id);
    metadata_.emplace(node.node_id, std::move(json));
  }
  walk_objects(
      objects_.nodes.size(),
      [&](int32_t id) -> const auto& { return objects_.nodes[static_cast<size_t>(id)].children; },
      [&](int32_t id, const std::string& path) { paths_.emplace(id, path); });
  const std::string prefix = formats::variables_prefix(file.folder);
  if (prefix.empty()) return;
  values_ = formats::open_checkpoint(prefix);
  if (values_->find(formats::kObjectGraphKey) == nullptr) return;
  checkpoint_ = read_object_graph(*values_);
  keys_ = variable_keys(file, meta);
}

keras::CustomObjects Revival::classes() {
  keras::CustomObjects all = custom_;
  for (const auto& [node, json] : metadata_) {
    const std::string name = json.value<std::string>("class_name", "");
    if (name.empty() || is_built_in(json) || all.contains(name) ||
        keras::registered_objects().contains(name)) {
      continue;
    }
    all.maker(name, [revival = shared_from_this()]() -> std::shared_ptr<keras::Layer> {
      return std::make_shared<RevivedLayer>(revival);
    });
  }
  return all;
}

int Revival::node_of(const std::string& layer) const {
  const auto found = node_of_layer_.find(layer);
  if (found == node_of_layer_.end()) {
    fail(Code::unimplemented, "the SavedModel cannot stand for layer ", quoted(layer),
         ": it has no such layer");
  }
  return found->second;
}

const Json* Revival::metadata_of(int node) const {
  const auto found = metadata_.find(node);
  return found == metadata_.end() ? nullptr : &found->second;
}

Value Revival::variable(int node) {
  Value& made = variables_[node];
  if (made) return made;
  const auto& saved =
      std::get<formats::SavedVariable>(objects_.nodes[static_cast<size_t>(node)].value);
  auto state = std::make_shared<VariableState>(saved.name, saved.dtype, saved.shape);
  state->set_trainable(saved.trainable);
  if (const auto key = keys_.find(node); key != keys_.end()) {
    Tensor value = values_->read(key->second);
    if (value.dtype() != saved.dtype || !saved.shape.is_compatible_with(value.shape())) {
      fail(Code::data_loss, "variable ", quoted(saved.name), " is ", saved.dtype, " ", saved.shape,
           " in the SavedModel, ", value.dtype(), " ", value.shape(), " in its checkpoint");
    }
    state->assign(std::move(value));
  }
  return made = Tensor::of_variable(std::move(state), saved.dtype, saved.shape);
}

std::vector<std::pair<std::string, Value>> Revival::variables_of(int node) {
  std::vector<std::pair<std::string, Value>> out;
  for (const auto& child : objects_.nodes[static_cast<size_t>(node)].children) {
    const auto& value = objects_.nodes[static_cast<size_t>(child.node_id)].value;
    if (std::holds_alternative<formats::SavedVariable>(value)) {
      out.emplace_back(child.local_name, variable(child.node_id));
    }
  }
  return out;
}

std::vector<std::pair<std::string, std::shared_ptr<keras::Layer>>> Revival::layers_of(int node) {
  check_nesting(static_cast<int>(building_.size()), "layers");
  std::vector<std::pair<std::string, std::shared_ptr<keras::Layer>>> out;
  building_.insert(node);
  collect_layers(node, "", out);
  building_.erase(node);
  return out;
}

void Revival::collect_layers(
    int node, const std::string& list,
    std::vector<std::pair<std::string, std::shared_ptr<keras::Layer>>>& out) {
  if (list.size() > 200) fail(Code::data_loss, "the lists of a SavedModel's layers are nested");
  for (const auto& child : objects_.nodes[static_cast<size_t>(node)].children) {
    const std::string& name = child.local_name;
    if (building_.contains(child.node_id)) continue;  // it knows the layer that it stands in
    if (metadata_.contains(child.node_id)) {
      std::shared_ptr<keras::Layer> layer = layer_of(child.node_id);
      const bool known = std::any_of(out.begin(), out.end(),
                                     [&](const auto& made) { return made.second == layer; });
      if (!known) out.emplace_back(list.empty() ? name : list, std::move(layer));
    } else if (is_container(objects_.nodes[static_cast<size_t>(child.node_id)])) {
      collect_layers(child.node_id, list + name + "[]", out);
    }
  }
}

std::shared_ptr<keras::Layer> Revival::layer_of(int node) {
  if (std::shared_ptr<keras::Layer> known = layers_[node].lock()) return known;
  const Json& json = metadata_.at(node);
  const std::string class_name = json.at("class_name").as_string();
  std::shared_ptr<keras::Layer> layer;
  if (is_built_in(json) || custom_.contains(class_name)) {
    const keras::CustomObjects all = classes();
    layer = keras::Deserializer(all, keras::Flavour::keras2).make(json).get();
    std::vector<Shape> shapes;
    if (const Json* build = json.find("build_input_shape")) read_shapes(*build, shapes);
    if (!layer->built() && !shapes.empty()) layer->ensure_built(shapes);
    if (const auto path = paths_.find(node); values_ && path != paths_.end()) {
      const auto loaded = load_layer_weights(*layer, *values_, checkpoint_, path->second);
      for (const auto& [object, key] : keys_) {
        if (const auto at = loaded.find(key); at != loaded.end()) variables_[object] = at->second;
      }
    }
  } else {
    auto revived = std::make_shared<RevivedLayer>(shared_from_this(), node);
    revived->set_class_name(class_name);
    revived->set_name(json.value<std::string>("name", class_name));
    revived->ensure_built({});
    layer = std::move(revived);
  }
  if (!json.value("trainable", true)) layer->set_trainable(false);
  layers_[node] = layer;
  return layer;
}

Revival::Calls Revival::calls_of(int node) {
  Calls out;
  for (const auto& [holder, name] :
       {std::pair(objects_.child(node, "keras_api"), "call_and_return_conditional_losses"),
        std::pair(node, "call_and_return_conditional_losses"), std::pair(node, "__call__")}) {
    const int child = holder < 0 ? -1 : objects_.child(holder, name);
    if (child < 0) continue;
    const auto* saved =
        std::get_if<formats::SavedFunction>(&objects_.nodes[static_cast<size_t>(child)].value);
    if (saved == nullptr) continue;
    for (const std::string& concrete : saved->concrete_functions) {
      bool training = false;
      Function made = function(concrete, name[0] != '_', out, training);
      Function& place = training ? out.training : out.plain;
      if (place.name.empty()) place = std::move(made);
    }
    if (!out.plain.name.empty()) break;
  }
  if (out.plain.name.empty() && out.why.empty()) out.why = "its call was not traced";
  if (out.training.inputs.size() != out.plain.inputs.size() ||
      out.training.results.size() != out.plain.results.size()) {
    out.training = {};
  }
  return out;
}

std::vector<std::string> Revival::served_names() const {
  const int child = objects_.child(0, "_default_save_signature");
  if (child < 0) return {};
  const auto& value = objects_.nodes[static_cast<size_t>(child)].value;
  std::string name;
  if (const auto* bare = std::get_if<formats::SavedBareConcreteFunction>(&value)) {
    name = bare->concrete_function;
  } else if (const auto* saved = std::get_if<formats::SavedFunction>(&value)) {
    if (saved->concrete_functions.size() == 1) name = saved->concrete_functions[0];
  }
  const auto concrete = objects_.concrete_functions.find(name);
  if (concrete == objects_.concrete_functions.end()) return {};
  std::vector<const formats::StructuredValue*> tensors;
  flatten(concrete->second.input_signature, tensors);
  std::vector<std::string> out;
  for (const formats::StructuredValue* tensor : tensors) out.push_back(tensor->text);
  return out;
}

// One of the functions that a call was traced to; without a name where that is not usable.
Revival::Function Revival::function(const std::string& name, bool with_losses, Calls& calls,
                                    bool& training) {
  const auto concrete = objects_.concrete_functions.find(name);
  const auto def = library_.find(name);
  if (concrete == objects_.concrete_functions.end() || def == library_.end()) return {};
  const formats::SavedConcreteFunction& traced = concrete->second;
  Function out;
  training = has_true(traced.input_signature);
  const auto copy = [](const formats::StructuredValue& from,
                       std::vector<formats::StructuredValue>& to) {
    std::vector<const formats::StructuredValue*> found;
    flatten(from, found);
    for (const formats::StructuredValue* tensor : found) to.push_back(*tensor);
  };
  copy(traced.input_signature, out.inputs);
  copy(traced.output_signature, out.results);
  for (const int32_t node : traced.bound_inputs) {
    const auto& object = objects_.nodes[static_cast<size_t>(node)];
    if (!std::holds_alternative<formats::SavedVariable>(object.value)) {
      calls.why = "it needs more than variables: a table or a constant";
      return {};
    }
    out.captured.push_back(variable(node));
  }
  for (const ArgDef& output : def->second->outputs) out.outputs.push_back(output.type);
  if (out.inputs.size() + out.captured.size() != def->second->inputs.size() ||
      out.results.size() != out.outputs.size()) {
    calls.why = "its call takes or gives more than tensors";
    return {};
  }
  const auto& parts = traced.output_signature.children;
  const bool pair = with_losses && parts.size() == 2;
  if (pair) {
    std::vector<const formats::StructuredValue*> losses;
    flatten(parts[1], losses);
    out.losses = losses.size();
  }
  if (!training) calls.result = pair ? parts[0] : traced.output_signature;
  out.name = name;
  return out;
}

}  // namespace rill::io
