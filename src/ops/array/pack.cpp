#include "kernels/mover.h"
#include "kernels/strided_copy.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/strips.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

void infer_pack(ShapeContext& ctx) {
  Shape all = Shape::unknown_rank();
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    const Shape& in = ctx.input(i);
    ctx.require(all.is_compatible_with(in),
                "Shapes of all inputs must match: values[0].shape = ", ctx.input(0), " != values[",
                i, "].shape = ", in);
    all = ctx.merge(all, in);
  }
  if (!all.has_rank()) return;
  const int64_t axis = ctx.attr<int64_t>("axis");
  ctx.require(axis >= -all.rank() - 1 && axis <= all.rank(), "axis = ", axis, " not in [",
              -all.rank() - 1, ", ", all.rank() + 1, ")");
  Shape out = all;
  out.insert(static_cast<int>(axis < 0 ? axis + all.rank() + 1 : axis), ctx.num_inputs());
  ctx.set_output(0, out);
  if (all.rank() != 0) return;
  PartialValue items;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    const auto item = ctx.partial(i);
    items.items.push_back(item && item->items.size() == 1 ? item->items[0]
                                                          : PartialValue::kUnknown);
  }
  ctx.set_partial(0, items);
}

// The inputs take turns, once per outer step.
Prepared prepare_pack(const PrepareContext& ctx) {
  const Shape& in = ctx.input(0);
  const int axis = canonical_axis(ctx.op(), ctx.attr<int64_t>("axis"), in.rank() + 1);
  const int64_t outer = product(in, 0, axis);
  const int64_t width = product(in, axis, in.rank());
  const auto n = static_cast<size_t>(ctx.num_inputs());
  return prepared([strips = Strips(outer, std::vector<int64_t>(n, width)),
                   mover = kernels::Mover(ctx.output_dtype(0))](const RunArgs& args) {
    strips.for_each([&](size_t i, int64_t from, int64_t to, int64_t length) {
      mover.copy(mover.at(args.in[i], from), mover.at(args.out[0], to), length);
    });
  });
}

void unpack_shape(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  if (!in.has_rank()) return;
  const int64_t axis = ctx.attr<int64_t>("axis");
  ctx.require(axis >= -in.rank() && axis < in.rank(), "axis = ", axis, " not in [", -in.rank(),
              ", ", in.rank(), ")");
  const int a = static_cast<int>(axis < 0 ? axis + in.rank() : axis);
  ctx.require(in[a] < 0 || in[a] == ctx.num_outputs(), "Input shape axis ", axis, " must equal ",
              ctx.num_outputs(), ", got shape ", in);
  Shape out = in;
  out.erase(a);
  const auto known = ctx.partial(0);
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    ctx.set_output(i, out);
    if (known && out.rank() == 0 && static_cast<size_t>(i) < known->items.size()) {
      ctx.set_partial(i, {true, {known->items[static_cast<size_t>(i)]}});
    }
  }
}

Prepared prepare_unpack(const PrepareContext& ctx) {
  const Shape& in = ctx.input(0);
  const int axis = canonical_axis(ctx.op(), ctx.attr<int64_t>("axis"), in.rank());
  const int64_t outer = product(in, 0, axis);
  const int64_t width = product(in, axis + 1, in.rank());
  const auto n = static_cast<size_t>(ctx.num_outputs());
  // Few elements at a time are best moved output by output, while the input stays near.
  constexpr int64_t kNarrow = 4, kNear = 16;
  if (width > 0 && width <= kNarrow && n <= kNear && outer > 1) {
    std::vector<kernels::StridedCopy> copies;
    for (size_t i = 0; i < n; ++i) {
      const int64_t sizes[] = {outer, width}, from[] = {static_cast<int64_t>(n) * width, 1};
      const int64_t to[] = {width, 1};
      copies.emplace_back(ctx.input_dtype(0), sizes, from, to, static_cast<int64_t>(i) * width);
    }
    return prepared([copies = std::move(copies)](const RunArgs& args) {
      for (size_t i = 0; i < copies.size(); ++i) copies[i].run(args.in[0], args.out[i]);
    });
  }
  return prepared([strips = Strips(outer, std::vector<int64_t>(n, width)),
                   mover = kernels::Mover(ctx.input_dtype(0))](const RunArgs& args) {
    strips.for_each([&](size_t i, int64_t to, int64_t from, int64_t length) {
      mover.copy(mover.at(args.in[0], from), mover.at(args.out[i], to), length);
    });
  });
}

