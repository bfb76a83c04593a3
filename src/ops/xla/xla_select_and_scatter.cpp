// XlaSelectAndScatter: in each window of the operand one element is selected, and what stands for
// the window in `source` is joined to its place: the gradient of a maximum over windows.
#include <set>

#include "op/registry.h"
#include "ops/xla.h"

namespace rill {
namespace {

struct SelectWindows {
  xla::Ints sizes, strides, low, high;
};

SelectWindows select_windows(const KernelContext& ctx, const Shape& operand) {
  const int rank = operand.rank();
  SelectWindows out{xla::int_input(ctx, 1, rank), xla::int_input(ctx, 2, rank), {}, {}};
  const Tensor& padding = ctx.input(3);
  ctx.require(padding.shape() == (Shape{rank, 2}), "padding must have shape [", rank, ",2], got ",
              padding.shape());
  const Tensor flat = padding.reshaped(Shape{padding.size()});
  xla::Ints dims;
  for (int d = 0; d < rank; ++d) {
    const auto i = static_cast<size_t>(d);
    constexpr int64_t kMost = int64_t{1} << 31;
    out.low.push_back(xla::int_at(flat, 2 * d));
    out.high.push_back(xla::int_at(flat, 2 * d + 1));
    for (const int64_t n : {out.sizes[i], out.strides[i]}) {
      ctx.require(n > 0 && n < kMost, "windows and strides must be positive, got ", n);
    }
    for (const int64_t n : {out.low[i], out.high[i]}) {
      ctx.require(n > -kMost && n < kMost, "padding of ", n, " elements");
    }
    const int64_t whole = operand[d] + out.low[i] + out.high[i];
    dims.push_back(whole < out.sizes[i] ? 0 : (whole - out.sizes[i]) / out.strides[i] + 1);
  }
  ctx.require(ctx.input(4).shape() == Shape(dims), "source has shape ", ctx.input(4).shape(),
              "; there are ", Shape(dims), " windows");
  return out;
}

// To the next index below `limits`, the last dimension first; false after the last.
bool advance(xla::Ints& at, const xla::Ints& limits) {
  for (size_t d = at.size(); d-- > 0;) {
    if (++at[d] < limits[d]) return true;
    at[d] = 0;
  }
  return false;
}

// For each window the place of its element at `offset`, -1 where that is padding.
xla::Ints places_at(const SelectWindows& w, const Shape& operand, const Shape& source,
                    const xla::Ints& offset) {
  const xla::Ints steps = xla::walk_of(operand).steps;
  const xla::Ints limits(source.begin(), source.end());
  xla::Ints out, at(offset.size());
  do {
    int64_t place = 0;
    for (size_t d = 0; d < at.size(); ++d) {
      const int64_t i = at[d] * w.strides[d] + offset[d] - w.low[d];
      if (i < 0 || i >= operand[static_cast<int>(d)]) {
        place = -1;
        break;
      }
      place += i * steps[d];
    }
    out.push_back(place);
  } while (advance(at, limits));
  return out;
}

xla::Ints selected(const KernelContext& ctx, const SelectWindows& w) {
  const Tensor& operand = ctx.input(0);
  const xla::Elementwise keep(ctx, "select");
  xla::Ints chosen, offset(w.sizes.size());
  do {
    const xla::Ints next = places_at(w, operand.shape(), ctx.input(4).shape(), offset);
    if (chosen.empty()) chosen.assign(next.size(), -1);
    xla::Ints windows, before, now;
    for (size_t i = 0; i < next.size(); ++i) {
      if (next[i] >= 0 && chosen[i] >= 0) {
        windows.push_back(static_cast<int64_t>(i));
        before.push_back(chosen[i]);
        now.push_back(next[i]);
      } else if (next[i] >= 0) {
        chosen[i] = next[i];
      }
    }
    if (windows.empty()) continue;
    const auto kept = keep({xla::elements_at(operand, before), xla::elements_at(operand, now)});
    ctx.require(kept.size() == 1 && kept[0].dtype() == DType::bool_, "select must give one bool");
    for (size_t k = 0; k < windows.size(); ++k) {
      if (!kept[0].data<bool>()[k]) chosen[static_cast<size_t>(windows[k])] = now[k];
    }
  } while (advance(offset, w.sizes));
  return chosen;
}

void infer_xla_select_and_scatter(ShapeContext& ctx) { ctx.set_output(0, ctx.input(0)); }

void run_xla_select_and_scatter(KernelContext& ctx) {
  const Tensor &operand = ctx.input(0), &source = ctx.input(4), &init = ctx.input(5);
  ctx.require(init.rank() == 0, "init_value must be a scalar, got shape ", init.shape());
  const SelectWindows windows = select_windows(ctx, operand.shape());
  Tensor out = xla::filled(init, operand.shape());
  xla::Ints open, targets;
  if (source.size() > 0) targets = selected(ctx, windows);
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i] >= 0) open.push_back(static_cast<int64_t>(i));
  }
  const xla::Elementwise join(ctx, "scatter");
  const Tensor flat = source.reshaped(Shape{source.size()});
  const xla::Walk row = xla::walk_of(Shape{1});
  while (!open.empty()) {  // windows with a place of their own at once, the others later
    std::set<int64_t> taken;
    xla::Ints now, places, later;
    for (const int64_t window : open) {
      const int64_t place = targets[static_cast<size_t>(window)];
      if (taken.insert(place).second) {
        now.push_back(window);
        places.push_back(place);
      } else {
        later.push_back(window);
      }
    }
    const auto joined = join({xla::elements_at(out, places), xla::elements_at(flat, now)});
    ctx.require(joined.size() == 1 && joined[0].dtype() == out.dtype(), "scatter must give one ",
                out.dtype());
    for (size_t k = 0; k < places.size(); ++k) {
      const auto at = static_cast<int64_t>(k);
      xla::copy({1}, joined[0], {at, row.steps}, out, {places[k], row.steps});
    }
    open = std::move(later);
  }
  ctx.set_output(0, std::move(out));
}

}  // namespace

void register_xla_select_and_scatter(OpRegistry& registry) {
  registry.add(
      {.signature = "XlaSelectAndScatter(operand: T, window_dimensions: Tindices, window_strides: "
                    "Tindices, padding: Tindices, source: T, init_value: T) -> (output: T)",
       .attrs = {xla::type(), xla::index_type(), func_attr("select"), func_attr("scatter")},
       .shape = infer_xla_select_and_scatter,
       .kernel = run_xla_select_and_scatter});
}

}  // namespace rill
