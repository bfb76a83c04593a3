#include "exec/prune.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/fail.h"
#include "op/import.h"
#include "op/node_access.h"
#include "op/registry.h"

namespace rill {
namespace {

// The flat position of `index` among the arguments, and whether that argument is a ref.
bool is_ref_at(const std::vector<ArgDef>& args, const Node& node, size_t index) {
  if (std::none_of(args.begin(), args.end(), [](const ArgDef& a) { return a.is_ref; })) {
    return false;
  }
  const NodeAccess access(*node.def, node.attrs, node.name);
  size_t at = 0;
  for (const ArgDef& arg : args) {
    size_t count = 1;
    if (!arg.type_list_attr.empty()) {
      count = access.attr<std::vector<DType>>(arg.type_list_attr).size();
    } else if (!arg.number_attr.empty()) {
      count = static_cast<size_t>(access.attr<int64_t>(arg.number_attr));
    }
    if (index < at + count) return arg.is_ref;
    at += count;
  }
  return false;
}

int add_arg(GraphImpl& graph, const Node& source, int output, int index) {
  if (source.op == "_Arg") {  // a program that is pruned again: the argument stays as it is
    Node same = source;
    same.attrs.set("index", int64_t{index});
    return graph.add_node(std::move(same));
  }
  Node arg;
  arg.op = "_Arg";
  arg.def = &require_op("_Arg");
  arg.name = free_name(graph, "feed/" + source.name + (output ? str("_", output) : ""));
  const auto port = static_cast<size_t>(output);
  // An unknown op that is fed: its type is that of the feed.
  const DType dtype =
      port < source.output_dtypes.size() ? source.output_dtypes[port] : DType::invalid;
  arg.attrs.set("T", dtype);
  arg.attrs.set("index", int64_t{index});
  arg.output_dtypes = {dtype};
  arg.output_shapes = {source.output_shapes.size() > static_cast<size_t>(output)
                           ? source.output_shapes[static_cast<size_t>(output)]
                           : Shape::unknown_rank()};
  return graph.add_node(std::move(arg));
}

void report_missing(const GraphImpl& graph, const std::map<std::string, int>& missing) {
  if (missing.empty()) return;
  std::string list;
  for (const auto& [op, node] : missing) {
    append_to(list,
              str(list.empty() ? "" : ", ", op, " (node ", quoted(graph.node(node).name), ")"));
  }
  fail(Code::unimplemented, "the graph needs ", missing.size(),
       missing.size() == 1 ? " op that rill lacks: " : " ops that rill lacks: ", list);
}

}  // namespace

bool input_is_ref(const Node& node, size_t input) {
  return node.def != nullptr && is_ref_at(node.def->inputs, node, input);
}

bool output_is_ref(const Node& node, size_t output) {
  return node.def != nullptr && is_ref_at(node.def->outputs, node, output);
}

namespace {

// Puts what a run needs of a graph into a program of its own.
class Pruner {
 public:
  explicit Pruner(const ProgramSpec& spec) : spec_(spec), from_(*spec.graph) {
    for (size_t i = 0; i < spec.feeds.size(); ++i) {
      const Endpoint& feed = spec.feeds[i];
      const bool first = feed_index_.emplace(feed, static_cast<int>(i)).second;
      const std::string& op = from_.node(feed.node).op;
      const bool placeholder = op == "Placeholder" || op == "PlaceholderV2" || op == "_Arg";
      if (first && placeholder && feed.output == 0) {
        placeholder_feeds_.emplace(feed.node, static_cast<int>(i));
      }
    }
  }

  // `take(id)` gives a node of the graph, which is not looked at again.
  template <typename Take>
  ProgramGraph run(const Take& take) {
    find_needed();
    begin();
    for (int id = 0; id < from_.num_nodes(); ++id) {
      if (is_needed(id)) add(take(id));
    }
    for (const Endpoint& e : spec_.fetches) program_.fetches.push_back(mapped(e));
    for (const int id : spec_.targets) program_.targets.push_back(copied(id));
    return std::move(program_);
  }

