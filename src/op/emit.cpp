#include "op/emit.h"

#include <algorithm>

#include "base/fail.h"
#include "graph/graph.h"
#include "op/autocast.h"
#include "op/bindable.h"
#include "op/capture.h"
#include "op/decompose.h"
#include "op/import.h"
#include "op/registry.h"
#include "op/variable.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

struct EmitState {
  std::shared_ptr<GraphImpl> graph;
  EmitListener* listener = nullptr;
  std::string name_scope;
  std::vector<Operation> controls;
  DType autocast = DType::invalid;
};

EmitState& state() {
  thread_local EmitState s;
  return s;
}

Tensor cast_scalar(const Tensor& from, DType to) {
  if (from.dtype() == to) return from.without_weakness();
  Tensor out(to, Shape{});
  if (is_complex(to)) {
    const double value = detail::item_as_double(from, 0);
    if (to == DType::complex64) *out.data<std::complex<float>>() = static_cast<float>(value);
    if (to == DType::complex128) *out.data<std::complex<double>>() = value;
    return out;
  }
  dispatch_real(to, "a C++ number", [&]<typename T>() {
    if (is_floating(from.dtype())) {
      *out.data<T>() = static_cast<T>(static_cast<float>(0));
      const double value = detail::item_as_double(from, 0);
      if constexpr (std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>) {
        *out.data<T>() = T(static_cast<float>(value));
      } else {
        *out.data<T>() = static_cast<T>(value);
      }
    } else {
      const int64_t value = detail::item_as_int(from, 0);
      if constexpr (std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>) {
        *out.data<T>() = T(static_cast<float>(value));
      } else {
        *out.data<T>() = static_cast<T>(value);
      }
    }
  });
  return out;
}

// Splits the flat inputs among the arguments, infers attributes, converts weak scalars.
void bind(const OpDef& def, Values& inputs, AttrMap& attrs) {
  size_t known = 0;
  int open = -1;
  std::vector<size_t> counts(def.inputs.size(), 1);
  for (size_t i = 0; i < def.inputs.size(); ++i) {
    const ArgDef& arg = def.inputs[i];
    const std::string& list = arg.number_attr.empty() ? arg.type_list_attr : arg.number_attr;
    if (!list.empty()) {
      const AttrValue* given = attrs.find(list);
      const auto* n = given ? given->get_if<int64_t>() : nullptr;
      const auto* types = given ? given->get_if<std::vector<DType>>() : nullptr;
      if (n != nullptr && *n >= 0) {
        counts[i] = static_cast<size_t>(*n);
      } else if (types != nullptr) {
        counts[i] = types->size();
      } else if (given != nullptr && given->get_if<AttrValue::EmptyList>()) {
        counts[i] = 0;
      } else {
        if (open >= 0) {
          fail(Code::invalid_argument, def.name, ": attribute ", quoted(list),
               " must be given: the lengths of two lists cannot be told apart");
        }
        open = static_cast<int>(i);
        continue;
      }
    }
    known += counts[i];
  }
  if (open >= 0 && known <= inputs.size()) {
    counts[static_cast<size_t>(open)] = inputs.size() - known;
    known = inputs.size();
  }
  if (known != inputs.size()) {
    fail(Code::invalid_argument, def.name, " takes ", known, " inputs, but ", inputs.size(),
         " were given");
  }
  size_t at = 0;
  for (size_t i = 0; i < def.inputs.size(); ++i) {
    const ArgDef& arg = def.inputs[i];
    if (!arg.number_attr.empty() && !attrs.contains(arg.number_attr)) {
      attrs.set(arg.number_attr, static_cast<int64_t>(counts[i]));
    }
    if (!arg.type_list_attr.empty() && !attrs.contains(arg.type_list_attr)) {
      std::vector<DType> types;
      for (size_t k = 0; k < counts[i]; ++k) types.push_back(inputs[at + k].dtype());
      attrs.set(arg.type_list_attr, std::move(types));
    }
    if (!arg.type_attr.empty() && !attrs.contains(arg.type_attr)) {
      for (size_t k = 0; k < counts[i]; ++k) {
        if (!inputs[at + k].is_weak()) {
          attrs.set(arg.type_attr, inputs[at + k].dtype());
          break;
        }
      }
    }
    at += counts[i];
  }
  // A type that only weak scalars could tell, once no strong operand did.
  at = 0;
  for (size_t i = 0; i < def.inputs.size(); ++i) {
    const ArgDef& arg = def.inputs[i];
    for (size_t k = 0; k < counts[i]; ++k, ++at) {
      Value& value = inputs[at];
      if (!value.is_weak()) continue;
      if (!arg.type_attr.empty() && !attrs.contains(arg.type_attr)) {
        attrs.set(arg.type_attr, value.dtype());
      }
      DType wanted = arg.type;
      if (!arg.type_attr.empty()) {
        const auto* type = attrs.find(arg.type_attr)->get_if<DType>();
        if (type != nullptr) wanted = *type;
      }
      value = arg.type_list_attr.empty() && wanted != DType::string ? cast_scalar(value, wanted)
                                                                    : value.without_weakness();
    }
  }
}

