#include "graph/graph.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.h"
#include "base/fail.h"

namespace rill {
namespace {

// The name and all scopes around it.
void use_name(std::string_view name, std::unordered_map<std::string, int>& used) {
  const std::string key = ascii::lower(std::string(name));
  used.emplace(key, 1);
  for (size_t slash = key.find('/'); slash != std::string::npos; slash = key.find('/', slash + 1)) {
    used.emplace(key.substr(0, slash), 1);
  }
}

}  // namespace

bool PartialValue::fully_known() const {
  return std::none_of(items.begin(), items.end(), [](int64_t v) { return v == kUnknown; });
}

std::shared_ptr<FunctionLibrary> LibraryRef::owner() const {
  if (owned_) return owned_;
  auto library = borrowed_.lock();
  if (!library) fail(Code::internal, "the body of a function has outlived its library");
  return library;
}

int GraphImpl::add_node(Node node) {
  std::lock_guard lock(mutex_);
  if (finalized) {
    fail(Code::failed_precondition, "the graph is finalized and cannot be modified; node ",
         quoted(node.name), " was not added");
  }
  const int id = static_cast<int>(nodes_.size());
  if (!by_name_.emplace(node.name, id).second) {
    fail(Code::already_exists, "the graph already has a node ", quoted(node.name));
  }
  if (!used_names_.empty()) use_name(node.name, used_names_);
  node.id = id;
  nodes_.push_back(std::move(node));
  ++version;
  return id;
}

int GraphImpl::find(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto it = by_name_.find(std::string(name));
  return it == by_name_.end() ? -1 : it->second;
}

std::vector<std::string> GraphImpl::node_names() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  names.reserve(nodes_.size());
  for (const Node& node : nodes_) names.push_back(node.name);
  return names;
}

std::string GraphImpl::unique_name(std::string_view wanted) {
  std::lock_guard lock(mutex_);
  // Most graphs are never asked for a name: the table is made when one is.
  if (used_names_.empty()) {
    for (const Node& node : nodes_) use_name(node.name, used_names_);
  }
  std::string name(wanted);
  if (used_names_.contains(ascii::lower(name))) {
    int& next = used_names_[ascii::lower(name)];
    do {
      name = str(wanted, "_", next++);
    } while (used_names_.contains(ascii::lower(name)));
  }
  used_names_.emplace(ascii::lower(name), 1);
  return name;
}

Tensor GraphImpl::tensor(Endpoint e) {
  std::lock_guard lock(mutex_);
  const Node& n = node(e.node);
  const auto i = static_cast<size_t>(e.output);
  return Tensor::symbolic(shared_from_this(), e.node, e.output,
                          i < n.output_dtypes.size() ? n.output_dtypes[i] : DType::invalid,
                          i < n.output_shapes.size() ? n.output_shapes[i] : Shape::unknown_rank());
}

void GraphImpl::truncate(int first) {
  std::lock_guard lock(mutex_);
  while (num_nodes() > first) {
    by_name_.erase(nodes_.back().name);
    used_names_.erase(
        ascii::lower(std::move(nodes_.back().name)));  // no copy: memory may have ended
    nodes_.pop_back();
  }
  ++version;
}

std::pair<std::string, int> split_tensor_name(std::string_view name) {
  const size_t colon = name.rfind(':');
  if (colon == std::string_view::npos) return {std::string(name), 0};
  int port = 0;
  const char* end = name.data() + name.size();
  const auto result = std::from_chars(name.data() + colon + 1, end, port);
  if (result.ec != std::errc() || result.ptr != end || port < 0) {
    fail(Code::invalid_argument, quoted(name),
         " is not a tensor name; expected \"<op_name>:<output_index>\"");
  }
  return {std::string(name.substr(0, colon)), port};
}

bool may_wait(const Node& node) {
  return node.op.starts_with("QueueDequeue") || node.op.starts_with("ReaderRead");
}

std::vector<int> topological_order(const GraphImpl& graph) {
  const int n = graph.num_nodes();
  const auto size = static_cast<size_t>(n);
  // The consumers of node i are consumers[first[i]] up to consumers[first[i + 1]].
  std::vector<int> pending(size, 0);
  std::vector<int> first(size + 2, 0);
  const auto for_edges = [&](auto&& edge) {
    for (int id = 0; id < n; ++id) {
      const Node& node = graph.node(id);
      for (const Endpoint& e : node.inputs) edge(static_cast<size_t>(e.node), id);
      for (const int c : node.controls) edge(static_cast<size_t>(c), id);
    }
  };
  std::vector<char> goes_back(size, 0);
  for (int id = 0; id < n; ++id) {
    const std::string& op = graph.node(id).op;
    goes_back[static_cast<size_t>(id)] = op == "NextIteration" || op == "RefNextIteration";
  }
  for_edges([&](size_t from, int id) {
    if (goes_back[from]) return;
    ++pending[static_cast<size_t>(id)];
    ++first[from + 2];
  });
  for (size_t i = 2; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<int> consumers(static_cast<size_t>(first.back()));
  for_edges([&](size_t from, int id) {
    if (!goes_back[from]) consumers[static_cast<size_t>(first[from + 1]++)] = id;
  });
  std::vector<int> order;
  std::vector<int> late;  // taken, first come first served, only when nothing else is left
  size_t next_late = 0;
  order.reserve(static_cast<size_t>(n));
  const auto ready = [&](int id) { (may_wait(graph.node(id)) ? late : order).push_back(id); };
  for (int id = 0; id < n; ++id) {
    if (pending[static_cast<size_t>(id)] == 0) ready(id);
  }
  for (size_t i = 0; i < order.size() || next_late < late.size(); ++i) {
    if (i == order.size()) order.push_back(late[next_late++]);
    const auto from = static_cast<size_t>(order[i]);
    for (int k = first[from]; k < first[from + 1]; ++k) {
      const int c = consumers[static_cast<size_t>(k)];
      if (--pending[static_cast<size_t>(c)] == 0) ready(c);
    }
  }
  if (static_cast<int>(order.size()) != n) {
    for (int id = 0; id < n; ++id) {
      if (pending[static_cast<size_t>(id)] > 0) {
        fail(Code::invalid_argument, "the graph has a cycle through node ",
             quoted(graph.node(id).name));
      }
    }
  }
  return order;
}

std::string dump(const GraphImpl& graph) {
  std::string out;
  for (int id = 0; id < graph.num_nodes(); ++id) {
    const Node& node = graph.node(id);
    append_to(out, str(node.name, " = ", node.op, "("));
    const char* comma = "";
    for (const Endpoint& e : node.inputs) {
      append_to(out, str(comma, graph.node(e.node).name));
      if (e.output != 0) append_to(out, str(":", e.output));
      comma = ", ";
    }
    for (const int c : node.controls) {
      append_to(out, str(comma, "^", graph.node(c).name));
      comma = ", ";
    }
    out += ")";
    comma = " {";
    for (const auto& [name, value] : node.attrs) {
      append_to(out, str(comma, name, "=", value.to_string()));
      comma = ", ";
    }
    out += node.attrs.empty() ? "\n" : "}\n";
  }
  return out;
}

std::vector<char> ancestors(const GraphImpl& graph, std::vector<int> nodes) {
  std::vector<char> found(static_cast<size_t>(graph.num_nodes()), 0);
  while (!nodes.empty()) {
    const int id = nodes.back();
    nodes.pop_back();
    if (std::exchange(found[static_cast<size_t>(id)], 1) != 0) continue;
    for (const Endpoint& e : graph.node(id).inputs) nodes.push_back(e.node);
  }
  return found;
}

}  // namespace rill
