// The gradient of a function call, conditional or loop that ran eagerly: what it ran is run again,
// op by op, under a recorder.
#include <algorithm>

#include "autodiff/recorder.h"
#include "autodiff/structural.h"
#include "base/fail.h"
#include "op/registry.h"

namespace rill::autodiff {
namespace {

Values interpret(GraphImpl& library, const NameAttrList& function, const Values& args) {
  const std::shared_ptr<FunctionBody> body = function_body(library, function);
  const GraphImpl& graph = *body->graph;
  std::map<int, Values> made;
  for (size_t i = 0; i < body->args.size(); ++i) made[body->args[i]] = {args.at(i)};
  for (const int id : topological_order(graph)) {
    const Node& node = graph.node(id);
    if (node.op == "_Arg" || node.op == "_Retval") continue;
    Values inputs;
    for (const Endpoint& e : node.inputs) {
      inputs.push_back(made.at(e.node).at(static_cast<size_t>(e.output)));
    }
    made[id] = emit_all(node.op, inputs, node.attrs);
  }
  Values out;
  for (const int id : body->returns) {
    const Endpoint e = graph.node(id).inputs[0];
    out.push_back(made.at(e.node).at(static_cast<size_t>(e.output)));
  }
  return out;
}

}  // namespace

Values gradient_of_eager_call(const GradContext& ctx) {
  // Functions live in the library of a graph; an eager call has none, unless one is current.
  const std::shared_ptr<GraphImpl> graph = current_graph();
  if (graph == nullptr || ctx.attrs().find("f") == nullptr) {
    fail(Code::unimplemented, "the gradient of an eager ", ctx.def().name,
         "; use cond(), while_loop() or function() under the tape");
  }
  Values inputs;
  for (int i = 0; i < ctx.num_inputs(); ++i) inputs.push_back(ctx.input(i));
  Recorder recorder({.persistent = false, .watch_accessed_variables = true});
  recorder.open();
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    if (ctx.needs_gradient(i)) recorder.watch(inputs[static_cast<size_t>(i)]);
  }
  BackpropRequest request;
  request.targets = interpret(*graph, ctx.attr<NameAttrList>("f"), inputs);
  recorder.close();
  request.sources = inputs;
  for (int i = 0; i < ctx.num_outputs(); ++i) request.seeds.push_back(ctx.output_gradient(i));
  return backprop(recorder.records(), request);
}

}  // namespace rill::autodiff
