// XlaReduceWindow: a function folds what lies in a window at each of its places. Elements and
// padding are spread by dilations; padding and gaps hold the initial value.
#include <algorithm>

#include "op/registry.h"
#include "ops/xla.h"

namespace rill {
namespace {

struct WindowSpec {
  xla::Ints sizes, strides, base_dilations, dilations;
  xla::Pads pads;
};

WindowSpec window_spec(const KernelContext& ctx, int rank) {
  WindowSpec out{xla::int_input(ctx, 2, rank),
                 xla::int_input(ctx, 3, rank),
                 xla::int_input(ctx, 4, rank),
                 xla::int_input(ctx, 5, rank),
                 {}};
  const Tensor& padding = ctx.input(6);
  ctx.require(padding.shape() == (Shape{rank, 2}), "padding must have shape [", rank, ",2], got ",
              padding.shape());
  const Tensor flat = padding.reshaped(Shape{padding.size()});
  for (int d = 0; d < rank; ++d) {
    const auto i = static_cast<size_t>(d);
    constexpr int64_t kMost = int64_t{1} << 31;
    for (const int64_t n :
         {out.sizes[i], out.strides[i], out.base_dilations[i], out.dilations[i]}) {
      ctx.require(n > 0 && n < kMost, "windows, strides and dilations must be positive, got ", n);
    }
    out.pads.low.push_back(xla::int_at(flat, 2 * d));
    out.pads.high.push_back(xla::int_at(flat, 2 * d + 1));
    out.pads.interior.push_back(out.base_dilations[i] - 1);
  }
  return out;
}

void infer_xla_reduce_window(ShapeContext& ctx) {
  if (ctx.input(0).has_rank()) ctx.set_output(0, Shape::unknown_dims(ctx.input(0).rank()));
}

void run_xla_reduce_window(KernelContext& ctx) {
  const Tensor &input = ctx.input(0), &init = ctx.input(1);
  ctx.require(init.rank() == 0, "init_value must be a scalar, got shape ", init.shape());
  const WindowSpec spec = window_spec(ctx, input.rank());
  const Tensor base = xla::padded(ctx, input, init, spec.pads);
  const xla::Walk rows = xla::walk_of(base.shape());
  xla::Ints dims;
  xla::Walk window = rows;
  for (int d = 0; d < base.rank(); ++d) {
    const auto i = static_cast<size_t>(d);
    const int64_t reach = (spec.sizes[i] - 1) * spec.dilations[i] + 1;
    dims.push_back(base.dim(d) < reach ? 0 : (base.dim(d) - reach) / spec.strides[i] + 1);
    window.steps[i] *= spec.strides[i];
  }
  const Shape shape = xla::shape_of(ctx, dims);
  Tensor folded = xla::filled(init, shape);
  const xla::Elementwise join(ctx, "computation");
  xla::Ints at(dims.size());
  while (shape.num_elements() > 0) {
    window.begin = 0;
    for (size_t d = 0; d < at.size(); ++d)
      window.begin += at[d] * spec.dilations[d] * rows.steps[d];
    Tensor next = Tensor::zeros(base.dtype(), shape);
    xla::copy(dims, base, window, next, xla::walk_of(shape));
    std::vector<Tensor> joined = join({std::move(folded), std::move(next)});
    ctx.require(joined.size() == 1 && joined[0].dtype() == base.dtype(),
                "computation must give one ", base.dtype());
    folded = std::move(joined[0]);
    size_t d = at.size();
    while (d-- > 0) {
      if (++at[d] < spec.sizes[d]) break;
      at[d] = 0;
    }
    if (d == static_cast<size_t>(-1)) break;
  }
  ctx.set_output(0, std::move(folded));
}

}  // namespace

void register_xla_reduce_window(OpRegistry& registry) {
  registry.add({.signature = "XlaReduceWindow(input: T, init_value: T, window_dimensions: Tindices,"
                             " window_strides: Tindices, base_dilations: Tindices, "
                             "window_dilations: Tindices, padding: Tindices) -> (output: T)",
                .attrs = {xla::type(), xla::index_type(), func_attr("computation")},
                .shape = infer_xla_reduce_window,
                .kernel = run_xla_reduce_window});
}

}  // namespace rill
