// XlaReduce, XlaVariadicReduce, XlaVariadicReduceV2: one or several tensors of one shape, folded
// over dimensions by a function that takes as many accumulators and as many elements.
#include <algorithm>

#include "op/registry.h"
#include "ops/xla.h"

namespace rill {
namespace {

xla::Ints kept_dims(const NodeAccess& node, const xla::Ints& reduced, int rank) {
  xla::require_dims(node, "dimensions_to_reduce", reduced, rank);
  xla::Ints out;
  for (int64_t d = 0; d < rank; ++d) {
    if (std::find(reduced.begin(), reduced.end(), d) == reduced.end()) out.push_back(d);
  }
  return out;
}

void infer_xla_reduce(ShapeContext& ctx) {
  const int count = ctx.num_outputs();
  const Shape& shape = ctx.input(0);
  if (!shape.has_rank()) return;
  xla::Ints dims;
  for (const int64_t d :
       kept_dims(ctx, ctx.attr<xla::Ints>("dimensions_to_reduce"), shape.rank())) {
    dims.push_back(shape[static_cast<int>(d)]);
  }
  for (int i = 0; i < count; ++i) ctx.set_output(i, Shape(dims));
}

// Rows [begin, begin + count) of each.
std::vector<Tensor> rows_of(const std::vector<Tensor>& all, int64_t begin, int64_t count) {
  std::vector<Tensor> out;
  for (const Tensor& t : all) {
    const Shape shape{count, t.dim(1)};
    out.push_back(Tensor::zeros(t.dtype(), shape));
    xla::Walk from = xla::walk_of(t.shape());
    from.begin = begin * t.dim(1);
    xla::copy({count, t.dim(1)}, t, from, out.back(), xla::walk_of(shape));
  }
  return out;
}

void run_xla_reduce(KernelContext& ctx) {
  const int count = ctx.num_outputs();
  const Shape shape = ctx.input(0).shape();
  const xla::Ints reduced = ctx.attr<xla::Ints>("dimensions_to_reduce");
  const xla::Ints kept = kept_dims(ctx, reduced, shape.rank());
  xla::Ints order = reduced, dims;
  order.insert(order.end(), kept.begin(), kept.end());
  for (const int64_t d : kept) dims.push_back(shape[static_cast<int>(d)]);
  const Shape out_shape = xla::shape_of(ctx, dims);
  const int64_t columns = out_shape.num_elements();
  std::vector<Tensor> folded, start;
  int64_t rows = columns == 0 ? 0 : shape.num_elements() / columns;
  for (int i = 0; i < count; ++i) {
    const Tensor &t = ctx.input(i), &init = ctx.input(count + i);
    ctx.require(t.shape() == shape, "all inputs must have one shape: ", shape, " and ", t.shape());
    ctx.require(init.rank() == 0, "initial values must be scalars, got shape ", init.shape());
    start.push_back(xla::filled(init, Shape{columns}));
    folded.push_back(xla::transposed(t, order).reshaped(Shape{rows, columns}));
  }
  const xla::Elementwise reduce(ctx, "reducer");
  const auto join = [&](std::vector<Tensor> a, std::vector<Tensor> b) {
    for (Tensor& t : b) a.push_back(std::move(t));
    std::vector<Tensor> out = reduce(a);
    ctx.require(out.size() == static_cast<size_t>(count), "the reducer gave ", out.size(),
                " values; expected ", count);
    for (int i = 0; i < count; ++i) {
      const DType given = out[static_cast<size_t>(i)].dtype();
      ctx.require(given == ctx.output_dtype(i), "the reducer gave ", given, "; expected ",
                  ctx.output_dtype(i));
    }
    return out;
  };
  // In what order a reducer is applied is XLA's choice: halves are joined until one row is left.
  std::vector<std::vector<Tensor>> odd;
  while (rows > 1) {
    const int64_t half = rows / 2;
    if (rows % 2 != 0) odd.push_back(rows_of(folded, rows - 1, 1));
    folded = join(rows_of(folded, 0, half), rows_of(folded, half, half));
    rows = half;
  }
  while (!odd.empty()) {
    folded = join(std::move(folded), std::move(odd.back()));
    odd.pop_back();
  }
  if (rows == 1) {
    for (Tensor& t : folded) t = t.reshaped(Shape{columns});
    start = join(std::move(start), std::move(folded));
  }
  for (int i = 0; i < count; ++i) {
    ctx.set_output(i, start[static_cast<size_t>(i)].reshaped(out_shape));
  }
}

}  // namespace

void register_xla_reduce(OpRegistry& registry) {
  const AttrDef dims = int_list_attr("dimensions_to_reduce"), reducer = func_attr("reducer");
  registry.add({.signature = "XlaReduce(input: T, init_value: T) -> (output: T)",
                .attrs = {xla::type(), dims, reducer},
                .shape = infer_xla_reduce,
                .kernel = run_xla_reduce});
  registry.add({.signature = "XlaVariadicReduce(input: N*T, init_value: N*T) -> (output: N*T)",
                .attrs = {at_least(1, int_attr("N")), xla::type(), dims, reducer},
                .shape = infer_xla_reduce,
                .kernel = run_xla_reduce});
  registry.add({.signature = "XlaVariadicReduceV2(inputs: list(T), init_values: list(T)) -> "
                             "(outputs: list(T))",
                .attrs = {type_list_attr("T", 1), dims, reducer},
                .shape = infer_xla_reduce,
                .kernel = run_xla_reduce});
}

}  // namespace rill
