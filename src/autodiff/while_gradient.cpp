// While: the loop counts its turns and pushes what the gradient needs on lists, one list a value;
// the gradient is a loop that pops them.
#include "autodiff/structural.h"
#include "base/fail.h"
#include "op/function_def.h"

namespace rill::autodiff {
namespace {

Value scalar(int32_t number) { return Tensor::scalar(number); }

class WhileGradient {
 public:
  WhileGradient(const GradContext& ctx, const CallSite& site)
      : ctx_(ctx),
        graph_(site.graph),
        node_(site.node),
        n_(graph_->node(node_).inputs.size()),
        body_(function("body")),
        cond_(function("cond")) {}

  Values run() {
    Values out(static_cast<size_t>(ctx_.num_inputs()));
    find_active();
    plan_saving();
    extend_forward();
    const Values results = run_backward();
    for (size_t j = 0; j < active_.size(); ++j) {
      const size_t i = active_[j];
      if (static_cast<int>(i) < ctx_.num_inputs() && ctx_.needs_gradient(static_cast<int>(i))) {
        out[i] = results[j];
      }
    }
    return out;
  }

 private:
  NameAttrList function(const char* name) const {
    const AttrValue* value = graph_->node(node_).attrs.find(name);
    const auto* f = value ? value->get_if<NameAttrList>() : nullptr;
    if (f == nullptr) fail(Code::invalid_argument, "a loop without a ", name, " function");
    return *f;
  }

  static bool is_value(DType dtype) { return is_differentiable(dtype) && dtype != DType::resource; }

  // The loop variables through which gradients flow: those of the results, and what these were
  // computed from, turn after turn.
  void find_active() {
    std::vector<char> flows = flowing(ctx_, n_);
    const std::vector<DType>& dtypes = graph_->node(node_).output_dtypes;
    std::vector<char> needed;
    for (size_t i = 0; i < n_; ++i) needed.push_back(is_differentiable(dtypes[i]));
    for (size_t i = 0; i < n_; ++i) flows[i] = flows[i] != 0 && is_value(dtypes[i]);
    while (true) {
      split_ = std::make_unique<Split>(*graph_, body_, flows, needed, std::vector<Shape>());
      bool grew = false;
      for (size_t i = 0; i < n_; ++i) {
        if (!split_->result(i) || !is_value(dtypes[i]) || flows[i] != 0) continue;
        flows[i] = 1;
        grew = true;
      }
      if (!grew) break;
    }
    for (size_t i = 0; i < n_; ++i) {
      if (flows[i] == 0 && !split_->result(i)) continue;
      // A variable that flows out but takes nothing in: its gradient ends in this turn.
      if (!split_->result(i)) split_->add_zero_result(i, dtypes[i]);
      active_.push_back(i);
    }
  }

  // Values that change are saved each turn; those that the loop only hands on are not.
  void plan_saving() {
    for (const Endpoint& e : split_->saved()) saved_.push_back(e);
    num_body_saved_ = saved_.size();
    const std::shared_ptr<FunctionBody> body = function_body(*graph_, body_);
    for (const size_t i : split_->used_args()) {
      if (split_->passes_through(i)) {
        constant_.push_back(i);
      } else {
        changing_.push_back(i);
        saved_.push_back({body->args[i], 0});
      }
    }
  }

