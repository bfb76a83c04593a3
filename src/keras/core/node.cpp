#include "keras/core/node.h"

#include <algorithm>

#include "base/fail.h"

namespace rill::keras {

Argument Argument::of_tensor(int number) {
  Argument a;
  a.kind = Kind::tensor;
  a.tensor = number;
  return a;
}

Argument Argument::of_constant(Json value) {
  Argument a;
  a.kind = value.is_null() ? Kind::none : Kind::constant;
  a.constant = std::move(value);
  return a;
}

Argument Argument::of_list(std::vector<Argument> items) {
  Argument a;
  a.kind = Kind::list;
  a.items = std::move(items);
  return a;
}

CallSpec CallSpec::of_inputs(size_t count, bool as_list) {
  std::vector<Argument> items;
  for (size_t i = 0; i < count; ++i) items.push_back(Argument::of_tensor(static_cast<int>(i)));
  CallSpec spec;
  if (as_list) {
    spec.args.push_back(Argument::of_list(std::move(items)));
  } else {
    spec.args = std::move(items);
  }
  return spec;
}

const Argument* CallSpec::keyword(std::string_view name) const {
  for (const auto& [key, value] : kwargs) {
    if (key == name) return &value;
  }
  return nullptr;
}

const Argument* CallSpec::find(size_t position, std::string_view name) const {
  return position < args.size() ? &args[position] : keyword(name);
}

namespace {
void renumber(Argument& a, const std::vector<int>& to) {
  if (a.is_tensor()) a.tensor = to[static_cast<size_t>(a.tensor)];
  for (Argument& item : a.items) renumber(item, to);
}
}  // namespace

bool take_masks(const CallSpec& spec, const Values& inputs, CallSpec& rest, Values& values,
                Values& masks) {
  const Argument* given = spec.keyword("mask");
  if (!given || (given->kind != Argument::Kind::tensor && given->kind != Argument::Kind::list)) {
    return false;
  }
  const std::vector<Argument> one{*given};
  const std::vector<Argument>& items = given->is_tensor() ? one : given->items;
  std::vector<bool> taken(inputs.size(), false);
  for (const Argument& item : items) {
    if (item.is_tensor()) taken[static_cast<size_t>(item.tensor)] = true;
    masks.push_back(item.is_tensor() ? inputs[static_cast<size_t>(item.tensor)] : Value());
  }
  std::vector<int> to(inputs.size(), -1);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (taken[i]) continue;
    to[i] = static_cast<int>(values.size());
    values.push_back(inputs[i]);
  }
  masks.resize(values.size());
  rest = spec;
  rest.mask_was_given = true;
  std::erase_if(rest.kwargs, [](const auto& pair) { return pair.first == "mask"; });
  for (Argument& a : rest.args) renumber(a, to);
  for (auto& [key, a] : rest.kwargs) renumber(a, to);
  return true;
}

namespace {
bool has_tensor(const Argument& a) {
  return a.is_tensor() || std::any_of(a.items.begin(), a.items.end(), has_tensor);
}
}  // namespace

Value mask_of_first(const CallContext& context) {
  const CallSpec* spec = context.spec;
  if (spec == nullptr || spec->of_keras2 || spec->mask_was_given) return context.mask(0);
  auto tensors = std::count_if(spec->args.begin(), spec->args.end(), has_tensor);
  tensors += std::count_if(spec->kwargs.begin(), spec->kwargs.end(),
                           [](const auto& pair) { return has_tensor(pair.second); });
  return tensors > 1 ? Value() : context.mask(0);
}

bool is_mask_argument(const CallSpec& spec, int input) {
  for (const auto& [key, a] : spec.kwargs) {
    if (a.is_tensor() && a.tensor == input) return key.ends_with("_mask");
  }
  // Only attention takes masks by position, behind query, value and key.
  for (size_t i = 3; i < spec.args.size(); ++i) {
    if (spec.args[i].is_tensor() && spec.args[i].tensor == input) return true;
  }
  return false;
}

std::shared_ptr<Node> Node::attach(const std::shared_ptr<Layer>& layer, Node node) {
  auto made = std::make_shared<Node>(std::move(node));
  made->layer = LayerPtr(layer);
  made->index = static_cast<int>(layer->inbound_nodes_.size());
  layer->inbound_nodes_.push_back(made);
  return made;
}

const Shape& KerasTensor::shape() const {
  return node_->outputs[static_cast<size_t>(index_)].shape;
}
DType KerasTensor::dtype() const { return node_->outputs[static_cast<size_t>(index_)].dtype; }
const std::string& KerasTensor::name() const {
  return node_->outputs[static_cast<size_t>(index_)].name;
}

}  // namespace rill::keras
