// emit(): the one way in which layers, gradients and public ops call an op. Whether it runs now,
// becomes a node of a graph, or is recorded for a gradient is decided by who listens.
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "op/node_access.h"

namespace rill {

// What a call of emit() hands over, borrowed until it returns: there are more than a thousand such
// calls, and each would otherwise make and destroy copies.
class EmitInput {
 public:
  EmitInput(const Value& value) : value_(&value) {}  // NOLINT
  const Value& value() const { return *value_; }

 private:
  const Value* value_;
};
class EmitAttrs {
 public:
  EmitAttrs() = default;
  EmitAttrs(std::initializer_list<AttrRef> items) : items_(items) {}  // NOLINT
  EmitAttrs(const AttrMap& map) : map_(&map) {}                       // NOLINT
  AttrMap map() const { return map_ != nullptr ? *map_ : AttrMap(items_); }

 private:
  std::initializer_list<AttrRef> items_;
  const AttrMap* map_ = nullptr;
};

// All outputs. Type and length attributes are inferred from the inputs where they are not given;
// weak scalars (C++ numbers) take the dtype of the other operand of the same type attribute.
// With a symbolic input, or inside a graph scope, a node is added; else the op runs now.
Values emit_all(std::string_view op, std::span<const Value> inputs, const EmitAttrs& attrs = {},
                std::string_view name = {});
Values emit_all(std::string_view op, std::initializer_list<EmitInput> inputs,
                const EmitAttrs& attrs = {}, std::string_view name = {});

// The only (or first) output; an empty Value for an op without outputs.
Value emit(std::string_view op, std::span<const Value> inputs, const EmitAttrs& attrs = {},
           std::string_view name = {});
Value emit(std::string_view op, std::initializer_list<EmitInput> inputs);
Value emit(std::string_view op, std::initializer_list<EmitInput> inputs, const EmitAttrs& attrs,
           std::string_view name = {});

// Hears of every emitted op with its inputs and results: the tapes. One a thread. While there is
// one, no two results share a handle with each other or an input, and a variable among the inputs
// is heard of as a ReadVariableOp first.
class EmitListener {
 public:
  virtual ~EmitListener();
  virtual void emitted(const OpDef& def, const AttrMap& attrs, std::span<const Value> inputs,
                       std::span<const Value> outputs) = 0;
};
// Null: none. Returns the one before.
EmitListener* set_emit_listener(EmitListener* listener);

// While it lives, ops without symbolic inputs add nodes to `graph` too: tracing and graph mode.
// A null graph goes back to running eagerly.
class GraphScope {
 public:
  explicit GraphScope(std::shared_ptr<GraphImpl> graph);
  GraphScope(const GraphScope&) = delete;
  GraphScope& operator=(const GraphScope&) = delete;
  ~GraphScope();

 private:
  std::shared_ptr<GraphImpl> before_;
};
// Null when ops run eagerly.
const std::shared_ptr<GraphImpl>& current_graph();

// The innermost graph that a Graph::Scope made default in this thread; null when there is none.
std::shared_ptr<GraphImpl> scoped_default_graph();

// What the names of nodes begin with in this thread (rill::name_scope): "", or it ends in "/".
const std::string& current_name_scope();

// Adds a node for an op to a graph: fills attributes, dtypes and shapes. The inputs belong to the
// graph. Throws INVALID_ARGUMENT when types or shapes cannot be right.
Values add_op_node(const std::shared_ptr<GraphImpl>& graph, const OpDef& def,
                   std::span<const Value> inputs, AttrMap attrs, std::string_view name,
                   std::span<const int> controls = {});

// A value as a tensor of `graph`: constants become Const nodes, variables are captured and read.
Value to_graph(const std::shared_ptr<GraphImpl>& graph, const Value& value);

// Runs an op at once on dense tensors. The executor implements it.
Values run_eagerly(const OpDef& def, const AttrMap& attrs, std::span<const Value> inputs);

// The gradient of one op, as its gradient function sees it.
class GradContext {
 public:
  virtual ~GradContext();
  virtual const OpDef& def() const = 0;
  virtual const AttrMap& attrs() const = 0;
  virtual int num_inputs() const = 0;
  virtual const Value& input(int i) const = 0;
  virtual int num_outputs() const = 0;
  virtual const Value& output(int i) const = 0;
  // An empty Value when nothing flows back through this output. Always dense.
  virtual const Value& output_gradient(int i) const = 0;
  // As it came, perhaps slices (indexed_slices.h): for ops that hand it through unchanged.
  virtual const Value& raw_output_gradient(int i) const = 0;
  virtual bool needs_gradient(int input) const = 0;

  template <typename T>
  const T& attr(std::string_view name) const {
    return NodeAccess(def(), attrs(), "").attr<T>(name);
  }
};

}  // namespace rill