std::shared_ptr<GraphImpl> target_graph(std::span<const Value> inputs) {
  std::shared_ptr<GraphImpl> graph = state().graph;
  for (const Value& v : inputs) {
    if (v.is_symbolic()) {
      if (!graph) graph = v.rep()->graph;
      if (graph != v.rep()->graph && CaptureScope::of(graph.get()) == nullptr) {
        fail(Code::invalid_argument,
             "a tensor of another graph is used here; tensors of two graphs cannot meet");
      }
    }
  }
  return graph;
}

// Of the dependencies those that belong to this graph: a body of a loop has others.
std::vector<int> controls_in(const GraphImpl& graph) {
  std::vector<int> out;
  for (const Operation& op : state().controls) {
    if (op.graph().impl().get() == &graph) out.push_back(op.id());
  }
  return out;
}

// The node that stands for a variable or a table in a graph.
Value resource_handle(const std::shared_ptr<GraphImpl>& graph,
                      const std::shared_ptr<Opaque>& opaque) {
  const auto variable = std::dynamic_pointer_cast<VariableState>(opaque);
  const auto bindable = std::dynamic_pointer_cast<BindableResource>(opaque);
  if (!variable && !bindable) {
    fail(Code::invalid_argument, "a resource of type ", opaque ? opaque->type_name() : "none",
         " cannot be used in a graph");
  }
  if (CaptureScope* scope = CaptureScope::of(graph.get())) {
    return scope->capture(resource_handle(scope->outer(), opaque));
  }
  std::lock_guard lock(graph->mutex());
  for (const auto& [name, bound] : graph->bound_resources) {
    if (bound == opaque) return graph->tensor({graph->find(name), 0});
  }
  AttrMap attrs = bindable ? bindable->handle_attrs()
                           : AttrMap{{"dtype", variable->dtype()}, {"shape", variable->shape()}};
  const std::string wanted = variable ? variable->name() : "";
  const std::string name = graph->unique_name(!wanted.empty() ? wanted
                                              : variable      ? "Variable"
                                                              : "table");
  attrs.set("shared_name", name);
  attrs.set("container", std::string());
  const Values handle =
      add_op_node(graph, require_op(bindable ? bindable->handle_op() : "VarHandleOp"), {},
                  std::move(attrs), "/" + name);
  graph->bound_resources[name] = opaque;
  return handle[0];
}

Values add_to_graph(const std::shared_ptr<GraphImpl>& graph, const OpDef& def, const Values& inputs,
                    AttrMap attrs, std::string_view name) {
  Values converted;
  converted.reserve(inputs.size());
  const std::vector<DType> wanted = input_dtypes(def, attrs, name);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].is_variable() && wanted[i] == DType::resource) {
      converted.push_back(resource_handle(graph, inputs[i].rep()->variable));
    } else if (inputs[i].is_dense() && inputs[i].dtype() == DType::resource &&
               inputs[i].size() == 1) {
      converted.push_back(resource_handle(graph, inputs[i].opaque_at()));
    } else {
      converted.push_back(to_graph(graph, inputs[i]));
    }
  }
  return add_op_node(graph, def, converted, std::move(attrs), name, controls_in(*graph));
}

Values run_now(const OpDef& def, Values inputs, const AttrMap& attrs) {
  const std::vector<DType> wanted = input_dtypes(def, attrs, "");
  for (size_t i = 0; i < inputs.size(); ++i) {
    Value& value = inputs[i];
    if (value.is_variable()) {
      const auto variable = std::dynamic_pointer_cast<VariableState>(value.rep()->variable);
      value = wanted[i] == DType::resource ? Tensor::opaque(DType::resource, variable)
                                           : variable->read();
    }
    if (!value) fail(Code::invalid_argument, def.name, ": input ", i, " is empty");
    if (value.dtype() != wanted[i] && wanted[i] != DType::invalid &&
        !(value.dtype() == DType::resource)) {
      fail(Code::invalid_argument, def.name, ": input ", i, " is ", value.dtype(), "; expected ",
           wanted[i]);
    }
  }
  return run_eagerly(def, attrs, inputs);
}

