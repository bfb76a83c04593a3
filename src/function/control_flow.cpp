#include "rill/control_flow.hpp"

#include "base/fail.h"
#include "function/branch_body.h"
#include "op/emit.h"
#include "op/function_def.h"

namespace rill {
namespace {

// The graph that the values belong to, or that is being traced; null: everything is eager.
std::shared_ptr<GraphImpl> graph_for(const Values& values) {
  if (current_graph()) return current_graph();
  for (const Value& v : values) {
    if (v.is_symbolic()) return v.rep()->graph;
  }
  return nullptr;
}

DType return_dtype(const FunctionBody& body, size_t k) {
  const Endpoint e = body.graph->node(body.returns[k]).inputs[0];
  return body.graph->node(e.node).output_dtypes[static_cast<size_t>(e.output)];
}

Shape return_shape(const FunctionBody& body, size_t k) {
  const Endpoint e = body.graph->node(body.returns[k]).inputs[0];
  const std::vector<Shape>& shapes = body.graph->node(e.node).output_shapes;
  return static_cast<size_t>(e.output) < shapes.size() ? shapes[static_cast<size_t>(e.output)]
                                                       : Shape::unknown_rank();
}

// What both may be.
Shape common(const Shape& a, const Shape& b) {
  if (!a.has_rank() || !b.has_rank() || a.rank() != b.rank()) return Shape::unknown_rank();
  Shape out = a;
  for (int i = 0; i < a.rank(); ++i) {
    if (a[i] != b[i]) out[i] = Shape::kUnknownDim;
  }
  return out;
}

void require_same_results(const std::vector<TracedBody>& traced) {
  const FunctionBody& first = *traced[0].body;
  for (size_t b = 1; b < traced.size(); ++b) {
    const FunctionBody& other = *traced[b].body;
    if (other.returns.size() != first.returns.size()) {
      fail(Code::invalid_argument, "the branches of a conditional give ", first.returns.size(),
           " and ", other.returns.size(), " values; they must give as many");
    }
    for (size_t k = 0; k < first.returns.size(); ++k) {
      if (return_dtype(first, k) != return_dtype(other, k)) {
        fail(Code::invalid_argument, "result ", k, " is ", return_dtype(first, k), " in branch 0 ",
             "and ", return_dtype(other, k), " in branch ", b);
      }
    }
  }
}

Values trace_branches(const std::shared_ptr<GraphImpl>& graph, const Value& index,
                      const std::vector<Branch>& branches, bool is_if) {
  std::vector<TracedBody> traced;
  for (const Branch& branch : branches) {
    traced.push_back(trace_body(graph, is_if ? "cond_branch" : "case_branch", {}, {},
                                [&](const Values&) { return branch(); }));
  }
  require_same_results(traced);
  std::vector<TracedBody*> all;
  for (TracedBody& t : traced) all.push_back(&t);
  Values inputs{index};
  for (const Value& v : unite_captures(all)) inputs.push_back(v);
  bool stateful = false;
  std::vector<NameAttrList> names;
  for (TracedBody& t : traced) {
    stateful = stateful || t.body->stateful;
    names.push_back({t.body->name, nullptr});
    add_function(*graph->library, t.body);
  }
  std::vector<DType> dtypes;
  std::vector<Shape> shapes;
  for (size_t k = 0; k < traced[0].body->returns.size(); ++k) {
    dtypes.push_back(return_dtype(*traced[0].body, k));
    Shape shape = return_shape(*traced[0].body, k);
    for (const TracedBody& t : traced) shape = common(shape, return_shape(*t.body, k));
    shapes.push_back(std::move(shape));
  }
  AttrMap attrs{{"Tout", std::move(dtypes)}, {"output_shapes", std::move(shapes)}};
  if (is_if) {
    attrs.set("then_branch", names[0]);
    attrs.set("else_branch", names[1]);
  } else {
    attrs.set("branches", std::move(names));
  }
  const GraphScope scope(graph);
  return emit_all(is_if ? (stateful ? "If" : "StatelessIf") : (stateful ? "Case" : "StatelessCase"),
                  inputs, std::move(attrs));
}

}  // namespace

Values cond(const Value& pred, const Branch& true_fn, const Branch& false_fn) {
  if (const auto graph = graph_for({pred})) {
    return trace_branches(graph, pred, {true_fn, false_fn}, true);
  }
  return pred.item<int64_t>() != 0 ? true_fn() : false_fn();
}

Values switch_case(const Value& index, const std::vector<Branch>& branches) {
  if (branches.empty()) fail(Code::invalid_argument, "switch_case needs at least one branch");
  if (const auto graph = graph_for({index})) return trace_branches(graph, index, branches, false);
  const auto last = static_cast<int64_t>(branches.size()) - 1;
  const auto i = index.item<int64_t>();
  return branches[static_cast<size_t>(i < 0 || i > last ? last : i)]();
}

namespace {

void require_same_variables(const std::vector<DType>& dtypes, const FunctionBody& body) {
  if (body.returns.size() != dtypes.size()) {
    fail(Code::invalid_argument, "the body of a loop over ", dtypes.size(), " variables gives ",
         body.returns.size(), " values");
  }
  for (size_t k = 0; k < dtypes.size(); ++k) {
    if (return_dtype(body, k) != dtypes[k]) {
      fail(Code::invalid_argument, "loop variable ", k, " is ", dtypes[k], " before a turn and ",
           return_dtype(body, k), " after it");
    }
  }
}

Values while_in_graph(const std::shared_ptr<GraphImpl>& graph,
                      const std::function<Value(const Values&)>& condition,
                      const std::function<Values(const Values&)>& body_fn, const Values& vars,
                      const WhileOptions& options) {
  const GraphScope scope(graph);
  Values inputs;
  std::vector<DType> dtypes;
  std::vector<Shape> shapes;
  for (size_t i = 0; i < vars.size(); ++i) {
    inputs.push_back(to_graph(graph, vars[i]));
    dtypes.push_back(inputs.back().dtype());
    shapes.push_back(i < options.shape_invariants.size() ? options.shape_invariants[i]
                                                         : inputs.back().shape());
  }
  TracedBody body = trace_body(graph, "while_body", dtypes, shapes, body_fn);
  TracedBody cond = trace_body(graph, "while_cond", dtypes, shapes,
                               [&](const Values& v) { return Values{condition(v)}; });
  require_same_variables(dtypes, *body.body);
  const Values captured = unite_captures({&body, &cond});
  // What the body captured goes round unchanged.
  for (size_t i = 0; i < captured.size(); ++i) {
    const int arg = body.body->args[dtypes.size() + i];
    Node node;
    node.op = "_Retval";
    node.def = body.body->graph->node(body.body->returns.empty() ? arg : body.body->returns[0]).def;
    node.name = body.body->graph->unique_name("captured_result");
    node.attrs.set("T", captured[i].dtype());
    node.attrs.set("index", static_cast<int64_t>(body.body->returns.size()));
    node.inputs = {{arg, 0}};
    body.body->returns.push_back(body.body->graph->add_node(std::move(node)));
    inputs.push_back(captured[i]);
    shapes.push_back(captured[i].shape());
  }
  add_function(*graph->library, body.body);
  add_function(*graph->library, cond.body);
  const bool stateful = body.body->stateful || cond.body->stateful;
  Values out = emit_all(stateful ? "While" : "StatelessWhile", inputs,
                        {{"body", NameAttrList{body.body->name, nullptr}},
                         {"cond", NameAttrList{cond.body->name, nullptr}},
                         {"output_shapes", std::move(shapes)}});
  out.resize(vars.size());
  return out;
}

}  // namespace

Values while_loop(const std::function<Value(const Values& vars)>& cond,
                  const std::function<Values(const Values& vars)>& body, const Values& loop_vars,
                  const WhileOptions& options) {
  if (loop_vars.empty()) fail(Code::invalid_argument, "a loop needs at least one variable");
  const int64_t most = options.maximum_iterations;
  if (const auto graph = graph_for(loop_vars)) {
    if (most < 0) return while_in_graph(graph, cond, body, loop_vars, options);
    // The count goes round as the last variable.
    Values vars = loop_vars;
    vars.push_back(Tensor::scalar<int64_t>(0));
    const auto head = [](const Values& v) { return Values(v.begin(), v.end() - 1); };
    Values out = while_in_graph(
        graph,
        [&](const Values& v) {
          return emit("LogicalAnd",
                      {emit("Less", {v.back(), Tensor::scalar<int64_t>(most)}), cond(head(v))});
        },
        [&](const Values& v) {
          Values next = body(head(v));
          next.push_back(emit("AddV2", {v.back(), Tensor::scalar<int64_t>(1)}));
          return next;
        },
        vars, options);
    out.pop_back();
    return out;
  }
  Values vars = loop_vars;
  for (int64_t turn = 0; (most < 0 || turn < most) && cond(vars).item<int64_t>() != 0; ++turn) {
    Values next = body(vars);
    if (next.size() != vars.size()) {
      fail(Code::invalid_argument, "the body of a loop over ", vars.size(), " variables gives ",
           next.size(), " values");
    }
    for (size_t k = 0; k < next.size(); ++k) {
      if (next[k].dtype() != vars[k].dtype()) {
        fail(Code::invalid_argument, "loop variable ", k, " is ", vars[k].dtype(),
             " before a turn and ", next[k].dtype(), " after it");
      }
    }
    vars = std::move(next);
  }
  return vars;
}

}  // namespace rill