 private:
  bool is_needed(int id) const { return needed_[static_cast<size_t>(id)] != 0; }
  int copied(int id) const { return copied_[static_cast<size_t>(id)]; }

  Endpoint mapped(const Endpoint& e) const {
    if (const auto feed = feed_index_.find(e); feed != feed_index_.end()) {
      return {program_.args[static_cast<size_t>(feed->second)], 0};
    }
    return {copied(e.node), e.output};
  }

  void find_needed() {
    needed_.assign(static_cast<size_t>(from_.num_nodes()), 0);
    std::vector<int> open;
    const auto need = [&](int id) {
      if (std::exchange(needed_[static_cast<size_t>(id)], 1) == 0) open.push_back(id);
    };
    for (const Endpoint& e : spec_.fetches) {
      if (!feed_index_.contains(e)) need(e.node);
    }
    for (const int id : spec_.targets) need(id);
    std::map<std::string, int> missing;
    while (!open.empty()) {
      const int id = open.back();
      open.pop_back();
      const Node& node = from_.node(id);
      if (node.def == nullptr && !from_.library->functions.contains(node.op)) {
        missing.emplace(node.op, id);
      }
      for (const Endpoint& e : node.inputs) {
        if (!feed_index_.contains(e)) need(e.node);
      }
      for (const int c : node.controls) {
        if (!placeholder_feeds_.contains(c)) need(c);
      }
    }
    report_missing(from_, missing);
  }

  // The arguments come first; then each node gets its place, so that edges can be drawn at once.
  void begin() {
    program_.graph = std::make_shared<GraphImpl>();
    GraphImpl& to = *program_.graph;
    to.library.own(from_.library.owner());
    to.seed = from_.seed;
    to.bound_resources = from_.bound_resources;
    for (size_t i = 0; i < spec_.feeds.size(); ++i) {
      const Endpoint& feed = spec_.feeds[i];
      program_.args.push_back(add_arg(to, from_.node(feed.node), feed.output, static_cast<int>(i)));
    }
    copied_.assign(static_cast<size_t>(from_.num_nodes()), -1);
    int next = to.num_nodes();
    for (int id = 0; id < from_.num_nodes(); ++id) {
      if (is_needed(id)) copied_[static_cast<size_t>(id)] = next++;
    }
  }

  void add(Node node) {
    node.partials.clear();
    for (Endpoint& e : node.inputs) e = mapped(e);
    for (int& c : node.controls) {
      const auto feed = placeholder_feeds_.find(c);
      c = feed == placeholder_feeds_.end() ? copied(c)
                                           : program_.args[static_cast<size_t>(feed->second)];
    }
    program_.graph->add_node(std::move(node));
  }

