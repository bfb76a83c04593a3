// Nodes that compute the same from the same become one.
#include <cstring>
#include <unordered_map>

#include "base/str.h"
#include "op/op_def.h"
#include "passes/passes.h"
#include "passes/rewriter.h"

namespace rill::passes {
namespace {

constexpr size_t kSmall = 256;  // bytes of a constant that are compared

template <typename T>
void append_bytes(std::string& key, const T& value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// False for a value that is not compared.
bool append_tensor(std::string& key, const Tensor& t) {
  if (!t.is_dense() || !is_plain(t.dtype())) return false;
  append_bytes(key, t.dtype());
  append_bytes(key, t.rank());
  for (const int64_t d : t.shape()) append_bytes(key, d);
  if (t.bytes() <= kSmall) {
    key.append(static_cast<const char*>(t.raw()), t.bytes());
  } else {
    // The tensor, not its elements: asking for them would copy what still lies in a file.
    append_bytes(key, t.rep());
  }
  return true;
}

struct AppendAttr {
  std::string& key;
  bool operator()(std::monostate) const { return true; }
  bool operator()(const std::string& v) const {
    append_bytes(key, v.size());
    key += v;
    return true;
  }
  bool operator()(int64_t v) const { return append_bytes(key, v), true; }
  bool operator()(float v) const { return append_bytes(key, v), true; }
  bool operator()(bool v) const { return append_bytes(key, v), true; }
  bool operator()(DType v) const { return append_bytes(key, v), true; }
  bool operator()(const Shape& v) const {
    append_bytes(key, v.rank());
    for (const int64_t d : v) append_bytes(key, d);
    return true;
  }
  bool operator()(const Tensor& v) const { return append_tensor(key, v); }
  bool operator()(const NameAttrList&) const { return false; }
  bool operator()(const AttrValue::EmptyList&) const { return true; }
  bool operator()(const AttrValue::Placeholder&) const { return false; }
  template <typename T>
  bool operator()(const std::vector<T>& list) const {
    append_bytes(key, list.size());
    bool same = true;
    for (const auto& item : list) same = same && (*this)(static_cast<const T&>(item));
    return same;
  }
};

// Equal keys: equal nodes. Empty: not to be merged.
std::string key_of(const Node& node) {
  if (node.def == nullptr || node.def->stateful || node.output_dtypes.empty()) return {};
  if (is_one_of(node.op, {"Placeholder", "PlaceholderV2", "Switch", "RefSwitch", "Merge",
                          "RefMerge", "Enter", "RefEnter", "Exit", "RefExit", "NextIteration",
                          "RefNextIteration", "LoopCond"})) {
    return {};
  }
  std::string key = node.op;
  for (const Endpoint& e : node.inputs) {
    append_bytes(key, e.node);
    append_bytes(key, e.output);
  }
  key += '^';
  for (const int c : node.controls) append_bytes(key, c);
  key += '{';
  for (const auto& [name, value] : node.attrs) {
    if (!name.empty() && name[0] == '_' && node.op[0] != '_') continue;  // notes of the exporter
    key += name;
    append_bytes(key, value.storage().index());
    if (!std::visit(AppendAttr{key}, value.storage())) return {};
  }
  return key;
}

}  // namespace

void common_subexpressions(ProgramGraph& program) {
  Rewriter graph(program);
  std::unordered_map<std::string, int> first;
  for (const int id : graph.order()) {
    if (!graph.alive(id)) continue;
    std::string key = key_of(graph.node(id));
    if (key.empty()) continue;
    const auto [it, is_new] = first.emplace(std::move(key), id);
    if (is_new || !graph.alive(it->second)) {
      it->second = id;
      continue;
    }
    const size_t outputs = graph.node(id).output_dtypes.size();
    for (size_t i = 0; i < outputs; ++i) {
      const int output = static_cast<int>(i);
      graph.replace({id, output}, {it->second, output});
    }
  }
}

}  // namespace rill::passes
