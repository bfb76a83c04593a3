// Functional control flow: If, While, For, Case and calls that were not inlined. The bodies are
// Programs with Plans of their own.
#include <algorithm>
#include <span>

#include "op/kernel_context.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

bool is_lowered(const KernelContext& ctx) {
  return ctx.attr_or<bool>("_lower_using_switch_merge", false);
}

// A scalar as a condition: tensorflow/core/kernels/functional_ops.cc, ToBool. Anything that is no
// scalar is true when it has elements; but Switch, to which TensorFlow lowers what says so, refuses
// it.
bool truth(const KernelContext& ctx, const Tensor& value) {
  if (value.rank() != 0) {
    ctx.require(!is_lowered(ctx) || value.dtype() != DType::bool_,
                "the condition must be a scalar, but it has shape ", value.shape());
    return value.size() > 0;
  }
  if (value.dtype() == DType::string) return !value.data<std::string>()->empty();
  bool result = false;
  if (!is_plain(value.dtype())) ctx.fail(Code::invalid_argument, value.dtype(), " is no condition");
  dispatch_real(value.dtype(), "a condition",
                [&]<typename T>() { result = static_cast<double>(*value.data<T>()) != 0; });
  return result;
}

std::span<const Shape> claimed_shapes(const NodeAccess& node) {
  const AttrValue* said = node.attrs().find("output_shapes");
  const auto* shapes = said ? said->get_if<std::vector<Shape>>() : nullptr;
  return shapes ? std::span<const Shape>(*shapes) : std::span<const Shape>();
}

void set_outputs(ShapeContext& ctx, std::span<const Shape> shapes) {
  for (int i = 0; i < ctx.num_outputs() && static_cast<size_t>(i) < shapes.size(); ++i) {
    ctx.set_output(i, shapes[static_cast<size_t>(i)]);
  }
}

void shapes_from_attr(ShapeContext& ctx) { set_outputs(ctx, claimed_shapes(ctx)); }

void return_results(KernelContext& ctx, std::vector<Tensor> results) {
  ctx.require(static_cast<int>(results.size()) == ctx.num_outputs(), "the function returned ",
              results.size(), " values; expected ", ctx.num_outputs());
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    ctx.set_output(i, std::move(results[static_cast<size_t>(i)]));
  }
}

std::vector<Tensor> arguments(const KernelContext& ctx, int first) {
  return {ctx.inputs().begin() + first, ctx.inputs().end()};
}

void run_if(KernelContext& ctx) {
  const char* branch = truth(ctx, ctx.input(0)) ? "then_branch" : "else_branch";
  return_results(ctx,
                 ctx.runtime().function(ctx.attr<NameAttrList>(branch)).call(arguments(ctx, 1)));
}

void run_case(KernelContext& ctx) {
  const auto& branches = ctx.attr<std::vector<NameAttrList>>("branches");
  ctx.require(!branches.empty(), "there are no branches");
  ctx.require(ctx.input(0).size() == 1 && (ctx.input(0).rank() == 0 || !is_lowered(ctx)),
              "branch_index must be a scalar, but it has shape ", ctx.input(0).shape());
  int64_t index = *ctx.input(0).data<int32_t>();
  const auto last = static_cast<int64_t>(branches.size()) - 1;
  if (index < 0 || index > last) index = last;
  return_results(
      ctx, ctx.runtime().function(branches[static_cast<size_t>(index)]).call(arguments(ctx, 1)));
}

// What a loop says of the shapes of its results. It is void once other shapes come in than it was
// made for: then there are none.
template <typename ShapeOfInput>
std::span<const Shape> loop_shapes(const NodeAccess& node, int num_inputs,
                                   const ShapeOfInput& input) {
  const auto shapes = claimed_shapes(node);
  for (int i = 0; i < num_inputs && static_cast<size_t>(i) < shapes.size(); ++i) {
    if (!input(i).is_compatible_with(shapes[static_cast<size_t>(i)])) return {};
  }
  return shapes;
}

void run_while(KernelContext& ctx) {
  ctx.require(!is_lowered(ctx) || ctx.attr<int64_t>("parallel_iterations") > 0,
              "parallel_iterations must be > 0, but is ", ctx.attr<int64_t>("parallel_iterations"));
  Callable& condition = ctx.runtime().function(ctx.attr<NameAttrList>("cond"));
  Callable& body = ctx.runtime().function(ctx.attr<NameAttrList>("body"));
  const auto claimed = loop_shapes(ctx, static_cast<int>(ctx.inputs().size()),
                                   [&](int i) { return ctx.input(i).shape(); });
  std::vector<Tensor> state;
  for (const Tensor& input : ctx.inputs()) state.push_back(input.owned());
  while (true) {
    ctx.runtime().check_cancelled();
    const std::vector<Tensor> more = condition.call(state);
    ctx.require(more.size() == 1, "the condition returned ", more.size(), " values");
    if (!truth(ctx, more[0])) break;
    const size_t n = state.size();
    state = body.call(std::move(state));
    ctx.require(state.size() == n, "the body returned ", state.size(), " values; expected ", n);
  }
  // What follows is planned for the shapes that the loop says its results have.
  for (size_t i = 0; i < std::min(claimed.size(), state.size()); ++i) {
    ctx.require(!is_plain(state[i].dtype()) || state[i].shape().is_compatible_with(claimed[i]),
                "result ", i, " has shape ", state[i].shape(), "; output_shapes says ", claimed[i]);
  }
  return_results(ctx, std::move(state));
}

