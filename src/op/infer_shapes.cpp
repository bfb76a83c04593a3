#include "graph/graph.h"
#include "op/import.h"
#include "op/shape_context.h"

namespace rill {
Shape handle_shape(const GraphImpl& graph, Endpoint e) {
  constexpr int kMostHops = 64;
  for (int hop = 0; hop < kMostHops; ++hop) {
    const Node& node = graph.node(e.node);
    if (node.op == "VarHandleOp" || node.op == "VariableV2" || node.op == "Variable") {
      const AttrValue* shape = node.attrs.find("shape");
      const Shape* known = shape ? shape->get_if<Shape>() : nullptr;
      return known ? *known : Shape::unknown_rank();
    }
    if (node.op == "TensorArrayV3") {
      const AttrValue* shape = node.attrs.find("element_shape");
      const Shape* known = shape ? shape->get_if<Shape>() : nullptr;
      return known ? *known : Shape::unknown_rank();
    }
    if (node.op == "_Arg") {
      const AttrValue* shapes = node.attrs.find("_handle_shapes");
      const auto* list = shapes ? shapes->get_if<std::vector<Shape>>() : nullptr;
      return list && !list->empty() ? (*list)[0] : Shape::unknown_rank();
    }
    if (node.op != "Identity" && node.op != "Enter" && node.op != "Switch") break;
    if (node.inputs.empty()) break;
    e = node.inputs[0];
  }
  return Shape::unknown_rank();
}

void infer_node_shapes(GraphImpl& graph, int id) {
  Node& node = graph.mutable_node(id);
  node.output_shapes.assign(node.output_dtypes.size(), Shape::unknown_rank());
  if (node.def == nullptr || node.def->shape == nullptr) return;
  std::vector<ShapeContext::Input> inputs(node.inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Endpoint e = node.inputs[i];
    const Node& from = graph.node(e.node);
    const auto port = static_cast<size_t>(e.output);
    ShapeContext::Input& in = inputs[i];
    in.shape = port < from.output_shapes.size() ? from.output_shapes[port] : Shape::unknown_rank();
    in.dtype = port < from.output_dtypes.size() ? from.output_dtypes[port] : DType::invalid;
    if (from.op == "Const") {
      const AttrValue* value = from.attrs.find("value");
      in.value = value ? value->get_if<Tensor>() : nullptr;
    }
    if (const auto known = from.partials.find(e.output); known != from.partials.end()) {
      in.partial = &known->second;
    }
    if (in.dtype == DType::resource) in.handle_shape = handle_shape(graph, e);
  }
  ShapeContext ctx(*node.def, node.attrs, node.name, inputs, node.output_dtypes);
  node.def->shape(ctx);
  for (size_t i = 0; i < node.output_dtypes.size(); ++i) {
    node.output_shapes[i] = ctx.output(static_cast<int>(i));
    if (const auto& partial = ctx.partial_output(static_cast<int>(i))) {
      node.partials[static_cast<int>(i)] = *partial;
    }
  }
}

}  // namespace rill
