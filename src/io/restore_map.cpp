#include "io/restore_map.h"

#include <charconv>

#include "base/fail.h"
#include "exec/prune.h"

namespace rill::io {
namespace {

constexpr int kMostHops = 16;

const Tensor* constant_of(const GraphImpl& graph, Endpoint e) {
  for (int hop = 0; hop < kMostHops; ++hop) {
    const Node& node = graph.node(e.node);
    if (node.op == "Identity" && !node.inputs.empty()) {
      e = node.inputs[0];
      continue;
    }
    const AttrValue* value = node.op == "Const" ? node.attrs.find("value") : nullptr;
    return value ? value->get_if<Tensor>() : nullptr;
  }
  return nullptr;
}

std::string text_at(const Tensor* t, size_t i) {
  if (t == nullptr || t->dtype() != DType::string || static_cast<int64_t>(i) >= t->size())
    return "";
  return t->data<std::string>()[i];
}

// Back from the value that is assigned to the restored tensor it is.
bool restored(const GraphImpl& graph, Endpoint e, Saver::Item& item) {
  for (int hop = 0; hop < kMostHops; ++hop) {
    const Node& node = graph.node(e.node);
    std::string slice;
    if (node.op == "RestoreV2" && node.inputs.size() >= 3) {
      const auto i = static_cast<size_t>(e.output);
      item.key = text_at(constant_of(graph, node.inputs[1]), i);
      slice = text_at(constant_of(graph, node.inputs[2]), i);
    } else if ((node.op == "Restore" || node.op == "RestoreSlice") && node.inputs.size() >= 2) {
      item.key = text_at(constant_of(graph, node.inputs[1]), 0);
      if (node.op == "RestoreSlice") slice = text_at(constant_of(graph, node.inputs[2]), 0);
    } else if ((node.op == "Identity" || node.op == "Reshape" || node.op == "Cast") &&
               !node.inputs.empty()) {
      e = node.inputs[0];
      continue;
    } else {
      return false;
    }
    if (!slice.empty()) parse_slice_spec(slice, item);
    return !item.key.empty();
  }
  return false;
}

// The node of the variable behind a handle or ref.
std::string variable_behind(const GraphImpl& graph, Endpoint e) {
  for (int hop = 0; hop < kMostHops; ++hop) {
    const Node& node = graph.node(e.node);
    if (node.op == "VarHandleOp" || node.op == "VariableV2" || node.op == "Variable") {
      return node.name;
    }
    if (node.op != "Identity" || node.inputs.empty()) return "";
    e = node.inputs[0];
  }
  return "";
}

int64_t number(std::string_view text, const std::string& spec) {
  int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || value < 0) {
    fail(Code::data_loss, "the slice ", quoted(spec), " of a partitioned variable is not valid");
  }
  return value;
}

}  // namespace

void parse_slice_spec(const std::string& spec, Saver::Item& item) {
  std::vector<std::string_view> words;
  std::string_view rest = spec;
  while (!rest.empty()) {
    const size_t space = rest.find(' ');
    words.push_back(rest.substr(0, space));
    rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
  }
  if (words.empty()) return;
  for (size_t i = 0; i + 1 < words.size(); ++i) item.full_shape.push_back(number(words[i], spec));
  std::string_view slices = words.back();
  while (item.offset.size() < item.full_shape.size()) {
    const size_t colon = slices.find(':');
    const std::string_view part = slices.substr(0, colon);
    const size_t comma = part.find(',');
    item.offset.push_back(part == "-" ? 0 : number(part.substr(0, comma), spec));
    if (colon == std::string_view::npos) break;
    slices = slices.substr(colon + 1);
  }
  if (item.offset.size() != item.full_shape.size()) {
    fail(Code::data_loss, "the slice ", quoted(spec), " of a partitioned variable is not valid");
  }
}

std::vector<Saver::Item> restore_map(const std::shared_ptr<GraphImpl>& graph,
                                     const std::string& restore_op) {
  const auto [name, port] = split_tensor_name(restore_op);
  const int id = graph->find(name);
  if (id < 0) return {};
  ProgramSpec spec;
  spec.graph = graph;
  spec.targets = {id};
  ProgramGraph program = prune(spec);
  inline_calls(program);
  const GraphImpl& flat = *program.graph;
  std::vector<Saver::Item> items;
  for (int n = 0; n < flat.num_nodes(); ++n) {
    const Node& node = flat.node(n);
    if ((node.op != "Assign" && node.op != "AssignVariableOp") || node.inputs.size() < 2) continue;
    Saver::Item item;
    item.operation = variable_behind(flat, node.inputs[0]);
    if (item.operation.empty() || !restored(flat, node.inputs[1], item)) continue;
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace rill::io