// The body gets the number of the round before the values.
void run_for(KernelContext& ctx) {
  for (int i = 0; i < 3; ++i) {
    ctx.require(ctx.input(i).rank() == 0, "start, limit and delta must be scalars, but input ", i,
                " has shape ", ctx.input(i).shape());
  }
  const int64_t start = *ctx.input(0).data<int32_t>(), limit = *ctx.input(1).data<int32_t>(),
                delta = *ctx.input(2).data<int32_t>();
  ctx.require(start == limit || (delta != 0 && (delta > 0) == (start < limit)), "delta ", delta,
              " does not lead from start ", start, " to limit ", limit);
  Callable& body = ctx.runtime().function(ctx.attr<NameAttrList>("body"));
  std::vector<Tensor> state = arguments(ctx, 2);  // with the number of the round in front
  for (int64_t i = start; delta > 0 ? i < limit : i > limit; i += delta) {
    ctx.runtime().check_cancelled();
    const size_t n = state.size();
    state.front() = Tensor::scalar(static_cast<int32_t>(i));
    std::vector<Tensor> made = body.call(std::move(state));
    ctx.require(made.size() + 1 == n, "the body returned ", made.size(), " values; expected ",
                n - 1);
    state.assign(1, Tensor());
    state.insert(state.end(), made.begin(), made.end());
  }
  state.erase(state.begin());
  return_results(ctx, std::move(state));
}

// Stands where a branch has nothing to give; nobody reads it. Empty where its shape is not known.
void run_fake_param(KernelContext& ctx) {
  const Shape& shape = ctx.attr<Shape>("shape");
  ctx.set_output(0,
                 Tensor::zeros(ctx.output_dtype(0), shape.is_fully_defined() ? shape : Shape{0}));
}

// There is one place to call functions at.
void run_remote_call(KernelContext& ctx) {
  return_results(ctx, ctx.runtime().function(ctx.attr<NameAttrList>("f")).call(arguments(ctx, 1)));
}

void run_call(KernelContext& ctx) {
  return_results(ctx, ctx.runtime().function(ctx.attr<NameAttrList>("f")).call(arguments(ctx, 0)));
}

// Calls of gradient functions are inlined: who comes here names no function of the library.
void run_symbolic_gradient(KernelContext& ctx) {
  ctx.fail(Code::not_found, "no function is called ", quoted(ctx.attr<NameAttrList>("f").name));
}

void while_shape(ShapeContext& ctx) {
  set_outputs(ctx, loop_shapes(ctx, ctx.num_inputs(), [&](int i) { return ctx.input(i); }));
}

AttrDef output_shapes() {
  return attr("output_shapes", AttrKind::shape, true, AttrValue(AttrValue::EmptyList{}));
}

}  // namespace

void register_control_flow_ops(OpRegistry& registry) {
  registry.add({.signature = "SymbolicGradient(input: list(Tin)) -> (output: list(Tout))",
                .attrs = {type_list_attr("Tin", 1), type_list_attr("Tout", 1), func_attr("f")},
                .shape = shapes::unknown,
                .kernel = run_symbolic_gradient,
                .stateful = true});
  registry.add({.signature = "For(start: int32, limit: int32, delta: int32, input: list(T)) -> "
                             "(output: list(T))",
                .attrs = {type_list_attr("T"), func_attr("body")},
                .shape = shapes::unknown,
                .kernel = run_for,
                .stateful = true});
  registry.add({.signature = "FakeParam() -> (output: dtype)",
                .attrs = {type_attr("dtype"), shape_attr("shape")},
                .shape = shapes::unknown,
                .kernel = run_fake_param,
                .not_differentiable = true});
  registry.add({.signature = "RemoteCall(target: string, args: list(Tin)) -> (output: list(Tout))",
                .attrs = {type_list_attr("Tin", 1), type_list_attr("Tout", 1), func_attr("f")},
                .shape = shapes::unknown,
                .kernel = run_remote_call,
                .stateful = true});
  for (const bool stateless : {false, true}) {
    registry.add(
        {.signature = stateless
                          ? "StatelessIf(cond: Tcond, input: list(Tin)) -> (output: list(Tout))"
                          : "If(cond: Tcond, input: list(Tin)) -> (output: list(Tout))",
         .attrs = {type_attr("Tcond"), type_list_attr("Tin"), type_list_attr("Tout"),
                   func_attr("then_branch"), func_attr("else_branch"), output_shapes()},
         .shape = shapes_from_attr,
         .kernel = run_if,
         .stateful = true,
         .claims_shapes = true});
    registry.add({.signature = stateless ? "StatelessWhile(input: list(T)) -> (output: list(T))"
                                         : "While(input: list(T)) -> (output: list(T))",
                  .attrs = {type_list_attr("T"), func_attr("cond"), func_attr("body"),
                            output_shapes(), int_attr("parallel_iterations", 10)},
                  .shape = while_shape,
                  .kernel = run_while,
                  .stateful = true});
    registry.add(
        {.signature =
             stateless
                 ? "StatelessCase(branch_index: int32, input: list(Tin)) -> (output: list(Tout))"
                 : "Case(branch_index: int32, input: list(Tin)) -> (output: list(Tout))",
         .attrs = {type_list_attr("Tin"), type_list_attr("Tout"), func_list_attr("branches"),
                   output_shapes()},
         .shape = shapes_from_attr,
         .kernel = run_case,
         .stateful = true,
         .claims_shapes = true});
    registry.add(
        {.signature = stateless
                          ? "PartitionedCall(args: list(Tin)) -> (output: list(Tout))"
                          : "StatefulPartitionedCall(args: list(Tin)) -> (output: list(Tout))",
         .attrs = {type_list_attr("Tin"), type_list_attr("Tout"), func_attr("f"),
                   string_attr("config", ""), string_attr("config_proto", ""),
                   string_attr("executor_type", "")},
         .shape = shapes::unknown,
         .kernel = run_call,
         .stateful = true});
  }
}

}  // namespace rill
