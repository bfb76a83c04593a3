// Graphs, and the neutral data they are made from and saved to.
//
// Names and meaning are TensorFlow's
// (tensorflow/core/framework/{graph,node_def,attr_value,function}.proto).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill {

class AttrMap;
class AttrValue;

// A function by name, with the attributes it is instantiated with.
struct NameAttrList {
  std::string name;
  std::shared_ptr<const AttrMap> attrs;  // may be null
};

// An attribute of a node: one value or a list. An empty list in a file has no type: EmptyList.
// Everything that touches the variant as a whole is defined in one source: it is large to compile.
class RILL_API AttrValue {
 public:
  struct EmptyList {};
  struct Placeholder {  // "use the attribute of this name of the function that is instantiated"
    std::string name;
  };
  using Storage =
      std::variant<std::monostate, std::string, int64_t, float, bool, DType, Shape, Tensor,
                   NameAttrList, EmptyList, Placeholder, std::vector<std::string>,
                   std::vector<int64_t>, std::vector<float>, std::vector<bool>, std::vector<DType>,
                   std::vector<Shape>, std::vector<Tensor>, std::vector<NameAttrList>>;

  AttrValue() noexcept;
  AttrValue(const char* text);                // NOLINT
  AttrValue(std::string_view text);           // NOLINT
  AttrValue(std::string text);                // NOLINT
  AttrValue(int number);                      // NOLINT
  AttrValue(int64_t number);                  // NOLINT
  AttrValue(float number);                    // NOLINT
  AttrValue(double number);                   // NOLINT
  AttrValue(bool flag);                       // NOLINT
  AttrValue(DType dtype);                     // NOLINT
  AttrValue(Shape shape);                     // NOLINT
  AttrValue(Tensor tensor);                   // NOLINT
  AttrValue(NameAttrList function);           // NOLINT
  AttrValue(EmptyList list);                  // NOLINT
  AttrValue(Placeholder placeholder);         // NOLINT
  AttrValue(std::vector<std::string> list);   // NOLINT
  AttrValue(std::vector<int64_t> list);       // NOLINT
  AttrValue(std::vector<float> list);         // NOLINT
  AttrValue(std::vector<bool> list);          // NOLINT
  AttrValue(std::vector<DType> list);         // NOLINT
  AttrValue(std::vector<Shape> list);         // NOLINT
  AttrValue(std::vector<Tensor> list);        // NOLINT
  AttrValue(std::vector<NameAttrList> list);  // NOLINT
  AttrValue(const AttrValue& other);
  AttrValue(AttrValue&& other) noexcept;
  AttrValue& operator=(const AttrValue& other);
  AttrValue& operator=(AttrValue&& other) noexcept;
  ~AttrValue();

  const Storage& storage() const noexcept { return storage_; }
  template <typename T>
  const T* get_if() const noexcept {
    return std::get_if<T>(&storage_);
  }
  bool has_value() const noexcept { return storage_.index() != 0; }
  // "int", "list(type)", ... for messages.
  const char* type_name() const noexcept;
  // As TensorFlow's text form shows it, clipped: for messages and dumps.
  std::string to_string() const;

 private:
  Storage storage_;
};

// An attribute as a call writes it: {"axis", 1}. Name and value are borrowed until the end of the
// expression, and nothing has to be destroyed: calls with attributes stay small.
class RILL_API AttrRef {
 public:
  struct Name {
    Name(const char* chars) : text(chars) {}                   // NOLINT
    Name(const std::string& string) : text(string.c_str()) {}  // NOLINT
    const char* text;
  };
  AttrRef(Name name, std::nullptr_t) : AttrRef(name, {.number = 0}, make_none) {}
  AttrRef(Name name, const char* text) : AttrRef(name, {.text = text}, make_text) {}
  AttrRef(Name name, int number) : AttrRef(name, {.number = number}, make_int) {}
  AttrRef(Name name, int64_t number) : AttrRef(name, {.number = number}, make_int) {}
  AttrRef(Name name, float number) : AttrRef(name, {.real = number}, make_float) {}
  AttrRef(Name name, double number) : AttrRef(name, {.real = number}, make_float) {}
  AttrRef(Name name, bool flag) : AttrRef(name, {.number = flag}, make_bool) {}
  AttrRef(Name name, DType dtype)
      : AttrRef(name, {.number = static_cast<int64_t>(dtype)}, make_type) {}
  // Whatever else an AttrValue is made of.
  template <typename T>
  requires(std::is_class_v<T>&& std::is_constructible_v<AttrValue, const T&>)
      AttrRef(Name name, const T& value)
      : AttrRef(name, {.other = &value},
                [](Held held) { return AttrValue(*static_cast<const T*>(held.other)); }) {}

