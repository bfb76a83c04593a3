// The graph inside: nodes, edges, attributes, functions. It knows no ops: what a node means is
// found through `Node::def`, which the op room sets.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rill/graph.hpp"

namespace rill {

struct OpDef;

// One output of a node.
struct Endpoint {
  int node = -1;
  int output = 0;
  bool operator==(const Endpoint&) const = default;
  bool operator<(const Endpoint& o) const {
    return node != o.node ? node < o.node : output < o.output;
  }
};

// What is known of an integer scalar or vector before it is computed, item by item.
struct PartialValue {
  static constexpr int64_t kUnknown = INT64_MIN;
  bool is_scalar = false;
  std::vector<int64_t> items;
  bool fully_known() const;
};

struct Node {
  int id = -1;
  std::string name;
  std::string op;
  std::string device;
  const OpDef* def = nullptr;  // null: an op that rill does not have
  AttrMap attrs;
  std::vector<Endpoint> inputs;  // may point forward only from NextIteration to Merge
  std::vector<int> controls;
  std::vector<DType> output_dtypes;  // unknown op: as many as its consumers ask for
  std::vector<Shape> output_shapes;
  std::map<int, PartialValue> partials;  // by output: shape arithmetic known early
};

// A function instantiated: its body as a graph with one _Arg node an input and one _Retval node an
// output, in order.
class GraphImpl;
struct FunctionBody {
  std::string name;
  std::shared_ptr<GraphImpl> graph;
  std::vector<int> args;      // node ids
  std::vector<int> returns;   // node ids of the _Retval nodes
  std::vector<int> controls;  // nodes that must run although no output needs them
  bool stateful = false;
};

// The functions of a graph, shared with the bodies of its functions.
struct FunctionLibrary {
  std::map<std::string, std::shared_ptr<const FunctionDef>, std::less<>> functions;
  std::map<std::string, std::string> gradients;  // function -> its gradient function
  // Bodies made so far, by name and attributes.
  std::map<std::string, std::shared_ptr<FunctionBody>> bodies;
  std::recursive_mutex mutex;
};

// How a graph holds its functions. The body of a function only borrows the library that keeps it,
// or neither would ever go; what runs a body or copies it for itself holds the owner().
class LibraryRef {
 public:
  LibraryRef() : LibraryRef(std::make_shared<FunctionLibrary>()) {}
  explicit LibraryRef(std::shared_ptr<FunctionLibrary> owned) { own(std::move(owned)); }
  LibraryRef(const LibraryRef&) = delete;
  LibraryRef& operator=(const LibraryRef&) = delete;

  void own(std::shared_ptr<FunctionLibrary> library) {
    borrowed_ = library;
    owned_ = std::move(library);
  }
  void borrow(const std::shared_ptr<FunctionLibrary>& library) {
    borrowed_ = library;
    owned_.reset();
  }
  // Throws INTERNAL when a borrowed library is gone.
  std::shared_ptr<FunctionLibrary> owner() const;
  std::shared_ptr<FunctionLibrary> operator->() const { return owner(); }
  FunctionLibrary& operator*() const { return *owner(); }

 private:
  std::shared_ptr<FunctionLibrary> owned_;
  std::weak_ptr<FunctionLibrary> borrowed_;
};

class GraphImpl : public std::enable_shared_from_this<GraphImpl> {
 public:
  // Adds a node; fills id. The caller holds no lock; names must be free (see unique_name).
  // Throws FAILED_PRECONDITION on a finalized graph, ALREADY_EXISTS for a taken name.
  int add_node(Node node);

  int num_nodes() const { return static_cast<int>(nodes_.size()); }
  const Node& node(int id) const { return nodes_[static_cast<size_t>(id)]; }
  Node& mutable_node(int id) { return nodes_[static_cast<size_t>(id)]; }
  // -1 when there is none.
  int find(std::string_view name) const;
  std::vector<std::string> node_names() const;
  // `wanted`, or wanted_1, wanted_2, ... the first that is free: TensorFlow's rule, which also
  // counts scopes ("a/b" takes "a") and compares without case.
  std::string unique_name(std::string_view wanted);
  Tensor tensor(Endpoint e);

  // Drops the nodes from `first` on: undoes an import that failed.
  void truncate(int first);

  LibraryRef library;
  std::map<std::string, std::vector<std::string>> collections;
  int producer = 0;
  int min_consumer = 0;
  bool finalized = false;
  int64_t version = 0;  // grows with each change: lets sessions cache what they compiled

  // Seeds and "current" state of construction.
  int64_t seed = -1;  // tf.set_random_seed; -1: not set
  int64_t last_op_id = 0;

  // Resources that belong to nodes of this graph by construction (variables of Keras layers and
  // tables made eagerly): shared_name -> resource.
  std::map<std::string, std::shared_ptr<Opaque>> bound_resources;

  std::recursive_mutex& mutex() const { return mutex_; }

 private:
  mutable std::recursive_mutex mutex_;
  std::deque<Node> nodes_;
  std::unordered_map<std::string, int> by_name_;
  std::unordered_map<std::string, int> used_names_;  // lower case, with all scopes
};

// "name:0" or "name" -> name and port. Throws INVALID_ARGUMENT for a port that is no number.
std::pair<std::string, int> split_tensor_name(std::string_view name);

// The op may wait until another op, on which it does not depend, has put something into a queue.
bool may_wait(const Node& node);

// Nodes in an order in which inputs come first, and what may_wait() as late as can be. Edges out of
// NextIteration are left out; any other cycle throws INVALID_ARGUMENT naming a node on it.
std::vector<int> topological_order(const GraphImpl& graph);

// One line a node: "name = Op(input, input:1, ^control) {attr=value}": what pass tests compare.
std::string dump(const GraphImpl& graph);

// For each node whether it is one of `nodes` or one that they need, by data.
std::vector<char> ancestors(const GraphImpl& graph, std::vector<int> nodes);

}  // namespace rill