  const ProgramSpec& spec_;
  const GraphImpl& from_;
  std::map<Endpoint, int> feed_index_;
  // What waits for a fed placeholder waits for its value (TensorFlow's FeedInputs in
  // graph/subgraph.cc); any other fed op runs for those that wait for it.
  std::map<int, int> placeholder_feeds_;
  std::vector<char> needed_;
  std::vector<int> copied_;  // by id in the graph; -1: not needed
  ProgramGraph program_;
};

}  // namespace

std::string free_name(GraphImpl& graph, const std::string& wanted) {
  return graph.find(wanted) < 0 ? wanted : graph.unique_name(wanted);
}

ProgramGraph prune(const ProgramSpec& spec) {
  std::lock_guard lock(spec.graph->mutex());
  return Pruner(spec).run([&](int id) { return spec.graph->node(id); });
}

namespace {

// The ref whose memory an Identity gives on, with what it waits for; nothing for other nodes.
struct Alias {
  Endpoint ref;
  std::vector<int> controls;
};
std::optional<Alias> alias_of(const GraphImpl& graph, Endpoint e) {
  constexpr int kLongest = 16;
  Alias out;
  for (int i = 0; i < kLongest; ++i) {
    const Node& node = graph.node(e.node);
    if (node.op != "Identity" || node.inputs.empty()) return {};
    out.controls.insert(out.controls.end(), node.controls.begin(), node.controls.end());
    e = node.inputs[0];
    if (!output_is_ref(graph.node(e.node), static_cast<size_t>(e.output))) continue;
    out.ref = e;
    return out;
  }
  return {};
}

}  // namespace

void insert_ref_reads(ProgramGraph& program) {
  GraphImpl& graph = *program.graph;
  const int n = graph.num_nodes();
  // In TensorFlow an Identity of a ref shares its memory: whoever waits for an update before it
  // uses the Identity sees the new value, however early that ran. So do moving averages that are
  // applied behind a training step.
  std::map<std::pair<int, size_t>, Alias> late;
  for (int id = 0; id < n; ++id) {
    const Node& node = graph.node(id);
    // A Switch waits for its condition, too.
    const bool waits_for_condition = node.op == "Switch" && node.inputs.size() == 2;
    if (node.controls.empty() && !waits_for_condition) continue;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      auto alias = alias_of(graph, node.inputs[i]);
      if (!alias) continue;
      if (waits_for_condition && i == 0) alias->controls.push_back(node.inputs[1].node);
      late.emplace(std::pair(id, i), *std::move(alias));
    }
  }
  const auto read = [&](Endpoint e, const std::vector<int>& controls) -> Endpoint {
    const Node& from = graph.node(e.node);
    Node node;
    node.op = "_RefRead";
    node.def = &require_op("_RefRead");
    node.name = free_name(graph, from.name + "/value");
    const DType dtype = from.output_dtypes[static_cast<size_t>(e.output)];
    node.attrs.set("T", dtype);
    node.inputs = {e};
    node.controls = controls;
    node.output_dtypes = {dtype};
    const auto port = static_cast<size_t>(e.output);
    node.output_shapes = {port < from.output_shapes.size() ? from.output_shapes[port]
                                                           : Shape::unknown_rank()};
    return {graph.add_node(std::move(node)), 0};
  };
  for (int id = 0; id < n; ++id) {
    for (size_t i = 0; i < graph.node(id).inputs.size(); ++i) {
      const Endpoint e = graph.node(id).inputs[i];
      if (!output_is_ref(graph.node(e.node), static_cast<size_t>(e.output))) continue;
      if (input_is_ref(graph.node(id), i)) continue;
      const Endpoint value = read(e, graph.node(id).controls);
      graph.mutable_node(id).inputs[i] = value;
    }
  }
  for (auto& [use, alias] : late) {
    const auto& [id, i] = use;
    const std::vector<int>& waits = graph.node(id).controls;
    alias.controls.insert(alias.controls.end(), waits.begin(), waits.end());
    std::sort(alias.controls.begin(), alias.controls.end());
    alias.controls.erase(std::unique(alias.controls.begin(), alias.controls.end()),
                         alias.controls.end());
    const Endpoint value = read(alias.ref, alias.controls);
    graph.mutable_node(id).inputs[i] = value;
  }
  for (Endpoint& e : program.fetches) {
    if (output_is_ref(graph.node(e.node), static_cast<size_t>(e.output))) e = read(e, {});
  }
}

void compact(ProgramGraph& program) {
  ProgramSpec spec;
  spec.graph = program.graph;
  for (const int id : program.args) spec.feeds.push_back({id, 0});
  spec.fetches = program.fetches;
  spec.targets = program.targets;
  // The feeds keep their nodes: names stay, and `index` is still right.
  GraphImpl& old = *spec.graph;
  std::lock_guard lock(old.mutex());
  program = Pruner(spec).run([&](int id) { return std::move(old.mutable_node(id)); });
}

}  // namespace rill