// The inputs' rows one after another; the attribute says the result, and both must agree.
void parallel_concat_shape(ShapeContext& ctx) {
  const Shape& out = ctx.attr<Shape>("shape");
  ctx.require(out.has_rank() && out.rank() > 0 && out.is_fully_defined(), "shape is ", out,
              "; expected at least rank 1 and every dimension");
  int64_t rows = 0;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    if (!ctx.input(i).has_rank()) {
      rows = Shape::kUnknownDim;
      continue;
    }
    Shape expected = out;
    ctx.require_rank(i, 1);
    expected[0] = ctx.input(i)[0];
    ctx.require(expected.is_compatible_with(ctx.input(i)), "input ", i, " has shape ", ctx.input(i),
                ", which does not fit ", out);
    rows = rows < 0 || expected[0] < 0 ? Shape::kUnknownDim : rows + expected[0];
  }
  ctx.require(rows < 0 || rows == out[0], "the inputs have ", rows,
              " rows, the attribute shape is ", out);
  ctx.set_output(0, out);
}

Values pack_gradient(const GradContext& ctx) {
  return emit_all("Unpack", {ctx.output_gradient(0)},
                  {{"num", int64_t{ctx.num_inputs()}}, {"axis", ctx.attr<int64_t>("axis")}});
}

Values unpack_gradient(const GradContext& ctx) {
  if (ctx.num_outputs() == 0) return {grads::zeros_like(ctx.input(0))};
  Values parts;
  for (int i = 0; i < ctx.num_outputs(); ++i) parts.push_back(grads::output_gradient(ctx, i));
  return {emit("Pack", parts, {{"axis", ctx.attr<int64_t>("axis")}})};
}

}  // namespace

Value ops::stack(const Values& values, int64_t axis) {
  return emit("Pack", std::span<const Value>(values), {{"axis", axis}});
}
Values ops::unstack(const Value& x, int64_t num, int64_t axis) {
  if (num < 0) {
    num = x.shape().has_rank() ? x.shape()[canonical_axis("Unpack", axis, x.rank())] : -1;
    if (num < 0) fail(Code::invalid_argument, "unstack: give num, the shape is ", x.shape());
  }
  return emit_all("Unpack", {x}, {{"num", num}, {"axis", axis}});
}

void register_pack(OpRegistry& registry) {
  registry.add({.signature = "Pack(values: N*T) -> (output: T)",
                .attrs = {at_least(1, int_attr("N")), type_attr("T"), int_attr("axis", 0)},
                .shape = infer_pack,
                .prepare = prepare_pack,
                .gradient = pack_gradient});
  registry.add({.signature = "Unpack(value: T) -> (output: num*T)",
                .attrs = {at_least(0, int_attr("num")), type_attr("T"), int_attr("axis", 0)},
                .shape = unpack_shape,
                .prepare = prepare_unpack,
                .gradient = unpack_gradient});
  registry.add({.signature = "ParallelConcat(values: N*T) -> (output: T)",
                .attrs = {at_least(1, int_attr("N")), type_attr("T"), shape_attr("shape")},
                .shape = parallel_concat_shape,
                .prepare = [](const PrepareContext& ctx) {
                  std::vector<int64_t> counts;
                  for (int i = 0; i < ctx.num_inputs(); ++i) {
                    counts.push_back(ctx.input(i).num_elements());
                  }
                  return prepared(
                      [counts, mover = kernels::Mover(ctx.output_dtype(0))](const RunArgs& args) {
                        int64_t at = 0;
                        for (size_t i = 0; i < counts.size(); at += counts[i++]) {
                          mover.copy(args.in[i], mover.at(args.out[0], at), counts[i]);
                        }
                      });
                }});
}

}  // namespace rill