  // [variables..., turns, a list for each saved value...]
  void extend_forward() {
    const std::shared_ptr<FunctionBody> body = split_->forward(forward_name(*graph_, body_.name));
    const std::shared_ptr<GraphImpl>& g = body->graph;
    {
      const GraphScope scope(g);
      const Value turns = add_arg(g, *body, "turns", DType::int32, Shape{});
      Values lists;
      for (size_t j = 0; j < saved_.size(); ++j) {
        const Value list = add_arg(g, *body, "list", DType::variant, Shape{});
        lists.push_back(emit("TensorListPushBack", {list, split_->saved_in(*body, saved_[j])}));
      }
      add_return(g, *body, emit("AddV2", {turns, scalar(1)}));
      for (const Value& list : lists) add_return(g, *body, list);
    }
    finish_body(body);

    const std::shared_ptr<FunctionBody> old = function_body(*graph_, cond_);
    const auto cond = std::make_shared<FunctionBody>(*old);
    cond->graph = std::make_shared<GraphImpl>();
    cond->graph->library.borrow(graph_->library.owner());
    for (int id = 0; id < old->graph->num_nodes(); ++id) {
      Node copy = old->graph->node(id);
      cond->graph->add_node(std::move(copy));
    }
    cond->name = forward_name(*graph_, cond_.name);
    add_arg(cond->graph, *cond, "turns", DType::int32, Shape{});
    for (size_t j = 0; j < saved_.size(); ++j) {
      add_arg(cond->graph, *cond, "list", DType::variant, Shape{});
    }
    finish_body(cond);

    std::vector<DType> dtypes{DType::int32};
    std::vector<Endpoint> initial{endpoint(to_graph(graph_, scalar(0)))};
    for (const Endpoint& e : saved_) {
      const Value list =
          emit("EmptyTensorList", {scalar(-1), scalar(-1)},
               {{"element_dtype", split_->dtype_of(e)}, {"shape_type", DType::int32}});
      initial.push_back(endpoint(to_graph(graph_, list)));
      dtypes.push_back(DType::variant);
    }
    Node& node = graph_->mutable_node(node_);
    node.attrs.set("body", NameAttrList{body->name, nullptr});
    node.attrs.set("cond", NameAttrList{cond->name, nullptr});
    node.inputs.insert(node.inputs.end(), initial.begin(), initial.end());
    add_outputs(*graph_, node_, "T", dtypes, std::vector<Shape>(dtypes.size(), Shape{}));
  }

  static Endpoint endpoint(const Value& v) { return {v.rep()->node, v.rep()->output}; }

  // The element shape that a pop asks for: what is known of the value.
  static Value element_shape(const Shape& shape) {
    if (!shape.has_rank()) return scalar(-1);
    std::vector<int32_t> dims;
    for (int i = 0; i < shape.rank(); ++i) dims.push_back(static_cast<int32_t>(shape[i]));
    return Tensor::vector(dims);
  }

  // [turns left, gradients of the active variables..., lists..., constant variables...]
  Values run_backward() {
    const std::shared_ptr<FunctionBody> body =
        new_body(*graph_, backward_name(*graph_, body_.name));
    const std::shared_ptr<FunctionBody> cond =
        new_body(*graph_, unique_function_name(*graph_->library, body->name + "_cond"));
    Values initial{graph_->tensor({node_, static_cast<int>(n_)})};
    std::vector<std::pair<DType, Shape>> types{{DType::int32, Shape{}}};
    for (const size_t i : active_) {
      initial.push_back(initial_gradient(i));
      types.emplace_back(initial.back().dtype(), Shape::unknown_rank());
    }
    for (size_t j = 0; j < saved_.size(); ++j) {
      initial.push_back(graph_->tensor({node_, static_cast<int>(n_ + 1 + j)}));
      types.emplace_back(DType::variant, Shape{});
    }
    for (const size_t i : constant_) {
      initial.push_back(graph_->tensor(graph_->node(node_).inputs[i]));
      types.emplace_back(initial.back().dtype(), initial.back().shape());
    }
    Values args;
    for (const auto& [dtype, shape] : types) {
      args.push_back(add_arg(body->graph, *body, "var", dtype, shape));
    }
    fill_backward(*body, args);
    {
      const GraphScope scope(cond->graph);
      Value turns;
      for (const auto& [dtype, shape] : types) {
        const Value arg = add_arg(cond->graph, *cond, "var", dtype, shape);
        if (!turns) turns = arg;
      }
      add_return(cond->graph, *cond, emit("Greater", {turns, scalar(0)}));
    }
    finish_body(body);
    finish_body(cond);
    std::vector<Shape> shapes{Shape{}};
    for (const size_t i : active_) {
      const Value whole = graph_->tensor(graph_->node(node_).inputs[i]);
      shapes.push_back(whole.dtype() == DType::resource || split_->passes_through(i) == false
                           ? Shape::unknown_rank()
                           : whole.shape());
    }
    for (size_t j = 1 + active_.size(); j < types.size(); ++j) shapes.push_back(types[j].second);
    const Values out = emit_all(graph_->node(node_).op, initial,
                                {{"body", NameAttrList{body->name, nullptr}},
                                 {"cond", NameAttrList{cond->name, nullptr}},
                                 {"output_shapes", std::move(shapes)}});
    return {out.begin() + 1, out.begin() + 1 + static_cast<std::ptrdiff_t>(active_.size())};
  }

