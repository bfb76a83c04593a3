// PartitionedCall: the call is made to return what the gradient needs, and the gradient is a call
// of the backward function.
#include "autodiff/structural.h"

namespace rill::autodiff {

namespace {

// A call of the gradient function that the library names; empty when it names none.
Values named_gradient(const GradContext& ctx, const CallSite& site, const NameAttrList& function) {
  const FunctionLibrary& library = *site.graph->library;
  const auto named = library.gradients.find(function.name);
  if (named == library.gradients.end()) return {};
  Values inputs;
  std::vector<DType> types;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    inputs.push_back(ctx.input(i));
    types.push_back(ctx.input(i).dtype());
  }
  for (int k = 0; k < ctx.num_outputs(); ++k) {
    const Value& flow = ctx.output_gradient(k);
    inputs.push_back(flow ? flow : zeros_of(ctx.output(k)));
  }
  return emit_all(site.graph->node(site.node).op, inputs,
                  {{"Tout", types}, {"f", NameAttrList{named->second, function.attrs}}});
}

}  // namespace

Values gradient_of_call(const GradContext& ctx) {
  CallSite site;
  if (!find_site(ctx, site)) return gradient_of_eager_call(ctx);
  const std::shared_ptr<GraphImpl>& graph = site.graph;
  const auto function = *graph->node(site.node).attrs.find("f")->get_if<NameAttrList>();
  if (Values named = named_gradient(ctx, site, function); !named.empty()) return named;
  const size_t old_outputs = graph->node(site.node).output_dtypes.size();
  const std::vector<char> flows = flowing(ctx, old_outputs);
  std::vector<Shape> shapes;
  for (int i = 0; i < ctx.num_inputs(); ++i) shapes.push_back(ctx.input(i).shape());
  Split split(*graph, function, flows, wanted(ctx, 0), shapes);

  const std::shared_ptr<FunctionBody> forward = split.forward(forward_name(*graph, function.name));
  const std::shared_ptr<FunctionBody> backward =
      new_body(*graph, backward_name(*graph, function.name));
  Values inputs, grads(old_outputs), saved, args(split.num_args());
  for (size_t k = 0; k < old_outputs; ++k) {
    if (flows[k] == 0) continue;
    inputs.push_back(ctx.output_gradient(static_cast<int>(k)));
    grads[k] =
        add_arg(backward->graph, *backward, "grad", split.return_dtype(k), inputs.back().shape());
  }
  std::vector<DType> dtypes;
  std::vector<Shape> saved_shapes;
  for (const Endpoint& e : split.saved()) {
    dtypes.push_back(split.dtype_of(e));
    saved_shapes.push_back(split.shape_of(e));
    add_return(forward->graph, *forward, split.saved_in(*forward, e));
    saved.push_back(
        add_arg(backward->graph, *backward, "saved", dtypes.back(), saved_shapes.back()));
  }
  for (const size_t i : split.used_args()) {
    args[i] = add_arg(backward->graph, *backward, "arg", split.arg_dtype(i), split.arg_shape(i));
  }
  const Values results = split.splice(backward->graph, grads, saved, args);
  std::vector<size_t> returned;
  std::vector<DType> types;
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) continue;
    add_return(backward->graph, *backward, results[i]);
    returned.push_back(i);
    types.push_back(results[i].dtype());
  }
  Values out(static_cast<size_t>(ctx.num_inputs()));
  if (returned.empty()) return out;
  finish_body(forward);
  finish_body(backward);
  graph->mutable_node(site.node).attrs.set("f", NameAttrList{forward->name, nullptr});
  add_outputs(*graph, site.node, "Tout", dtypes, saved_shapes);
  for (size_t j = 0; j < dtypes.size(); ++j) {
    inputs.push_back(graph->tensor({site.node, static_cast<int>(old_outputs + j)}));
  }
  for (const size_t i : split.used_args()) inputs.push_back(ctx.input(static_cast<int>(i)));
  const Values called = emit_all(graph->node(site.node).op, inputs,
                                 {{"Tout", types}, {"f", NameAttrList{backward->name, nullptr}}});
  Node& call = graph->mutable_node(called[0].rep()->node);
  for (size_t j = 0; j < returned.size(); ++j) {
    call.output_shapes[j] = results[returned[j]].shape();
    out[returned[j]] = graph->tensor({call.id, static_cast<int>(j)});
  }
  return out;
}

}  // namespace rill::autodiff