  const char* name() const noexcept { return name_; }
  AttrValue value() const { return make_(held_); }

 private:
  union Held {
    const char* text;
    int64_t number;
    double real;
    const void* other;
  };
  using Make = AttrValue (*)(Held);
  AttrRef(Name name, Held held, Make make) : name_(name.text), held_(held), make_(make) {}
  static AttrValue make_none(Held held);
  static AttrValue make_text(Held held);
  static AttrValue make_int(Held held);
  static AttrValue make_float(Held held);
  static AttrValue make_bool(Held held);
  static AttrValue make_type(Held held);

  const char* name_;
  Held held_;
  Make make_;
};

// Attributes by name, sorted.
class RILL_API AttrMap {
 public:
  using Item = std::pair<std::string, AttrValue>;
  AttrMap() noexcept;
  AttrMap(std::initializer_list<AttrRef> items);
  AttrMap(const AttrMap& other);
  AttrMap(AttrMap&& other) noexcept;
  AttrMap& operator=(const AttrMap& other);
  AttrMap& operator=(AttrMap&& other) noexcept;
  ~AttrMap();
  // Many at once. Of equal names the last stays.
  static AttrMap from_items(std::vector<Item> items);
  const AttrValue* find(std::string_view name) const noexcept;
  bool contains(std::string_view name) const noexcept { return find(name) != nullptr; }
  void set(std::string_view name, AttrValue value);
  void erase(std::string_view name);
  size_t size() const noexcept { return items_.size(); }
  bool empty() const noexcept { return items_.empty(); }
  auto begin() const noexcept { return items_.begin(); }
  auto end() const noexcept { return items_.end(); }

 private:
  std::vector<Item> items_;
};

struct NodeDef {
  std::string name;
  std::string op;
  std::string device;
  std::vector<std::string> inputs;  // "node", "node:1", "^control"
  AttrMap attrs;
};

struct ArgDef {
  std::string name;
  DType type = DType::invalid;
  std::string type_attr;
  std::string number_attr;
  std::string type_list_attr;
  bool is_ref = false;
};

struct FunctionDef {
  std::string name;
  std::vector<ArgDef> inputs;
  std::vector<ArgDef> outputs;
  std::vector<NodeDef> nodes;                                // inputs: "arg", "node:output_arg:0"
  std::vector<std::pair<std::string, std::string>> returns;  // output arg -> "node:output_arg:0"
  std::vector<std::pair<std::string, std::string>> control_returns;
  std::vector<std::string> control_outputs;
  AttrMap attrs;
  std::map<int, AttrMap> arg_attrs;
  std::vector<std::string> attr_names;  // declared in the signature
  std::vector<std::string> attr_types;  // of attr_names: "type", "list(type)", "int", ...
  // Arguments with the same number are the same resource.
  std::map<int, uint32_t> resource_arg_unique_ids;
  bool is_stateful = false;
};

// A serialised graph, parsed: plain data without meaning.
struct RILL_API GraphDef {
  std::vector<NodeDef> nodes;
  std::vector<FunctionDef> functions;
  std::vector<std::pair<std::string, std::string>> gradients;  // function -> its gradient function
  // Name under which a custom gradient is registered (_gradient_op_type) -> its function.
  std::vector<std::pair<std::string, std::string>> registered_gradients;
  int producer = 0;
  int min_consumer = 0;
  std::vector<int> bad_consumers;

  // A binary or text GraphDef file, told apart by content. Large constants stay mapped.
  // Throws NOT_FOUND, PERMISSION_DENIED, DATA_LOSS (with the path and the offset).
  static GraphDef load(const std::string& path);
  static GraphDef parse(std::string_view bytes, const std::string& name_for_messages = "GraphDef");
  std::string serialize() const;
  std::string to_text() const;
  void save(const std::string& path) const;  // binary; text when the path ends in .pbtxt
};