  Value initial_gradient(size_t i) {
    Value given = static_cast<int>(i) < ctx_.num_outputs()
                      ? ctx_.output_gradient(static_cast<int>(i))
                      : Value();
    if (given) return given;
    Value like = graph_->tensor({node_, static_cast<int>(i)});
    if (like.dtype() == DType::resource) {
      like = emit("ReadVariableOp", {graph_->tensor(graph_->node(node_).inputs[i])},
                  {{"dtype", split_->result(i).dtype()}});
    }
    return emit("ZerosLike", {like});
  }

  void fill_backward(FunctionBody& body, const Values& args) {
    const std::shared_ptr<GraphImpl>& g = body.graph;
    const GraphScope scope(g);
    Values grads(n_), saved, by_arg(n_);
    for (size_t j = 0; j < active_.size(); ++j) grads[active_[j]] = args[1 + j];
    Values lists;
    const size_t first_list = 1 + active_.size();
    for (size_t j = 0; j < saved_.size(); ++j) {
      const Values popped = emit_all(
          "TensorListPopBack", {args[first_list + j], element_shape(split_->shape_of(saved_[j]))},
          {{"element_dtype", split_->dtype_of(saved_[j])}});
      lists.push_back(popped[0]);
      if (j < num_body_saved_) {
        saved.push_back(popped[1]);
      } else {
        by_arg[changing_[j - num_body_saved_]] = popped[1];
      }
    }
    for (size_t j = 0; j < constant_.size(); ++j) {
      by_arg[constant_[j]] = args[first_list + saved_.size() + j];
    }
    const Values results = split_->splice(g, grads, saved, by_arg);
    add_return(g, body, emit("Sub", {args[0], scalar(1)}));
    for (size_t j = 0; j < active_.size(); ++j) {
      const size_t i = active_[j];
      // What flows to a handle adds up; it does not pass through the results of the loop.
      const bool handle = split_->arg_dtype(i) == DType::resource;
      add_return(g, body, handle ? emit("AddV2", {args[1 + j], results[i]}) : results[i]);
    }
    for (const Value& list : lists) add_return(g, body, list);
    for (size_t j = 0; j < constant_.size(); ++j) {
      add_return(g, body, args[first_list + saved_.size() + j]);
    }
  }

  const GradContext& ctx_;
  std::shared_ptr<GraphImpl> graph_;
  int node_;
  size_t n_;
  NameAttrList body_;
  NameAttrList cond_;
  std::unique_ptr<Split> split_;
  std::vector<size_t> active_;
  std::vector<Endpoint> saved_;
  size_t num_body_saved_ = 0;
  std::vector<size_t> changing_;  // arguments saved each turn, behind the body's values
  std::vector<size_t> constant_;  // arguments that the loop hands on
};

}  // namespace

Values gradient_of_while(const GradContext& ctx) {
  CallSite site;
  if (!find_site(ctx, site)) return gradient_of_eager_call(ctx);
  const GraphScope scope(site.graph);
  return WhileGradient(ctx, site).run();
}

}  // namespace rill::autodiff
