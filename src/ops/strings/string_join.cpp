#include <algorithm>

#include "kernels/strided_copy.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "rill/ops/strings.hpp"

namespace rill {
namespace {

// All inputs have one shape, except that scalars go with anything.
void join_shape(ShapeContext& ctx) {
  Shape out;
  bool scalars = true;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    const Shape& in = ctx.input(i);
    if (in.rank() == 0) continue;
    out = scalars ? in : ctx.merge(out, in);
    scalars = false;
  }
  ctx.set_output(0, out);
}

void run_join(KernelContext& ctx) {
  const std::string& separator = ctx.attr<std::string>("separator");
  Shape shape;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    const Shape& in = ctx.input(i).shape();
    if (in.rank() == 0) continue;
    ctx.require(shape.rank() == 0 || shape == in, "Input shapes do not match: ", shape, " vs. ",
                in);
    shape = in;
  }
  Tensor& out = ctx.output(0, shape);
  auto* to = out.data<std::string>();
  for (int64_t k = 0; k < out.size(); ++k) {
    to[k].clear();
    for (int i = 0; i < ctx.num_inputs(); ++i) {
      if (i > 0) to[k] += separator;
      to[k] += ctx.input(i).data<std::string>()[ctx.input(i).rank() == 0 ? 0 : k];
    }
  }
}

int checked_axis(const NodeAccess& node, int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    node.fail(Code::out_of_range, "Invalid reduction dimension ", axis, " for input with ", rank,
              " dimension(s)");
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Shape reduced_shape(const Shape& in, const std::vector<bool>& gone, bool keep) {
  Shape out;
  for (int d = 0; d < in.rank(); ++d) {
    if (!gone[static_cast<size_t>(d)]) {
      out.push_back(in[d]);
    } else if (keep) {
      out.push_back(1);
    }
  }
  return out;
}

void reduce_shape(ShapeContext& ctx) {
  ctx.require_rank_at_most(1, 1);
  const Shape& in = ctx.input(0);
  const auto axes = ctx.ints(1);
  if (!in.has_rank() || !axes) return;
  std::vector<bool> gone(static_cast<size_t>(in.rank()), false);
  for (const int64_t axis : *axes) {
    gone[static_cast<size_t>(checked_axis(ctx, axis, in.rank()))] = true;
  }
  ctx.set_output(0, reduced_shape(in, gone, ctx.attr<bool>("keep_dims")));
}

// One reduced axis after the other is joined: the first one that is given runs fastest.
void reduce_join(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const Shape& shape = in.shape();
  const std::string& separator = ctx.attr<std::string>("separator");
  std::vector<int> reduced, kept;
  std::vector<bool> gone(static_cast<size_t>(shape.rank()), false);
  for (const int64_t axis : ctx.input(1).to_vector<int64_t>()) {
    const int d = checked_axis(ctx, axis, shape.rank());
    ctx.require(!gone[static_cast<size_t>(d)], "Duplicate reduction dimension ", d);
    gone[static_cast<size_t>(d)] = true;
    reduced.push_back(d);
  }
  for (int d = 0; d < shape.rank(); ++d) {
    if (!gone[static_cast<size_t>(d)]) kept.push_back(d);
  }
  std::reverse(reduced.begin(), reduced.end());
  const auto strides = kernels::dense_strides(shape);
  // The element offset of a counter over some axes.
  const auto offset = [&](const std::vector<int>& axes, int64_t counter) {
    int64_t at = 0;
    for (size_t k = axes.size(); k-- > 0;) {
      at += counter % shape[axes[k]] * strides[static_cast<size_t>(axes[k])];
      counter /= shape[axes[k]];
    }
    return at;
  };
  int64_t each = 1;
  for (const int d : reduced) each *= shape[d];
  Tensor& out = ctx.output(0, reduced_shape(shape, gone, ctx.attr<bool>("keep_dims")));
  auto* to = out.data<std::string>();
  for (int64_t o = 0; o < out.size(); ++o) {
    to[o].clear();
    const int64_t base = offset(kept, o);
    for (int64_t k = 0; k < each; ++k) {
      if (k > 0) to[o] += separator;
      to[o] += in.data<std::string>()[base + offset(reduced, k)];
    }
  }
}

}  // namespace

Value ops::string_join(const Values& inputs, std::string_view separator) {
  return emit("StringJoin", std::span<const Value>(inputs), {{"separator", separator}});
}

void register_string_join(OpRegistry& registry) {
  registry.add({.signature = "StringJoin(inputs: N*string) -> (output: string)",
                .attrs = {at_least(0, int_attr("N")), string_attr("separator", "")},
                .shape = join_shape,
                .kernel = run_join,
                .not_differentiable = true});
  registry.add(
      {.signature = "ReduceJoin(inputs: string, reduction_indices: int32) -> (output: string)",
       .attrs = {bool_attr("keep_dims", false), string_attr("separator", "")},
       .shape = reduce_shape,
       .kernel = reduce_join,
       .not_differentiable = true});
}

}  // namespace rill
