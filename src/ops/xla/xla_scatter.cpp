// XlaScatter: blocks of updates that a function joins with what the operand has there. A block that
// does not fit is left out. https://openxla.org/xla/operation_semantics#scatter
#include <algorithm>
#include <cstring>

#include "op/registry.h"
#include "ops/xla.h"
#include "ops/xla_index.h"

namespace rill {
namespace {

// Fields of ScatterDimensionNumbers.
constexpr uint32_t kUpdateWindow = 1, kInsertedWindow = 2, kScatterDims = 3, kVectorDim = 4,
                   kInputBatching = 5, kIndicesBatching = 6;

// Pairs of places: element `from` of the updates goes to element `to` of the result.
struct ScatterMoves {
  std::vector<int64_t> from, to;
};

ScatterMoves scatter_moves(const KernelContext& ctx, const xla::IndexNumbers& numbers) {
  const Tensor &operand = ctx.input(0), &indices = ctx.input(1), &updates = ctx.input(2);
  const xla::Ints windows = numbers.sorted_window_dims();
  const xla::Ints batch_dims = numbers.batch_dims(indices.rank());
  xla::require_dims(ctx, "update_window_dims", windows, updates.rank());
  const xla::Walk rows = xla::walk_of(operand.shape()), all = xla::walk_of(updates.shape());
  const xla::Ints steps = numbers.kept(rows.steps);
  ctx.require(steps.size() == windows.size() &&
                  windows.size() + batch_dims.size() == static_cast<size_t>(updates.rank()),
              "updates of shape ", updates.shape(), " do not fit to operand ", operand.shape(),
              " and indices ", indices.shape());
  xla::Ints block, sizes(static_cast<size_t>(operand.rank()), 1), block_steps;
  for (const int64_t d : windows) {
    block.push_back(updates.dim(static_cast<int>(d)));
    block_steps.push_back(all.steps[static_cast<size_t>(d)]);
  }
  size_t next_block = 0, next_batch = 0;
  for (int d = 0; d < operand.rank(); ++d) {
    if (!numbers.is_inserted(d)) sizes[static_cast<size_t>(d)] = block[next_block++];
    ctx.require(sizes[static_cast<size_t>(d)] <= operand.dim(d), "updates of shape ",
                updates.shape(), " are larger than operand ", operand.shape());
  }
  for (int d = 0; d < updates.rank(); ++d) {
    if (std::find(windows.begin(), windows.end(), d) != windows.end()) continue;
    ctx.require(updates.dim(d) == indices.dim(static_cast<int>(batch_dims[next_batch++])),
                "updates of shape ", updates.shape(), " do not fit to indices ", indices.shape());
  }
  ScatterMoves out;
  if (updates.size() == 0) return out;
  numbers.each_index(operand.rank(), indices, [&](const xla::Ints& batch, const xla::Ints& start) {
    int64_t to = 0;
    for (size_t d = 0; d < start.size(); ++d) {
      if (start[d] < 0 || start[d] > operand.dim(static_cast<int>(d)) - sizes[d]) return;
      to += start[d] * rows.steps[d];
    }
    int64_t from = numbers.batch_offset(batch, all);
    xla::Ints at(block.size());
    while (true) {
      out.from.push_back(from);
      out.to.push_back(to);
      size_t d = block.size();
      while (d-- > 0) {
        from += block_steps[d];
        to += steps[d];
        if (++at[d] < block[d]) break;
        from -= block_steps[d] * block[d];
        to -= steps[d] * block[d];
        at[d] = 0;
      }
      if (d == static_cast<size_t>(-1)) return;
    }
  });
  return out;
}

void put_back(Tensor& t, const std::vector<int64_t>& places, const Tensor& values) {
  const size_t size = dtype_size(t.dtype());
  auto* to = static_cast<std::byte*>(t.raw());
  for (size_t i = 0; i < places.size(); ++i) {
    std::memcpy(to + static_cast<size_t>(places[i]) * size,
                static_cast<const std::byte*>(values.raw()) + i * size, size);
  }
}

void run_xla_scatter(KernelContext& ctx) {
  const xla::Numbers n(ctx);
  const xla::IndexNumbers numbers{n.list(kUpdateWindow),  n.list(kInsertedWindow),
                                  n.list(kScatterDims),   n.one(kVectorDim),
                                  n.list(kInputBatching), n.list(kIndicesBatching)};
  numbers.check(ctx, ctx.input(0).shape(), ctx.input(1).shape());
  ScatterMoves open = scatter_moves(ctx, numbers);
  Tensor out = ctx.input(0).clone();
  const xla::Elementwise join(ctx, "update_computation");
  // The first update of each place, then the second, ...
  std::vector<int64_t> round_of(open.to.empty() ? 0 : static_cast<size_t>(out.size()), -1);
  for (int64_t round = 0; !open.to.empty(); ++round) {
    ScatterMoves now, later;
    for (size_t i = 0; i < open.to.size(); ++i) {
      int64_t& last = round_of[static_cast<size_t>(open.to[i])];
      ScatterMoves& which = last == round ? later : now;
      last = round;
      which.from.push_back(open.from[i]);
      which.to.push_back(open.to[i]);
    }
    const auto joined =
        join({xla::elements_at(out, now.to), xla::elements_at(ctx.input(2), now.from)});
    ctx.require(joined.size() == 1 && joined[0].dtype() == out.dtype(),
                "update_computation must give one ", out.dtype());
    put_back(out, now.to, joined[0]);
    open = std::move(later);
  }
  ctx.set_output(0, std::move(out));
}

}  // namespace

void register_xla_scatter(OpRegistry& registry) {
  registry.add({.signature = "XlaScatter(operand: T, scatter_indices: Tindices, updates: T) -> "
                             "(output: T)",
                .attrs = {func_attr("update_computation"), string_attr("dimension_numbers"),
                          bool_attr("indices_are_sorted"), xla::type(), xla::index_type()},
                .shape = shapes::unchanged,
                .kernel = run_xla_scatter});
}

}  // namespace rill
