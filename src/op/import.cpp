#include "op/import.h"

#include <algorithm>
#include <unordered_map>

#include "base/ascii.h"
#include "base/fail.h"
#include "op/registry.h"

namespace rill {
namespace {

bool valid_name(std::string_view name) {
  // tensorflow/core/graph/node_builder and node_def_util: [A-Za-z0-9._][A-Za-z0-9_.\\/>-]*
  if (name.empty()) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool first = ascii::is_alnum(c) || c == '.' || c == '_';
    if (i == 0 ? !first : !(first || c == '/' || c == '\\' || c == '>' || c == '-')) return false;
  }
  return true;
}

class Importer {
 public:
  Importer(const std::shared_ptr<GraphImpl>& graph, const GraphDef& def,
           const ImportOptions& options)
      : graph_(graph), def_(def), options_(options) {}

  std::vector<Tensor> run() {
    std::lock_guard lock(graph_->mutex());
    prefix_ = options_.prefix;
    while (!prefix_.empty() && prefix_.back() == '/') prefix_.pop_back();
    if (!prefix_.empty() && options_.uniquify_prefix) prefix_ = graph_->unique_name(prefix_);
    if (!prefix_.empty()) prefix_ += '/';
    first_ = graph_->num_nodes();
    // What TensorFlow 2.21 reads: tensorflow/core/public/version.h, TF_GRAPH_DEF_VERSION.
    constexpr int kGraphDefVersion = 2474;
    if (def_.min_consumer > kGraphDefVersion) {
      fail(Code::invalid_argument, "the graph needs a consumer of GraphDef version ",
           def_.min_consumer, "; this one is of version ", kGraphDefVersion);
    }
    try {
      add_functions();
      add_nodes();
      connect();
      infer();
      graph_->producer = std::max(graph_->producer, def_.producer);
      graph_->min_consumer = std::max(graph_->min_consumer, def_.min_consumer);
      return returned();
    } catch (...) {
      graph_->truncate(first_);
      for (const std::string& name : added_functions_) graph_->library->functions.erase(name);
      throw;
    }
  }

 private:
  void add_functions() {
    FunctionLibrary& library = *graph_->library;
    std::lock_guard lock(library.mutex);
    for (const FunctionDef& f : def_.functions) {
      const auto found = library.functions.find(f.name);
      if (found == library.functions.end()) {
        library.functions.emplace(f.name, std::make_shared<FunctionDef>(f));
        added_functions_.push_back(f.name);
      } else if (!same(*found->second, f)) {
        fail(Code::invalid_argument, "cannot add function ", quoted(f.name),
             ": a different function with the same name already exists");
      }
    }
    for (const auto& [name, gradient] : def_.gradients) library.gradients[name] = gradient;
  }

  static bool same(const FunctionDef& a, const FunctionDef& b) {
    return a.inputs.size() == b.inputs.size() && a.returns == b.returns &&
           std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(),
                      [](const NodeDef& x, const NodeDef& y) {
                        return x.name == y.name && x.op == y.op && x.inputs == y.inputs;
                      });
  }

  void add_nodes() {
    for (const NodeDef& def : def_.nodes) {
      if (!valid_name(def.name)) {
        fail(Code::invalid_argument, "node name ", quoted(def.name), " is not valid");
      }
      if (local_.contains(def.name)) {
        fail(Code::invalid_argument, "node ", quoted(def.name), " is there twice");
      }
      Node node;
      node.name = prefix_ + def.name;
      if (graph_->find(node.name) >= 0) {
        if (!options_.uniquify_names) {
          fail(Code::invalid_argument, "node name ", quoted(node.name),
               " already exists in the graph");
        }
        node.name = graph_->unique_name(node.name);
      }
      node.op = def.op;
      node.device = def.device;
      node.attrs = def.attrs;
      node.def = op_registry().find(def.op);
      if (!prefix_.empty()) prefix_colocation(node.attrs);
      if (def_.producer <= kPlaceholderShapes && node.op == "Placeholder")
        unknown_shape(node.attrs);
      if (node.def != nullptr) {
        complete_attrs(*node.def, node.attrs, node.name);
        node.output_dtypes = output_dtypes(*node.def, node.attrs, node.name);
      } else if (const auto f = graph_->library->functions.find(def.op);
                 f != graph_->library->functions.end()) {
        node.output_dtypes = function_output_types(*f->second, node.attrs);
      }
      local_.emplace(def.name, graph_->add_node(std::move(node)));
    }
  }

