#include "keras/saving/layer_graph.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "base/fail.h"
#include "keras/layers/input_layer.h"
#include "keras/models/model_layer.h"
#include "keras/saving/call_parser.h"

namespace rill::keras {
namespace {

// A model that is called with a dictionary takes each tensor as the input of that name; those of
// other names by their sorted keys, as Keras flattens a dictionary.
void take_by_names(const ModelLayer& model, ParsedCall& call) {
  if (call.spec.args.size() != 1 || call.spec.args[0].kind != Argument::Kind::map) return;
  Argument& given = call.spec.args[0];
  std::vector<std::string> keys = given.keys, names = model.input_names();
  std::sort(keys.begin(), keys.end());
  if (std::is_permutation(names.begin(), names.end(), keys.begin(), keys.end())) keys = names;
  const bool tensors = std::all_of(given.items.begin(), given.items.end(),
                                   [](const Argument& item) { return item.is_tensor(); });
  if (!tensors || keys.size() != call.inputs.size()) return;
  std::vector<KerasTensor> ordered;
  for (const std::string& key : keys) {
    const auto at = std::find(given.keys.begin(), given.keys.end(), key) - given.keys.begin();
    int& tensor = given.items[static_cast<size_t>(at)].tensor;
    ordered.push_back(call.inputs[static_cast<size_t>(tensor)]);
    tensor = static_cast<int>(ordered.size()) - 1;
  }
  call.inputs = std::move(ordered);
}

}  // namespace

void LayerGraph::add(LayerPtr layer, const std::string& name, const Json& json) {
  static const Json& none = *new Json(Json::array());
  const Json* calls = json.find("inbound_nodes");
  Item item;
  item.class_name = layer->class_name();
  item.calls = calls && calls->is_array() ? calls : &none;
  if (!by_name_.emplace(name, items_.size()).second) {
    fail(Code::invalid_argument, "two layers of the model are named ", quoted(name));
  }
  if (auto input = std::dynamic_pointer_cast<InputLayer>(layer.get())) {
    input->set_name(name);
    item.made.push_back({input->output()});
  }
  item.layer = std::move(layer);
  items_.push_back(std::move(item));
}

// A nested functional model counts the call that made it as 0: in all references of Keras 2
// (Sequential as well, once it has an input), in output_layers of Keras 3.
std::optional<KerasTensor> LayerGraph::find(const std::string& name, int64_t node, int64_t tensor) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  if (tensor < 0) return KerasTensor();
  const Item& item = items_[found->second];
  const auto* nested = dynamic_cast<const ModelLayer*>(&*item.layer);
  const bool counts = flavour_ != Flavour::keras3
                          ? nested && !nested->inputs().empty()
                          : at_the_end_ && nested && !nested->is_sequential();
  if (counts && node > 0) --node;
  if (node < 0) return KerasTensor();
  if (static_cast<size_t>(node) >= item.made.size()) {
    awaited_ = {found->second, static_cast<size_t>(node)};
    return KerasTensor();
  }
  const auto& outputs = item.made[static_cast<size_t>(node)];
  if (static_cast<size_t>(tensor) >= outputs.size()) {
    fail(Code::invalid_argument, "layer ", quoted(name), " has ", outputs.size(),
         " outputs; the config asks for output ", tensor);
  }
  return outputs[static_cast<size_t>(tensor)];
}

bool LayerGraph::call_next(Item& item) {
  const Json& node = item.calls->at(item.next);
  if (!node.is_array() || node.size() > 0) {
    const auto place = [this](const std::string& name, int64_t call, int64_t tensor) {
      return find(name, call, tensor);
    };
    std::optional<ParsedCall> call = parse_call(node, item.class_name, place);
    if (!call) return false;
    if (const auto* nested = dynamic_cast<const ModelLayer*>(&*item.layer)) {
      take_by_names(*nested, *call);
    }
    item.made.push_back(item.layer->record(std::move(call->inputs), call->spec));
  }
  ++item.next;
  return true;
}

void LayerGraph::make_calls() {
  // A layer that lacks an input is looked at again when that is made: configs come in any order.
  std::map<Awaited, std::vector<size_t>> waiting;
  std::deque<size_t> ready;
  for (size_t i = 0; i < items_.size(); ++i) ready.push_back(i);
  for (; !ready.empty(); ready.pop_front()) {
    const size_t index = ready.front();
    Item& item = items_[index];
    size_t told = item.made.size();
    awaited_.reset();
    while (item.next < item.calls->size() && call_next(item)) {
    }
    if (item.next < item.calls->size() && awaited_) waiting[*awaited_].push_back(index);
    for (; told < item.made.size(); ++told) {
      const auto woken = waiting.extract({index, told});
      if (woken) ready.insert(ready.end(), woken.mapped().begin(), woken.mapped().end());
    }
  }
  for (const Item& item : items_) {
    if (item.next < item.calls->size()) {
      fail(Code::invalid_argument, "the graph of the model has a loop or a missing input: layer ",
           quoted(item.layer->name()), " cannot be called");
    }
  }
  at_the_end_ = true;
}

Json LayerGraph::collect(const Json& json, int depth, Ends& ends) {
  if (depth > 8) fail(Code::invalid_argument, "the model's outputs are nested too deep");
  if (json.is_object()) {
    // Keras flattens a dictionary by its sorted keys, and the layers' order follows the outputs.
    std::map<std::string_view, Json> sorted;
    for (const auto& [key, value] : json.as_object()) sorted.emplace(key, value);
    for (auto& [key, value] : sorted) {
      value = collect(value, depth + 1, ends);
      ends.names.emplace_back(key);
    }
    Json out = Json::object();
    for (const auto& [key, value] : json.as_object()) out.set(key, std::move(sorted.at(key)));
    return out;
  }
  if (json.is_array() && json.size() == 3 && json.at(size_t{0}).is_string()) {
    const std::string& name = json.at(size_t{0}).as_string();
    const auto found = find(name, json.at(1).as_int(), json.at(2).as_int());
    if (!found || !*found) {
      fail(Code::invalid_argument, "the model's inputs or outputs name ", quoted(name), " call ",
           json.at(1).as_int(), ", which does not exist");
    }
    ends.tensors.push_back(*found);
    return static_cast<int64_t>(ends.tensors.size() - 1);
  }
  Json out = Json::array();
  for (const Json& item : json.as_array()) out.push_back(collect(item, depth + 1, ends));
  return out;
}

LayerGraph::Ends LayerGraph::ends(const Json& json) {
  Ends out;
  out.structure = collect(json, 0, out);
  return out;
}

std::vector<KerasTensor> LayerGraph::ancillary() const {
  std::vector<KerasTensor> out;
  for (const Item& item : items_) {
    if (item.class_name != "AddLoss" && item.class_name != "AddMetric") continue;
    for (const auto& made : item.made) out.insert(out.end(), made.begin(), made.end());
  }
  return out;
}

}  // namespace rill::keras
