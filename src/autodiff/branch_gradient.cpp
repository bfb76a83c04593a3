// If and Case: each branch returns what its gradient needs, beside placeholders for what the other
// branches' gradients need; the gradient is an If or Case over the backward branches.
#include "autodiff/structural.h"
#include "base/fail.h"

namespace rill::autodiff {
namespace {

std::vector<NameAttrList> branches_of(const Node& node) {
  const AttrValue* list = node.attrs.find("branches");
  if (list != nullptr) {
    const auto* branches = list->get_if<std::vector<NameAttrList>>();
    return branches ? *branches : std::vector<NameAttrList>();
  }
  std::vector<NameAttrList> out;
  // Branch 1 of an If is "then".
  for (const char* name : {"else_branch", "then_branch"}) {
    const AttrValue* branch = node.attrs.find(name);
    if (branch != nullptr && branch->get_if<NameAttrList>()) {
      out.push_back(*branch->get_if<NameAttrList>());
    }
  }
  return out;
}

AttrMap with_branches(const Node& node, const std::vector<std::string>& names) {
  AttrMap attrs;
  if (node.attrs.contains("branches")) {
    std::vector<NameAttrList> list;
    for (const std::string& name : names) list.push_back({name, nullptr});
    attrs.set("branches", std::move(list));
  } else {
    attrs.set("else_branch", NameAttrList{names[0], nullptr});
    attrs.set("then_branch", NameAttrList{names[1], nullptr});
  }
  return attrs;
}

struct Branches {
  std::vector<Split> splits;
  std::vector<DType> saved_types;  // of all branches, one after the other
  std::vector<Shape> saved_shapes;
  std::vector<size_t> first_saved;  // of each branch
  std::vector<size_t> used_args;
  std::vector<size_t> returned;  // arguments that get a gradient
  std::vector<DType> result_types;
};

// Every branch must give the same gradients: zeros where it has none.
void agree(Branches& all) {
  const size_t num_args = all.splits[0].num_args();
  for (size_t i = 0; i < num_args; ++i) {
    DType dtype = DType::invalid;
    for (const Split& s : all.splits) {
      if (s.result(i)) dtype = s.result(i).dtype();
    }
    if (dtype == DType::invalid) continue;
    for (Split& s : all.splits) {
      if (!s.result(i)) s.add_zero_result(i, dtype);
    }
    all.returned.push_back(i);
    all.result_types.push_back(dtype);
  }
  std::vector<char> used(num_args, 0);
  for (Split& s : all.splits) {
    all.first_saved.push_back(all.saved_types.size());
    for (const Endpoint& e : s.saved()) {
      all.saved_types.push_back(s.dtype_of(e));
      all.saved_shapes.push_back(s.shape_of(e));
    }
    for (const size_t i : s.used_args()) used[i] = 1;
  }
  for (size_t i = 0; i < num_args; ++i) {
    if (used[i] != 0) all.used_args.push_back(i);
  }
}

std::string add_forward(const GraphImpl& graph, Branches& all, size_t b, const std::string& name) {
  Split& split = all.splits[b];
  const std::shared_ptr<FunctionBody> body = split.forward(forward_name(graph, name));
  const size_t first = all.first_saved[b];
  for (size_t j = 0; j < all.saved_types.size(); ++j) {
    const bool own = j >= first && j < first + split.saved().size();
    add_return(body->graph, *body,
               own ? split.saved_in(*body, split.saved()[j - first])
                   : stand_in(body->graph, all.saved_types[j]));
  }
  finish_body(body);
  return body->name;
}

std::string add_backward(const GraphImpl& graph, Branches& all, size_t b, const std::string& name,
                         const std::vector<char>& flows) {
  Split& split = all.splits[b];
  const std::shared_ptr<FunctionBody> body = new_body(graph, backward_name(graph, name));
  Values grads(flows.size()), saved, args(split.num_args());
  for (size_t k = 0; k < flows.size(); ++k) {
    if (flows[k] == 0) continue;
    grads[k] = add_arg(body->graph, *body, "grad", split.return_dtype(k), split.return_shape(k));
  }
  const size_t first = all.first_saved[b];
  for (size_t j = 0; j < all.saved_types.size(); ++j) {
    const bool own = j >= first && j < first + split.saved().size();
    const Value arg = add_arg(body->graph, *body, "saved", all.saved_types[j],
                              own ? all.saved_shapes[j] : Shape::unknown_rank());
    if (own) saved.push_back(arg);
  }
  for (const size_t i : all.used_args) {
    args[i] = add_arg(body->graph, *body, "arg", split.arg_dtype(i), split.arg_shape(i));
  }
  const Values results = split.splice(body->graph, grads, saved, args);
  for (const size_t i : all.returned) add_return(body->graph, *body, results[i]);
  finish_body(body);
  return body->name;
}

}  // namespace

Values gradient_of_branches(const GradContext& ctx) {
  CallSite site;
  if (!find_site(ctx, site)) return gradient_of_eager_call(ctx);
  const std::shared_ptr<GraphImpl>& graph = site.graph;
  const std::vector<NameAttrList> functions = branches_of(graph->node(site.node));
  const size_t old_outputs = graph->node(site.node).output_dtypes.size();
  const std::vector<char> flows = flowing(ctx, old_outputs);
  std::vector<Shape> shapes;
  for (int i = 1; i < ctx.num_inputs(); ++i) shapes.push_back(ctx.input(i).shape());
  Branches all;
  for (const NameAttrList& f : functions) {
    all.splits.emplace_back(*graph, f, flows, wanted(ctx, 1), shapes);
  }
  Values out(static_cast<size_t>(ctx.num_inputs()));
  if (all.splits.empty()) return out;
  agree(all);
  if (all.returned.empty()) return out;
  std::vector<std::string> forward, backward;
  for (size_t b = 0; b < functions.size(); ++b) {
    forward.push_back(add_forward(*graph, all, b, functions[b].name));
    backward.push_back(add_backward(*graph, all, b, functions[b].name, flows));
  }
  Node& node = graph->mutable_node(site.node);
  for (const auto& [name, value] : with_branches(node, forward)) node.attrs.set(name, value);
  // The shapes of stand-ins differ from the values'.
  add_outputs(*graph, site.node, "Tout", all.saved_types,
              std::vector<Shape>(all.saved_types.size(), Shape::unknown_rank()));

  Values inputs{ctx.input(0)};
  for (size_t k = 0; k < old_outputs; ++k) {
    if (flows[k] != 0) inputs.push_back(ctx.output_gradient(static_cast<int>(k)));
  }
  for (size_t j = 0; j < all.saved_types.size(); ++j) {
    inputs.push_back(graph->tensor({site.node, static_cast<int>(old_outputs + j)}));
  }
  for (const size_t i : all.used_args) inputs.push_back(ctx.input(static_cast<int>(i + 1)));
  AttrMap attrs = with_branches(graph->node(site.node), backward);
  attrs.set("Tout", all.result_types);
  std::vector<Shape> result_shapes;
  for (const size_t i : all.returned) {
    const Value& arg = ctx.input(static_cast<int>(i + 1));
    // The gradient for a handle has the shape of the variable.
    result_shapes.push_back(arg.dtype() == DType::resource ? Shape::unknown_rank() : arg.shape());
  }
  attrs.set("output_shapes", std::move(result_shapes));
  const Values results = emit_all(graph->node(site.node).op, inputs, std::move(attrs));
  for (size_t j = 0; j < all.returned.size(); ++j) out[all.returned[j] + 1] = results[j];
  return out;
}

}  // namespace rill::autodiff
