#include "autodiff/structural.h"
#include "autodiff/symbolic.h"
#include "op/derived_gradient.h"
#include "op/registry.h"

namespace rill {

using namespace autodiff;

NameAttrList derive_gradient(GraphImpl& library_of, const NameAttrList& function) {
  FunctionLibrary& library = *library_of.library;
  std::lock_guard lock(library.mutex);
  const std::shared_ptr<FunctionBody> of = function_body(library_of, function);
  const auto derived = new_body(library_of, gradient_name(library_of, function.name));
  const std::shared_ptr<GraphImpl>& graph = derived->graph;
  const GraphScope scope(graph);
  Values args, flows;
  for (const int id : of->args) {
    const Node& arg = of->graph->node(id);
    args.push_back(add_arg(graph, *derived, "x", arg.output_dtypes[0], arg.output_shapes[0]));
  }
  std::vector<DType> types;
  for (const int id : of->returns) {
    const Endpoint e = of->graph->node(id).inputs[0];
    const Node& from = of->graph->node(e.node);
    const auto o = static_cast<size_t>(e.output);
    types.push_back(from.output_dtypes[o]);
    flows.push_back(add_arg(graph, *derived, "dy", types.back(), from.output_shapes[o]));
  }
  BackpropRequest request;
  request.targets = emit_all(of->stateful ? "StatefulPartitionedCall" : "PartitionedCall", args,
                             {{"Tout", types}, {"f", function}});
  request.seeds = flows;
  request.sources = args;
  request.unconnected_zeros = true;
  for (const Value& dx : gradients_in(graph, request)) add_return(graph, *derived, dx);
  finish_body(derived);
  if (!function.attrs || function.attrs->size() == 0) {
    library.gradients[function.name] = derived->name;
  }
  return {derived->name, nullptr};
}

}  // namespace rill