struct ImportOptions {
  // Put before each name, with a "/". TensorFlow's import_graph_def default is "import".
  std::string prefix;
  // "node:0" of the imported graph (or "^node") -> a tensor (or operation) of this graph.
  std::map<std::string, Tensor> input_map;
  std::map<std::string, std::string> control_input_map;
  // Names to return: "node:0" as tensors.
  std::vector<std::string> return_elements;
  // A name that is taken: give it a number (TensorFlow's Python) or refuse it (its C++).
  bool uniquify_names = false;
  bool uniquify_prefix = false;
};

class Session;
class Graph;

// One node of a graph.
class RILL_API Operation {
 public:
  Operation() = default;
  Operation(std::shared_ptr<GraphImpl> graph, int id) : graph_(std::move(graph)), id_(id) {}
  explicit operator bool() const noexcept { return graph_ != nullptr; }
  const std::string& name() const;
  const std::string& type() const;
  const std::string& device() const;
  const AttrMap& attrs() const;
  int num_outputs() const;
  Tensor output(int i = 0) const;
  std::vector<Tensor> inputs() const;
  std::vector<Operation> control_inputs() const;
  Graph graph() const;
  int id() const noexcept { return id_; }

 private:
  std::shared_ptr<GraphImpl> graph_;
  int id_ = -1;
};

// While it lives, the names of the nodes that this thread adds begin with its own. Scopes nest;
// they say nothing to variables and what belongs to them (train::variable), which keep the names
// that checkpoints know.
class RILL_API NameScope {
 public:
  NameScope(GraphImpl& graph, std::string_view name);
  NameScope(const NameScope&) = delete;
  NameScope& operator=(const NameScope&) = delete;
  ~NameScope();
  // "outer/layer_1/": given to name_scope() later, it goes on with this one.
  const std::string& name() const { return name_; }

 private:
  std::string name_, before_;
};

// While it lives, nodes that this thread adds to the graph of `operations` run after all of these.
class RILL_API ControlDependencies {
 public:
  explicit ControlDependencies(const std::vector<Operation>& operations);
  ControlDependencies(const ControlDependencies&) = delete;
  ControlDependencies& operator=(const ControlDependencies&) = delete;
  ~ControlDependencies();

 private:
  size_t count_before_;
};
[[nodiscard]] inline ControlDependencies control_dependencies(
    const std::vector<Operation>& operations) {
  return ControlDependencies(operations);
}

// A graph of operations. A value handle: copies are the same graph. It only grows.
class RILL_API Graph {
 public:
  Graph();
  explicit Graph(std::shared_ptr<GraphImpl> impl) : impl_(std::move(impl)) {}

  // Adds the nodes of `def`. Throws INVALID_ARGUMENT for a broken graph and leaves this graph as
  // it was. Ops that rill lacks may be there as long as no run needs them.
  std::vector<Tensor> import(const GraphDef& def, const ImportOptions& options);
  std::vector<Tensor> import(const GraphDef& def, const std::string& prefix = "");
  GraphDef as_graph_def() const;

  // "node:0", or "node" for its output 0. Throws NOT_FOUND with the nearest name,
  // INVALID_ARGUMENT for a port the node lacks.
  Tensor get_tensor_by_name(std::string_view name) const;
  Operation get_operation_by_name(std::string_view name) const;
  std::vector<Operation> operations() const;

  // Named lists of a MetaGraph ("variables", "init_op", ...): names of nodes or serialised protos.
  const std::map<std::string, std::vector<std::string>>& collections() const;
  void add_to_collection(const std::string& collection, std::string value);

  // A graph that is finalized refuses new nodes with FAILED_PRECONDITION.
  void finalize();
  bool finalized() const;

  // rill::name_scope() of this graph.
  [[nodiscard]] NameScope name_scope(std::string_view name) const;

  // Makes this the default graph of this thread until the guard goes.
  class RILL_API Scope {
   public:
    explicit Scope(std::shared_ptr<GraphImpl> graph);
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope();
  };
  [[nodiscard]] Scope as_default() const { return Scope(impl_); }

  bool operator==(const Graph& other) const noexcept { return impl_ == other.impl_; }
  const std::shared_ptr<GraphImpl>& impl() const noexcept { return impl_; }

 private:
  std::shared_ptr<GraphImpl> impl_;
};

// The innermost default graph of this thread; makes the thread's own default graph when none is.
RILL_API Graph get_default_graph();
// tf.name_scope in the default graph. A name that is taken gets a number ("layer_1"); one that ends
// in "/" is taken as it is, from the root; an empty one is the root.
[[nodiscard]] RILL_API NameScope name_scope(std::string_view name);

}  // namespace rill