// What the listener hears of must be told apart by its handle.
Value handle_of_its_own(const Value& value) { return value.reshaped(value.shape()); }

// Reads the variables that the op takes by value, so that the listener knows which value was used.
void read_variables(EmitListener& listener, const OpDef& def, const AttrMap& attrs,
                    const std::shared_ptr<GraphImpl>& graph, Values& inputs) {
  const std::vector<DType> wanted = input_dtypes(def, attrs, "");
  for (size_t i = 0; i < inputs.size() && i < wanted.size(); ++i) {
    if (!inputs[i].is_variable() || wanted[i] == DType::resource) continue;
    const Value variable = inputs[i];
    inputs[i] =
        graph ? to_graph(graph, variable)
              : handle_of_its_own(
                    std::static_pointer_cast<VariableState>(variable.rep()->variable)->read());
    listener.emitted(require_op("ReadVariableOp"), {{"dtype", variable.dtype()}},
                     std::span(&variable, 1), std::span(&inputs[i], 1));
  }
}

}  // namespace

EmitListener::~EmitListener() = default;
GradContext::~GradContext() = default;

EmitListener* set_emit_listener(EmitListener* listener) {
  return std::exchange(state().listener, listener);
}

GraphScope::GraphScope(std::shared_ptr<GraphImpl> graph)
    : before_(std::exchange(state().graph, std::move(graph))) {}
GraphScope::~GraphScope() { state().graph = std::move(before_); }
const std::shared_ptr<GraphImpl>& current_graph() { return state().graph; }

NameScope::NameScope(GraphImpl& graph, std::string_view name) : before_(state().name_scope) {
  name_ = name.empty() || name.back() == '/' ? std::string(name)
                                             : graph.unique_name(str(before_, name)) + "/";
  state().name_scope = name_;
}
const std::string& current_name_scope() { return state().name_scope; }
NameScope::~NameScope() { state().name_scope = std::move(before_); }

ControlDependencies::ControlDependencies(const std::vector<Operation>& operations)
    : count_before_(state().controls.size()) {
  auto& controls = state().controls;
  controls.insert(controls.end(), operations.begin(), operations.end());
}
ControlDependencies::~ControlDependencies() { state().controls.resize(count_before_); }

Value to_graph(const std::shared_ptr<GraphImpl>& graph, const Value& value) {
  if (value.is_symbolic()) {
    CaptureScope* const scope =
        value.rep()->graph == graph ? nullptr : CaptureScope::of(graph.get());
    return scope ? scope->capture(value) : value;
  }
  if (value.is_variable()) {
    const Value handle = resource_handle(graph, value.rep()->variable);
    return add_op_node(graph, require_op("ReadVariableOp"), std::span<const Value>(&handle, 1),
                       {{"dtype", value.dtype()}}, "", controls_in(*graph))[0];
  }
  if (!value) fail(Code::invalid_argument, "an empty tensor cannot go into a graph");
  if (value.dtype() == DType::resource || value.dtype() == DType::variant) {
    fail(Code::invalid_argument, "a ", value.dtype(), " tensor cannot become a constant");
  }
  return add_op_node(graph, require_op("Const"), {},
                     {{"dtype", value.dtype()}, {"value", value.owned().without_weakness()}},
                     "")[0];
}

