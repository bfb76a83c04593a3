#include "op/build_body.h"

#include "op/emit.h"
#include "op/function_def.h"
#include "op/registry.h"

namespace rill {

Value add_arg(const std::shared_ptr<GraphImpl>& graph, FunctionBody& body, const std::string& name,
              DType dtype, const Shape& shape) {
  const GraphScope scope(graph);
  AttrMap attrs{{"T", dtype}, {"index", static_cast<int64_t>(body.args.size())}};
  if (shape.has_rank()) attrs.set("_output_shapes", std::vector<Shape>{shape});
  Value arg = add_op_node(graph, require_op("_Arg"), {}, std::move(attrs), "/" + name)[0];
  body.args.push_back(arg.rep()->node);
  return arg;
}

void add_return(const std::shared_ptr<GraphImpl>& graph, FunctionBody& body, const Value& value) {
  Node node;
  node.op = "_Retval";
  node.def = &require_op("_Retval");
  node.name = graph->unique_name("result");
  node.attrs.set("T", value.dtype());
  node.attrs.set("index", static_cast<int64_t>(body.returns.size()));
  node.inputs = {{value.rep()->node, value.rep()->output}};
  body.returns.push_back(graph->add_node(std::move(node)));
}

std::shared_ptr<FunctionBody> new_body(const GraphImpl& library_of, const std::string& name) {
  auto body = std::make_shared<FunctionBody>();
  body->name = name;
  body->graph = std::make_shared<GraphImpl>();
  body->graph->library.borrow(library_of.library.owner());
  return body;
}

void finish_body(const std::shared_ptr<FunctionBody>& body) {
  add_function(*body->graph->library, body);
}

}  // namespace rill
