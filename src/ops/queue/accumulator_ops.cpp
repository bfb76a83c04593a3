// Accumulators of gradients, with which workers of TensorFlow 1 train in step.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_accumulator.h"

namespace rill {
namespace {

template <typename Accumulator>
void accumulator_make(KernelContext& ctx) {
  const GradientAccumulator::Options options{
      .dtype = ctx.attr<DType>("dtype"),
      .shape = ctx.attr<Shape>("shape"),
      .mean = ctx.attr<std::string>("reduction_type") == "MEAN"};
  const std::string& shared = ctx.attr<std::string>("shared_name");
  const std::string name = shared.empty() ? str("accumulator/", ctx.node_name()) : shared;
  auto made = ctx.runtime().resources().find_or_make(
      ctx.attr<std::string>("container"), name,
      [&]() -> std::shared_ptr<Opaque> { return std::make_shared<Accumulator>(options); });
  const auto* found = dynamic_cast<const Accumulator*>(made.get());
  ctx.require(found && found->options() == options, "Shared accumulator ", quoted(name),
              " exists with another type, shape or reduction");
  ctx.set_output(0, Tensor::opaque(DType::resource, std::move(made)));
}

int64_t scalar(const KernelContext& ctx, int i, const char* what) {
  ctx.require(ctx.input(i).rank() == 0, "Argument ", what, " must be scalar, but had shape ",
              ctx.input(i).shape());
  return ctx.input(i).item<int64_t>();
}

template <typename Accumulator>
std::shared_ptr<Accumulator> accumulator(const KernelContext& ctx, DType dtype) {
  auto found = ctx.resource<Accumulator>(0);
  ctx.require(found->options().dtype == dtype, "the accumulator holds ", found->options().dtype,
              ", not ", dtype);
  return found;
}

void apply(KernelContext& ctx) {
  const auto to = accumulator<DenseAccumulator>(ctx, ctx.input(2).dtype());
  to->apply(ctx, scalar(ctx, 1, "local_step"), ctx.input(2));
}

int64_t required(const KernelContext& ctx) {
  const int64_t n = scalar(ctx, 1, "num_required");
  ctx.require(n > 0, "Argument num_required must be positive, but was ", n);
  return n;
}

void accumulator_take(KernelContext& ctx) {
  const auto from = accumulator<DenseAccumulator>(ctx, ctx.output_dtype(0));
  ctx.set_output(0, from->take(ctx, required(ctx)));
}

void apply_rows(KernelContext& ctx) {
  const auto to = accumulator<SparseAccumulator>(ctx, ctx.input(3).dtype());
  const Tensor& indices = ctx.input(2);
  const Tensor& values = ctx.input(3);
  ctx.require(indices.rank() == 1,
              "Input indices should be vector but received shape: ", indices.shape());
  ctx.require(values.rank() > 0, "Values cannot be 0-dimensional.");
  ctx.require(values.dim(0) == indices.size(), "Expected ", indices.size(),
              " non-empty input values, got ", values.dim(0));
  GradientRows rows{indices.to_vector<int64_t>(), values, {}};
  if (ctx.attr<bool>("has_known_shape")) {
    ctx.require(ctx.input(4).rank() == 1,
                "Input shape should be vector but received shape: ", ctx.input(4).shape());
    rows.shape = ctx.input(4).to_vector<int64_t>();
  }
  to->apply(ctx, scalar(ctx, 1, "local_step"), std::move(rows));
}

void take_rows(KernelContext& ctx) {
  const auto from = accumulator<SparseAccumulator>(ctx, ctx.output_dtype(1));
  GradientRows rows = from->take(ctx, required(ctx));
  ctx.set_output(0, Tensor::vector(rows.indices));
  ctx.set_output(1, std::move(rows.values));
  ctx.set_output(2, Tensor::vector(rows.shape));
}

void rows_shape(ShapeContext& ctx) {
  ctx.set_output(0, Shape{Shape::kUnknownDim});
  ctx.set_output(1, Shape::unknown_rank());
  ctx.set_output(2, Shape{Shape::kUnknownDim});
}

void count(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int32_t>() =
      static_cast<int32_t>(ctx.resource<GradientAccumulator>(0)->count());
}

void set_step(KernelContext& ctx) {
  ctx.resource<GradientAccumulator>(0)->set_global_step(scalar(ctx, 1, "new_global_step"));
}

}  // namespace

void register_accumulator_ops(OpRegistry& registry) {
  const AttrDef dtype =
      type_attr("dtype", type_set<DType::float16, DType::float32, DType::float64>);
  const std::vector<AttrDef> options = {dtype, shape_attr("shape"), string_attr("container", ""),
                                        string_attr("shared_name", ""),
                                        string_attr("reduction_type", "MEAN", {"MEAN", "SUM"})};
  const auto add = [&](std::string signature, std::vector<AttrDef> attrs, ShapeFn shape,
                       KernelFn kernel) {
    registry.add({.signature = std::move(signature),
                  .attrs = std::move(attrs),
                  .shape = shape,
                  .kernel = kernel,
                  .stateful = true,
                  .not_differentiable = true});
  };
  for (const bool resource : {false, true}) {
    const std::string prefix = resource ? "Resource" : "";
    const std::string handle = resource ? "handle: resource" : "handle: Ref(string)";
    add(str(prefix, "ConditionalAccumulator() -> (", handle, ")"), options,
        resource ? shapes::scalar : shapes::unknown, accumulator_make<DenseAccumulator>);
    add(str(prefix, "AccumulatorApplyGradient(", handle,
            ", local_step: int64, gradient: dtype) -> ()"),
        {dtype}, shapes::none, apply);
    add(str(prefix, "AccumulatorTakeGradient(", handle,
            ", num_required: int32) -> (average: dtype)"),
        {dtype}, shapes::unknown, accumulator_take);
    add(str(prefix, "AccumulatorNumAccumulated(", handle, ") -> (num_accumulated: int32)"), {},
        shapes::scalar, count);
    add(str(prefix, "AccumulatorSetGlobalStep(", handle, ", new_global_step: int64) -> ()"), {},
        shapes::none, set_step);
  }
  add("SparseConditionalAccumulator() -> (handle: Ref(string))", options, shapes::unknown,
      accumulator_make<SparseAccumulator>);
  add("SparseAccumulatorApplyGradient(handle: Ref(string), local_step: int64, gradient_indices: "
      "int64, gradient_values: dtype, gradient_shape: int64) -> ()",
      {dtype, bool_attr("has_known_shape")}, shapes::none, apply_rows);
  add("SparseAccumulatorTakeGradient(handle: Ref(string), num_required: int32) -> (indices: int64, "
      "values: dtype, shape: int64)",
      {dtype}, rows_shape, take_rows);
}

}  // namespace rill