  // Old graphs write a scalar's shape where they mean that the shape is not known
  // (tensorflow/core/ops/array_ops.cc, Placeholder).
  static constexpr int kPlaceholderShapes = 21;
  static void unknown_shape(AttrMap& attrs) {
    const AttrValue* value = attrs.find("shape");
    const auto* shape = value ? value->get_if<Shape>() : nullptr;
    if (shape != nullptr && shape->rank() == 0) attrs.set("shape", Shape::unknown_rank());
  }

  void prefix_colocation(AttrMap& attrs) const {
    const AttrValue* value = attrs.find("_class");
    const auto* list = value ? value->get_if<std::vector<std::string>>() : nullptr;
    if (list == nullptr) return;
    std::vector<std::string> prefixed = *list;
    for (std::string& item : prefixed) {
      if (item.starts_with("loc:@")) item = "loc:@" + prefix_ + item.substr(5);
    }
    attrs.set("_class", std::move(prefixed));
  }

  void connect() {
    for (const NodeDef& def : def_.nodes) {
      const int id = local_.at(def.name);
      Node& node = graph_->mutable_node(id);
      bool controls = false;
      for (const std::string& input : def.inputs) {
        if (!input.empty() && input[0] == '^') {
          controls = true;
          node.controls.push_back(control(def, input.substr(1)));
        } else {
          if (controls) {
            fail(Code::invalid_argument, "node ", quoted(def.name), ": data input ", quoted(input),
                 " follows a control input");
          }
          node.inputs.push_back(data(def, input));
        }
      }
      check_types(node);
    }
  }

  int control(const NodeDef& user, const std::string& name) {
    if (const auto mapped = options_.control_input_map.find(name);
        mapped != options_.control_input_map.end()) {
      const int id = graph_->find(mapped->second);
      if (id >= 0) return id;
    }
    return local(user, name);
  }

  int local(const NodeDef& user, const std::string& name) const {
    const auto found = local_.find(name);
    if (found == local_.end()) {
      fail(Code::invalid_argument, "node ", quoted(user.name), ": unknown input node ",
           quoted(name));
    }
    return found->second;
  }

  Endpoint data(const NodeDef& user, const std::string& input) {
    const auto [name, port] = split_tensor_name(input);
    if (!options_.input_map.empty()) {
      auto mapped = options_.input_map.find(str(name, ":", port));
      if (mapped == options_.input_map.end() && port == 0) mapped = options_.input_map.find(name);
      if (mapped != options_.input_map.end()) {
        const Tensor& t = mapped->second;
        if (!t.is_symbolic() || t.rep()->graph != graph_) {
          fail(Code::invalid_argument, "input_map: the tensor for ", quoted(mapped->first),
               " is not of this graph");
        }
        used_input_map_ = true;
        return {t.rep()->node, t.rep()->output};
      }
    }
    const int id = local(user, name);
    Node& from = graph_->mutable_node(id);
    const auto needed = static_cast<size_t>(port) + 1;
    if (needed > from.output_dtypes.size()) {
      constexpr size_t kMostPorts = 1 << 16;
      if (from.def != nullptr || needed > kMostPorts) {
        fail(Code::invalid_argument, "node ", quoted(user.name), ": input ", quoted(input),
             " asks for output ", port, " of ", from.op, " node ", quoted(name), ", which has ",
             from.output_dtypes.size());
      }
      from.output_dtypes.resize(needed, DType::invalid);
    }
    return {id, port};
  }

  void check_types(const Node& node) const {
    if (node.def == nullptr) return;
    const std::vector<DType> wanted = input_dtypes(*node.def, node.attrs, node.name);
    if (wanted.size() != node.inputs.size()) {
      fail(Code::invalid_argument, node.op, " node ", quoted(node.name), " has ",
           node.inputs.size(), " inputs; expected ", wanted.size());
    }
    for (size_t i = 0; i < wanted.size(); ++i) {
      const Endpoint e = node.inputs[i];
      const Node& from = graph_->node(e.node);
      if (from.def == nullptr) continue;
      const DType given = from.output_dtypes[static_cast<size_t>(e.output)];
      if (given != wanted[i] && given != DType::invalid) {
        fail(Code::invalid_argument, node.op, " node ", quoted(node.name), ": input ", i, " is ",
             given, " (from ", quoted(from.name), "); expected ", wanted[i]);
      }
    }
  }

