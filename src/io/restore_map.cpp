#include "io/restore_map.h"

#include <charconv>
#include <numeric>
#include <utility>

#include "base/fail.h"
#include "op/import.h"

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

// A graph that is looked at, and the call whose function it is the body of.
struct Scope {
  GraphImpl& graph;
  const Scope* outer = nullptr;
  const Node* call = nullptr;
};

// The node of the variable behind a handle or ref.
std::string variable_behind(const Scope* scope, Endpoint e) {
  for (int hop = 0; hop < kMostHops; ++hop) {
    const Node& node = scope->graph.node(e.node);
    if (node.op == "VarHandleOp" || node.op == "VariableV2" || node.op == "Variable") {
      return scope->outer == nullptr ? node.name : "";
    }
    size_t input = 0;
    if (node.op == "_Arg" && scope->outer != nullptr) {
      const AttrValue* index = node.attrs.find("index");
      input = static_cast<size_t>(*index->get_if<int64_t>());
      const Node& call = *scope->call;
      scope = scope->outer;
      if (input >= call.inputs.size()) return "";
      e = call.inputs[input];
      continue;
    }
    if (node.op != "Identity" || node.inputs.empty()) return "";
    e = node.inputs[0];
  }
  return "";
}

std::vector<int> ancestors_with_controls(const GraphImpl& graph, int id) {
  std::vector<char> found(static_cast<size_t>(graph.num_nodes()), 0);
  std::vector<int> stack{id};
  while (!stack.empty()) {
    const int next = stack.back();
    stack.pop_back();
    if (std::exchange(found[static_cast<size_t>(next)], 1) != 0) continue;
    const Node& node = graph.node(next);
    for (const Endpoint& e : node.inputs) stack.push_back(e.node);
    stack.insert(stack.end(), node.controls.begin(), node.controls.end());
  }
  std::vector<int> out;
  for (int n = 0; n < graph.num_nodes(); ++n) {
    if (found[static_cast<size_t>(n)]) out.push_back(n);
  }
  return out;
}

class Collector {
 public:
  // What the nodes assign, and the functions that they call.
  void visit(const Scope& scope, const std::vector<int>& nodes, int depth = 0) {
    budget_ -= static_cast<int64_t>(nodes.size());
    if (budget_ < 0 || depth > kMostHops) {
      fail(Code::resource_exhausted, "the calls that restore the variables are nested too deep");
    }
    for (const int n : nodes) {
      const Node& node = scope.graph.node(n);
      if (node.op == "Assign" || node.op == "AssignVariableOp") assigned(scope, node);
      const bool calls = node.op == "PartitionedCall" || node.op == "StatefulPartitionedCall";
      const AttrValue* f = calls ? node.attrs.find("f") : nullptr;
      const auto* function = f ? f->get_if<NameAttrList>() : nullptr;
      if (function == nullptr) continue;
      const auto body = function_body(scope.graph, *function);
      std::vector<int> all(static_cast<size_t>(body->graph->num_nodes()));
      std::iota(all.begin(), all.end(), 0);
      visit({*body->graph, &scope, &node}, all, depth + 1);
    }
  }

  std::vector<Saver::Item> items;

 private:
  void assigned(const Scope& scope, const Node& node) {
    if (node.inputs.size() < 2) return;
    Saver::Item item;
    item.operation = variable_behind(&scope, node.inputs[0]);
    if (!item.operation.empty() && restored(scope.graph, node.inputs[1], item)) {
      items.push_back(std::move(item));
    }
  }

  int64_t budget_ = 1'000'000;  // nodes
};

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
  Collector collector;
  collector.visit({*graph}, ancestors_with_controls(*graph, id));
  return std::move(collector.items);
}

}  // namespace rill::io
