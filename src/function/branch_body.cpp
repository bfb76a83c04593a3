#include "function/branch_body.h"

#include <map>

#include "autodiff/recorder.h"
#include "function/control_dependencies.h"
#include "op/capture.h"
#include "op/emit.h"
#include "op/function_def.h"
#include "op/registry.h"

namespace rill {
namespace {

Value add_arg(FunctionBody& body, DType dtype, const Shape& shape, std::string_view name) {
  AttrMap attrs{{"T", dtype}, {"index", static_cast<int64_t>(body.args.size())}};
  if (shape.has_rank()) attrs.set("_output_shapes", std::vector<Shape>{shape});
  const Value arg = add_op_node(body.graph, require_op("_Arg"), {}, std::move(attrs), name)[0];
  body.args.push_back(arg.rep()->node);
  return arg;
}

}  // namespace

TracedBody trace_body(const std::shared_ptr<GraphImpl>& outer, const std::string& name,
                      const std::vector<DType>& dtypes, const std::vector<Shape>& shapes,
                      const std::function<Values(const Values&)>& fn) {
  TracedBody out;
  out.body = std::make_shared<FunctionBody>();
  FunctionBody& body = *out.body;
  body.name = unique_function_name(*outer->library, name);
  body.graph = std::make_shared<GraphImpl>();
  body.graph->library.borrow(outer->library.owner());
  out.given = dtypes.size();
  // The name is taken at once: bodies nest.
  outer->library->bodies[body.name] = out.body;
  const autodiff::StopAllRecorders quiet;
  const GraphScope scope(body.graph);
  CaptureScope captures(body, outer);
  Values args;
  for (size_t i = 0; i < dtypes.size(); ++i) {
    args.push_back(add_arg(body, dtypes[i], shapes[i], "/arg"));
  }
  for (const Value& y : fn(args)) {
    const Value result = to_graph(body.graph, y);
    Node node;
    node.op = "_Retval";
    node.def = &require_op("_Retval");
    node.name = body.graph->unique_name("result");
    node.attrs.set("T", result.dtype());
    node.attrs.set("index", static_cast<int64_t>(body.returns.size()));
    node.inputs = {{result.rep()->node, result.rep()->output}};
    body.returns.push_back(body.graph->add_node(std::move(node)));
  }
  order_effects(*body.graph);
  for (int id = 0; id < body.graph->num_nodes(); ++id) {
    const Node& node = body.graph->node(id);
    if (node.def == nullptr || !node.def->stateful || node.op[0] == '_') continue;
    body.stateful = true;
    if (node.def->outputs.empty()) body.controls.push_back(id);
  }
  out.captured = captures.captured();
  return out;
}

Values unite_captures(std::vector<TracedBody*> bodies) {
  Values all;
  std::map<std::pair<int, int>, size_t> place;
  for (const TracedBody* b : bodies) {
    for (const Value& v : b->captured) {
      if (place.emplace(std::pair(v.rep()->node, v.rep()->output), all.size()).second) {
        all.push_back(v);
      }
    }
  }
  for (TracedBody* b : bodies) {
    FunctionBody& body = *b->body;
    std::vector<int> own(body.args.begin() + static_cast<std::ptrdiff_t>(b->given),
                         body.args.end());
    body.args.resize(b->given);
    for (const Value& v : all) {
      int id = -1;
      for (size_t i = 0; i < b->captured.size(); ++i) {
        if (b->captured[i].rep()->node == v.rep()->node &&
            b->captured[i].rep()->output == v.rep()->output) {
          id = own[i];
        }
      }
      if (id < 0) {
        add_arg(body, v.dtype(), v.shape(), "/captured");
        continue;
      }
      body.graph->mutable_node(id).attrs.set("index", static_cast<int64_t>(body.args.size()));
      body.args.push_back(id);
    }
    b->captured = all;
  }
  return all;
}

}  // namespace rill