Values add_op_node(const std::shared_ptr<GraphImpl>& graph, const OpDef& def,
                   std::span<const Value> inputs, AttrMap attrs, std::string_view name,
                   std::span<const int> controls) {
  std::lock_guard lock(graph->mutex());
  Node node;
  // A leading slash: the name as it is, outside the name scope.
  if (!name.empty() && name[0] == '/') {
    node.name = graph->find(name.substr(1)) < 0 ? std::string(name.substr(1))
                                                : graph->unique_name(name.substr(1));
  } else {
    const std::string base(name.empty() ? std::string_view(def.name) : name);
    node.name = graph->unique_name(state().name_scope + (base[0] == '_' ? base.substr(1) : base));
  }
  node.op = def.name;
  node.def = &def;
  node.attrs = std::move(attrs);
  complete_attrs(def, node.attrs, node.name);
  const std::vector<DType> wanted = input_dtypes(def, node.attrs, node.name);
  if (wanted.size() != inputs.size()) {
    fail(Code::invalid_argument, def.name, " takes ", wanted.size(), " inputs, but ", inputs.size(),
         " were given");
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].is_symbolic() || inputs[i].rep()->graph != graph) {
      fail(Code::invalid_argument, def.name, ": input ", i, " is not a tensor of this graph");
    }
    if (inputs[i].dtype() != wanted[i] && inputs[i].dtype() != DType::invalid) {
      fail(Code::invalid_argument, def.name, " node ", quoted(node.name), ": input ", i, " is ",
           inputs[i].dtype(), "; expected ", wanted[i]);
    }
    node.inputs.push_back({inputs[i].rep()->node, inputs[i].rep()->output});
  }
  node.controls.assign(controls.begin(), controls.end());
  node.output_dtypes = output_dtypes(def, node.attrs, node.name);
  const size_t outputs = node.output_dtypes.size();
  const int first = graph->num_nodes();
  const int id = graph->add_node(std::move(node));
  try {
    infer_node_shapes(*graph, id);
  } catch (...) {
    graph->truncate(first);
    throw;
  }
  Values out;
  out.reserve(outputs);
  for (size_t i = 0; i < outputs; ++i) out.push_back(graph->tensor({id, static_cast<int>(i)}));
  return out;
}

AutocastScope::AutocastScope(DType dtype) : before_(std::exchange(state().autocast, dtype)) {}
AutocastScope::~AutocastScope() { state().autocast = before_; }
bool AutocastScope::is_active() { return state().autocast != DType::invalid; }

namespace {

// Float32 variables that are taken by value, in the dtype of the scope.
void autocast(const OpDef& def, Values& inputs) {
  const DType wanted = state().autocast;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].is_variable() || inputs[i].dtype() != DType::float32) continue;
    const ArgDef& arg = def.inputs[std::min(i, def.inputs.size() - 1)];
    if (arg.type == DType::resource) continue;
    const AutocastScope plain(DType::invalid);
    inputs[i] = emit("Cast", {inputs[i]}, {{"DstT", wanted}});
  }
}

Values emit_bound(std::string_view op, Values bound, AttrMap attrs, std::string_view name) {
  const OpDef& def = require_op(op);
  if (state().autocast != DType::invalid && !def.inputs.empty()) autocast(def, bound);
  bind(def, bound, attrs);
  const std::shared_ptr<GraphImpl> graph = target_graph(bound);
  if (graph && def.decompose != nullptr && portable_ops()) {
    complete_attrs(def, attrs, name);
    return def.decompose(DecomposeContext(def, attrs, bound));
  }
  EmitListener* const listener = state().listener;
  if (listener != nullptr) read_variables(*listener, def, attrs, graph, bound);
  Values outputs;
  if (graph) {
    outputs = add_to_graph(graph, def, bound, attrs, name);
  } else {
    complete_attrs(def, attrs, name);
    outputs = run_now(def, bound, attrs);
  }
  if (listener == nullptr) return outputs;
  for (Value& output : outputs) {
    if (output.is_dense()) output = handle_of_its_own(output);
  }
  listener->emitted(def, attrs, bound, outputs);
  return outputs;
}

Value first_of(Values outputs) { return outputs.empty() ? Value() : std::move(outputs[0]); }

}  // namespace

Values emit_all(std::string_view op, std::span<const Value> inputs, const EmitAttrs& attrs,
                std::string_view name) {
  return emit_bound(op, Values(inputs.begin(), inputs.end()), attrs.map(), name);
}

Values emit_all(std::string_view op, std::initializer_list<EmitInput> inputs,
                const EmitAttrs& attrs, std::string_view name) {
  Values bound;
  bound.reserve(inputs.size());
  for (const EmitInput& input : inputs) bound.push_back(input.value());
  return emit_bound(op, std::move(bound), attrs.map(), name);
}

Value emit(std::string_view op, std::span<const Value> inputs, const EmitAttrs& attrs,
           std::string_view name) {
  return first_of(emit_all(op, inputs, attrs, name));
}

Value emit(std::string_view op, std::initializer_list<EmitInput> inputs) {
  return first_of(emit_all(op, inputs));
}

Value emit(std::string_view op, std::initializer_list<EmitInput> inputs, const EmitAttrs& attrs,
           std::string_view name) {
  return first_of(emit_all(op, inputs, attrs, name));
}

}  // namespace rill
