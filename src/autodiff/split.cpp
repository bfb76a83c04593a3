#include "autodiff/split.h"

#include <algorithm>
#include <set>

#include "autodiff/symbolic.h"
#include "base/fail.h"
#include "op/function_def.h"
#include "op/registry.h"

namespace rill::autodiff {
namespace {

std::shared_ptr<GraphImpl> copy_of(const GraphImpl& graph, int nodes) {
  auto out = std::make_shared<GraphImpl>();
  out->library.own(graph.library.owner());
  for (int id = 0; id < nodes; ++id) {
    Node node = graph.node(id);
    out->add_node(std::move(node));
  }
  return out;
}

// Functions may call themselves, or each the next one twice: their gradients have no end, or none
// that anybody waits for.
class Nesting {
 public:
  explicit Nesting(const std::string& function) {
    if (depth_ == 0) made_ = 0;
    if (depth_ >= kMostDepth || ++made_ > kMost) {
      fail(Code::resource_exhausted, "the gradient of function ", quoted(function),
           ": calls are nested deeper than ", kMostDepth, ", or are more than ", kMost);
    }
    ++depth_;
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() { --depth_; }

 private:
  static constexpr int kMostDepth = 50;
  static constexpr int kMost = 10'000;
  static thread_local int depth_, made_;
};
thread_local int Nesting::depth_ = 0;
thread_local int Nesting::made_ = 0;

// The scalar in the shape of the value in whose place it stands: lists of saved values check it.
Value filled_like(const Shape& shape, const Value& scalar) {
  const DType dtype = scalar.dtype();
  if (!shape.has_rank() || shape.rank() == 0 || dtype == DType::variant ||
      dtype == DType::resource) {
    return scalar;
  }
  std::vector<int64_t> dims(shape.begin(), shape.end());
  for (int64_t& d : dims) d = d < 0 ? 1 : d;
  return emit("Fill", {Tensor::vector(dims), scalar}, {{"index_type", DType::int64}});
}

}  // namespace

Split::Split(GraphImpl& library_of, const NameAttrList& function, const std::vector<char>& flows,
             const std::vector<char>& needed, const std::vector<Shape>& shapes) {
  const Nesting level(function.name);
  const std::shared_ptr<FunctionBody> body = function_body(library_of, function);
  if (flows.size() != body->returns.size() || needed.size() != body->args.size()) {
    fail(Code::invalid_argument, "function ", quoted(function.name), " has ", body->args.size(),
         " arguments and ", body->returns.size(), " results; expected ", needed.size(), " and ",
         flows.size());
  }
  graph_ = copy_of(*body->graph, body->graph->num_nodes());
  name_ = body->name;
  args_ = body->args;
  returns_ = body->returns;
  controls_ = body->controls;
  stateful_ = body->stateful;
  if (shapes.size() == args_.size()) {
    for (size_t i = 0; i < shapes.size(); ++i) {
      graph_->mutable_node(args_[i]).attrs.set("_output_shapes", std::vector<Shape>{shapes[i]});
    }
    for (const int id : topological_order(*graph_)) infer_node_shapes(*graph_, id);
  }
  forward_end_ = graph_->num_nodes();

  BackpropRequest request;
  FunctionBody gradient_args;
  grad_args_.assign(returns_.size(), -1);
  for (size_t k = 0; k < returns_.size(); ++k) {
    if (flows[k] == 0) continue;
    const Value seed =
        add_arg(graph_, gradient_args, str("grad_", k), return_dtype(k), return_shape(k));
    grad_args_[k] = seed.rep()->node;
    request.targets.push_back(graph_->tensor(graph_->node(returns_[k]).inputs[0]));
    request.seeds.push_back(seed);
  }
  first_backward_ = graph_->num_nodes();
  std::vector<size_t> sources;
  for (size_t i = 0; i < args_.size(); ++i) {
    if (needed[i] == 0) continue;
    request.sources.push_back(graph_->tensor({args_[i], 0}));
    sources.push_back(i);
  }
  results_.resize(args_.size());
  const Values results = gradients_in(graph_, request);
  for (size_t j = 0; j < sources.size(); ++j) results_[sources[j]] = results[j];
  // A constant gradient (a dense tensor) becomes a node.
  for (Value& r : results_) {
    if (r && !r.is_symbolic()) r = to_graph(graph_, r);
  }
}

void Split::add_zero_result(size_t i, DType dtype) {
  const GraphScope scope(graph_);
  Value like = graph_->tensor({args_[i], 0});
  if (like.dtype() == DType::resource) like = emit("ReadVariableOp", {like}, {{"dtype", dtype}});
  results_[i] = emit("ZerosLike", {like});
  cut_known_ = false;
}

bool Split::passes_through(size_t i) const {
  return i < returns_.size() && graph_->node(returns_[i]).inputs[0] == Endpoint{args_[i], 0};
}

DType Split::arg_dtype(size_t i) const { return dtype_of({args_[i], 0}); }
Shape Split::arg_shape(size_t i) const { return shape_of({args_[i], 0}); }
DType Split::return_dtype(size_t k) const { return dtype_of(graph_->node(returns_[k]).inputs[0]); }
Shape Split::return_shape(size_t k) const { return shape_of(graph_->node(returns_[k]).inputs[0]); }

DType Split::dtype_of(const Endpoint& e) const {
  return graph_->node(e.node).output_dtypes[static_cast<size_t>(e.output)];
}

Shape Split::shape_of(const Endpoint& e) const {
  const std::vector<Shape>& shapes = graph_->node(e.node).output_shapes;
  return static_cast<size_t>(e.output) < shapes.size() ? shapes[static_cast<size_t>(e.output)]
                                                       : Shape::unknown_rank();
}

const std::vector<Endpoint>& Split::saved() {
  find_cut();
  return saved_;
}

const std::vector<size_t>& Split::used_args() {
  find_cut();
  return used_args_;
}

// The nodes behind the cut that the results need, in order of their numbers.
std::vector<int> Split::backward_nodes() const {
  std::set<int> found;
  std::vector<int> open;
  for (const Value& r : results_) {
    if (r) open.push_back(r.rep()->node);
  }
  while (!open.empty()) {
    const int id = open.back();
    open.pop_back();
    const bool is_constant = graph_->node(id).op == "Const";
    if ((id < first_backward_ && !is_constant) || !found.insert(id).second) continue;
    for (const Endpoint& e : graph_->node(id).inputs) open.push_back(e.node);
  }
  return {found.begin(), found.end()};
}

void Split::find_cut() {
  if (cut_known_) return;
  cut_known_ = true;
  std::map<int, size_t> arg_of;
  for (size_t i = 0; i < args_.size(); ++i) arg_of[args_[i]] = i;
  std::set<Endpoint> cut;
  const auto cross = [&](const Endpoint& e) {
    if (e.node < forward_end_ && graph_->node(e.node).op != "Const") cut.insert(e);
  };
  for (const int id : backward_nodes()) {
    for (const Endpoint& e : graph_->node(id).inputs) cross(e);
  }
  for (const Value& r : results_) {
    if (r) cross({r.rep()->node, r.rep()->output});
  }
  conditions_.clear();
  for (const Endpoint& e : std::set<Endpoint>(cut)) {
    std::vector<BranchCondition> found = branch_conditions(*graph_, e);
    if (found.empty()) continue;
    for (const BranchCondition& c : found) {
      cross(c.predicate);
      if (!conditions_.contains(c.predicate)) {
        conditions_[c.predicate] = branch_conditions(*graph_, c.predicate);
      }
    }
    conditions_[e] = std::move(found);
  }
  saved_.clear();
  used_args_.clear();
  for (const Endpoint& e : cut) {
    if (const auto arg = arg_of.find(e.node); arg != arg_of.end()) {
      used_args_.push_back(arg->second);
    } else {
      saved_.push_back(e);
    }
  }
}

std::shared_ptr<FunctionBody> Split::forward(const std::string& name) const {
  auto body = std::make_shared<FunctionBody>();
  body->name = name;
  body->graph = copy_of(*graph_, forward_end_);
  body->graph->library.borrow(graph_->library.owner());
  body->args = args_;
  body->returns = returns_;
  body->controls = controls_;
  body->stateful = stateful_;
  // Calls and loops that were made to return more got inputs that stand further behind.
  std::map<int, int> moved;
  for (int id = 0; id < body->graph->num_nodes(); ++id) {
    for (size_t i = 0; i < body->graph->node(id).inputs.size(); ++i) {
      const Endpoint e = body->graph->node(id).inputs[i];
      if (e.node < forward_end_) continue;
      if (!moved.contains(e.node)) {
        Node copy = graph_->node(e.node);
        copy.name = body->graph->unique_name(copy.name);
        moved[e.node] = body->graph->add_node(std::move(copy));
      }
      body->graph->mutable_node(id).inputs[i].node = moved[e.node];
    }
  }
  return body;
}

Value Split::saved_in(const FunctionBody& forward, const Endpoint& e) const {
  const std::shared_ptr<GraphImpl>& g = forward.graph;
  Value value = g->tensor(e);
  const GraphScope scope(g);
  for (const BranchCondition& c : branch_conditions(*graph_, e)) {
    const Values sides = emit_all("Switch", {stand_in(g, value.dtype()), g->tensor(c.predicate)});
    const Value other = filled_like(shape_of(e), sides[static_cast<size_t>(1 - c.side)]);
    value = emit_all("Merge", {value, other})[0];
  }
  return value;
}

Value stand_in(const std::shared_ptr<GraphImpl>& graph, DType dtype) {
  const GraphScope scope(graph);
  if (dtype == DType::variant) {
    return emit("EmptyTensorList", {Tensor::scalar<int32_t>(-1), Tensor::scalar<int32_t>(0)},
                {{"element_dtype", DType::float32}});
  }
  if (dtype == DType::resource) {
    return emit_all("TensorArrayV3", {Tensor::scalar<int32_t>(0)}, {{"dtype", DType::float32}})[0];
  }
  return to_graph(graph, dtype == DType::string ? Tensor("") : Tensor::zeros(dtype, Shape{}));
}

// What a branch of a TensorFlow 1 conditional saved flows on in the gradient of that branch alone.
void Split::put_on_branches(const std::shared_ptr<GraphImpl>& into,
                            std::map<Endpoint, Endpoint>& place) const {
  const GraphScope scope(into);
  std::vector<Endpoint> order;
  for (const auto& [e, conditions] : conditions_) order.push_back(e);
  // A predicate lies on fewer branches than what hangs on it.
  std::stable_sort(order.begin(), order.end(), [&](const Endpoint& a, const Endpoint& b) {
    return conditions_.at(a).size() < conditions_.at(b).size();
  });
  for (const Endpoint& e : order) {
    if (!place.contains(e)) {
      // Only constants are not handed over.
      Node node = graph_->node(e.node);
      node.name = into->unique_name(node.name);
      place[e] = {into->add_node(std::move(node)), e.output};
    }
    const std::vector<BranchCondition>& conditions = conditions_.at(e);
    for (auto c = conditions.rbegin(); c != conditions.rend(); ++c) {
      const Values sides =
          emit_all("Switch", {into->tensor(place.at(e)), into->tensor(place.at(c->predicate))});
      const Value& value = sides[static_cast<size_t>(c->side)];
      place[e] = {value.rep()->node, value.rep()->output};
    }
  }
}

Values Split::splice(const std::shared_ptr<GraphImpl>& into, const Values& grads,
                     const Values& saved, const Values& args) {
  find_cut();
  std::map<Endpoint, Endpoint> place;
  const auto put = [&](const Endpoint& from, const Value& to) {
    if (to) place[from] = {to.rep()->node, to.rep()->output};
  };
  for (size_t k = 0; k < grads.size(); ++k) {
    if (grad_args_[k] >= 0) put({grad_args_[k], 0}, grads[k]);
  }
  for (size_t j = 0; j < saved.size(); ++j) put(saved_[j], saved[j]);
  for (size_t i = 0; i < args.size(); ++i) put({args_[i], 0}, args[i]);
  put_on_branches(into, place);
  const std::vector<int> nodes = backward_nodes();
  std::set<int> copied(nodes.begin(), nodes.end());
  std::map<int, int> copy;
  // Numbers first: an extended loop may use nodes that stand behind it.
  for (const int id : nodes) {
    Node node = graph_->node(id);
    node.inputs.clear();
    node.controls.clear();
    node.name = into->unique_name(node.name);
    copy[id] = into->add_node(std::move(node));
  }
  const auto at = [&](const Endpoint& e) -> Endpoint {
    if (copied.contains(e.node)) return {copy.at(e.node), e.output};
    const auto found = place.find(e);
    if (found == place.end()) {
      fail(Code::internal, "the gradient of function ", quoted(name_), " uses ",
           quoted(graph_->node(e.node).name), ", which was not kept");
    }
    return found->second;
  };
  for (const int id : nodes) {
    Node& node = into->mutable_node(copy.at(id));
    for (const Endpoint& e : graph_->node(id).inputs) node.inputs.push_back(at(e));
  }
  Values out(results_.size());
  for (size_t i = 0; i < results_.size(); ++i) {
    if (results_[i]) {
      out[i] = into->tensor(at({results_[i].rep()->node, results_[i].rep()->output}));
    }
  }
  return out;
}

}  // namespace rill::autodiff