  void infer() {
    std::vector<int> pending(def_.nodes.size(), 0);
    std::vector<std::vector<int>> consumers(def_.nodes.size());
    const auto index = [&](int id) { return static_cast<size_t>(id - first_); };
    const int n = graph_->num_nodes();
    for (int id = first_; id < n; ++id) {
      const Node& node = graph_->node(id);
      const auto edge = [&](int from) {
        if (from < first_) return;
        const std::string& op = graph_->node(from).op;
        if (op == "NextIteration" || op == "RefNextIteration") return;
        ++pending[index(id)];
        consumers[index(from)].push_back(id);
      };
      for (const Endpoint& e : node.inputs) edge(e.node);
      for (const int c : node.controls) edge(c);
    }
    std::vector<int> order;
    for (int id = first_; id < n; ++id) {
      if (pending[index(id)] == 0) order.push_back(id);
    }
    for (size_t i = 0; i < order.size(); ++i) {
      infer_node_shapes(*graph_, order[i]);
      for (const int c : consumers[index(order[i])]) {
        if (--pending[index(c)] == 0) order.push_back(c);
      }
    }
    if (order.size() != def_.nodes.size()) {
      for (int id = first_; id < n; ++id) {
        if (pending[index(id)] > 0) {
          fail(Code::invalid_argument, "the graph has a cycle through node ",
               quoted(graph_->node(id).name));
        }
      }
    }
  }

  std::vector<Tensor> returned() {
    std::vector<Tensor> out;
    for (const std::string& element : options_.return_elements) {
      if (const auto mapped = options_.input_map.find(element);
          mapped != options_.input_map.end()) {
        out.push_back(mapped->second);
        continue;
      }
      const auto [name, port] = split_tensor_name(element);
      const auto found = local_.find(name);
      if (found == local_.end() ||
          static_cast<size_t>(port) >=
              std::max<size_t>(1, graph_->node(found->second).output_dtypes.size())) {
        std::vector<std::string> names;
        for (const NodeDef& n : def_.nodes) names.push_back(n.name);
        fail(Code::invalid_argument, "requested return element ", quoted(element),
             " is not in the graph", did_you_mean(name, names));
      }
      out.push_back(graph_->tensor({found->second, port}));
    }
    return out;
  }

  std::shared_ptr<GraphImpl> graph_;
  const GraphDef& def_;
  const ImportOptions& options_;
  std::string prefix_;
  int first_ = 0;
  bool used_input_map_ = false;
  std::unordered_map<std::string, int> local_;
  std::vector<std::string> added_functions_;
};

}  // namespace

std::vector<Tensor> import_graph_def(const std::shared_ptr<GraphImpl>& graph, const GraphDef& def,
                                     const ImportOptions& options) {
  return Importer(graph, def, options).run();
}

GraphDef export_graph_def(const GraphImpl& graph) {
  std::lock_guard lock(graph.mutex());
  GraphDef out;
  out.producer = graph.producer;
  out.min_consumer = graph.min_consumer;
  out.nodes.reserve(static_cast<size_t>(graph.num_nodes()));
  for (int id = 0; id < graph.num_nodes(); ++id) {
    const Node& node = graph.node(id);
    NodeDef def;
    def.name = node.name;
    def.op = node.op;
    def.device = node.device;
    def.attrs = node.attrs;
    for (const Endpoint& e : node.inputs) {
      const std::string& name = graph.node(e.node).name;
      def.inputs.push_back(e.output == 0 ? name : str(name, ":", e.output));
    }
    for (const int c : node.controls) def.inputs.push_back("^" + graph.node(c).name);
    out.nodes.push_back(std::move(def));
  }
  for (const auto& [name, f] : graph.library->functions) out.functions.push_back(*f);
  for (const auto& [name, g] : graph.library->gradients) out.gradients.emplace_back(name, g);
  return out;
}

}  // namespace rill
