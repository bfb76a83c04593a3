// The gradient of a function body, cut in two: a forward function that also returns what the
// gradient needs, and a backward function that takes it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "autodiff/backprop.h"
#include "autodiff/branch_conditions.h"
#include "graph/graph.h"
#include "op/build_body.h"
#include "op/import.h"

namespace rill::autodiff {

// A copy of a body with the nodes of its gradient behind the others.
class Split {
 public:
  // flows[k]: a gradient comes in for return k. needed[i]: one is asked for argument i.
  // `shapes`: of the arguments, as far as the caller knows them (may be empty).
  Split(GraphImpl& library_of, const NameAttrList& function, const std::vector<char>& flows,
        const std::vector<char>& needed, const std::vector<Shape>& shapes);

  size_t num_args() const { return args_.size(); }
  size_t num_returns() const { return returns_.size(); }
  // The gradient for argument i; empty where nothing flows.
  const Value& result(size_t i) const { return results_[i]; }
  // Gives argument i zeros for a gradient: of the argument's shape, or, for the handle of a
  // variable, of the variable's, which holds `dtype`.
  void add_zero_result(size_t i, DType dtype);
  // The return is the argument itself, untouched.
  bool passes_through(size_t i) const;
  DType arg_dtype(size_t i) const;
  Shape arg_shape(size_t i) const;
  DType return_dtype(size_t k) const;
  Shape return_shape(size_t k) const;

  // Forward values that the gradient uses, without the arguments themselves and constants.
  const std::vector<Endpoint>& saved();
  // The arguments that the gradient uses.
  const std::vector<size_t>& used_args();
  DType dtype_of(const Endpoint& e) const;
  Shape shape_of(const Endpoint& e) const;

  // The body as it was, without gradient: nodes keep their numbers.
  std::shared_ptr<FunctionBody> forward(const std::string& name) const;
  // A saved value in the body that forward() made. Where it lies on a branch of a TensorFlow 1
  // conditional, a stand-in takes its place when the branch is not taken.
  Value saved_in(const FunctionBody& forward, const Endpoint& e) const;

  // Copies the nodes of the gradient into `into`, where `grads[k]`, `saved` and `args` stand for
  // what comes in (values that nothing uses may be empty). One value an argument comes back.
  Values splice(const std::shared_ptr<GraphImpl>& into, const Values& grads, const Values& saved,
                const Values& args);

 private:
  void find_cut();
  std::vector<int> backward_nodes() const;
  void put_on_branches(const std::shared_ptr<GraphImpl>& into,
                       std::map<Endpoint, Endpoint>& place) const;

  std::shared_ptr<GraphImpl> graph_;
  std::string name_;
  std::vector<int> args_;
  std::vector<int> returns_;
  std::vector<int> controls_;
  bool stateful_ = false;
  int forward_end_ = 0;     // nodes from here on are gradients that come in
  int first_backward_ = 0;  // nodes from here on are the gradient's
  std::vector<int> grad_args_;
  Values results_;
  bool cut_known_ = false;
  std::vector<Endpoint> saved_;
  std::vector<size_t> used_args_;
  // Of what is saved, where it lies on a branch, and of the predicates of those branches.
  std::map<Endpoint, std::vector<BranchCondition>> conditions_;
};

// Any value of the dtype, in the place of one that is never looked at.
Value stand_in(const std::shared_ptr<GraphImpl>& graph, DType dtype);

}  // namespace rill::autodiff
