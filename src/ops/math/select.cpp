// Select and SelectV2: condition ? t : e.
#include "kernels/elementwise.h"
#include "op/emit.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/gradient_tools.h"
#include "rill/ops/math.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

// Select: both choices have one shape; the condition has it too, or is a scalar, or is a vector
// that chooses rows.
void infer_select(ShapeContext& ctx) {
  const Shape choice = ctx.merge(ctx.input(1), ctx.input(2));
  ctx.set_output(0, choice);
  const Shape& condition = ctx.input(0);
  if (!choice.has_rank() || !condition.has_rank() || condition.rank() == 0) return;
  if (condition.rank() == 1 && choice.rank() > 0) {
    ctx.merge_dim(condition[0], choice[0]);
  } else {
    ctx.set_output(0, ctx.merge(choice, condition));
  }
}

void infer_select_v2(ShapeContext& ctx) {
  ctx.set_output(
      0, broadcast_shapes(ctx, ctx.input(0), broadcast_shapes(ctx, ctx.input(1), ctx.input(2))));
}

struct SelectBytes {
  kernels::Select kernel;
  void operator()(const RunArgs& args) const {
    kernel.run(static_cast<const bool*>(args.in[0]), args.in[1], args.in[2], args.out[0]);
  }
};

template <typename T>
struct SelectObjects {
  kernels::BroadcastN shape;
  void operator()(const RunArgs& args) const {
    const auto* condition = static_cast<const bool*>(args.in[0]);
    const auto* t = static_cast<const T*>(args.in[1]);
    const auto* e = static_cast<const T*>(args.in[2]);
    auto* out = static_cast<T*>(args.out[0]);
    shape.for_each_row(0, shape.count, [&](int64_t first, int64_t n, const int64_t* at) {
      for (int64_t i = 0; i < n; ++i) {
        const bool chosen = condition[at[0] + i * shape.stride[0][0]];
        out[first + i] =
            chosen ? t[at[1] + i * shape.stride[1][0]] : e[at[2] + i * shape.stride[2][0]];
      }
    });
  }
};

Prepared bind(const PrepareContext& ctx, const Shape& condition) {
  const DType dtype = ctx.input_dtype(1);
  if (is_plain(dtype)) {
    return prepared(SelectBytes{
        kernels::prepare_select(condition, ctx.input(1), ctx.input(2), dtype_size(dtype))});
  }
  const Shape* operands[] = {&condition, &ctx.input(1), &ctx.input(2)};
  const kernels::BroadcastN shape = kernels::merge_broadcast(ctx.output(0), operands);
  if (dtype == DType::string) return prepared(SelectObjects<std::string>{shape});
  return prepared(SelectObjects<std::shared_ptr<Opaque>>{shape});
}

Prepared prepare_select(const PrepareContext& ctx) {
  Shape condition = ctx.input(0);
  if (condition.rank() == 1) condition.resize(ctx.output(0).rank(), 1);
  return bind(ctx, condition);
}

Prepared prepare_select_v2(const PrepareContext& ctx) { return bind(ctx, ctx.input(0)); }

Values select_gradient(const GradContext& ctx) {
  const Value &condition = ctx.input(0), &dy = ctx.output_gradient(0);
  const Value zeros = grads::zeros_like(ctx.input(1));
  return {{}, emit("Select", {condition, dy, zeros}), emit("Select", {condition, zeros, dy})};
}

Values select_v2_gradient(const GradContext& ctx) {
  const Value &condition = ctx.input(0), &dy = ctx.output_gradient(0);
  const Value zero = grads::scalar_like(dy, 0);
  Values out(3);
  if (ctx.needs_gradient(1)) {
    out[1] = grads::sum_to_shape_of(grads::select(condition, dy, zero), ctx.input(1));
  }
  if (ctx.needs_gradient(2)) {
    out[2] = grads::sum_to_shape_of(grads::select(condition, zero, dy), ctx.input(2));
  }
  return out;
}

}  // namespace

Value ops::where(const Value& condition, const Value& x, const Value& y, std::string_view name) {
  return emit("SelectV2", {condition, x, y}, {}, name);
}

void register_select(OpRegistry& registry) {
  registry.add({.signature = "Select(condition: bool, t: T, e: T) -> (output: T)",
                .attrs = {type_attr("T")},
                .shape = infer_select,
                .prepare = prepare_select,
                .gradient = select_gradient});
  registry.add({.signature = "SelectV2(condition: bool, t: T, e: T) -> (output: T)",
                .attrs = {type_attr("T")},
                .shape = infer_select_v2,
                .prepare = prepare_select_v2,
                .gradient = select_v2_gradient});
}

}  // namespace rill
