#include "ops/padding.h"

namespace rill {

std::vector<Padding> read_paddings(const NodeAccess& node, const Tensor& value, int rank) {
  const Shape& s = value.shape();
  node.require(s.rank() == 2 && s[1] == 2, "paddings must be a matrix with 2 columns: ", s);
  node.require(s[0] == rank, "The first dimension of paddings must be the rank of inputs ", s, " ",
               rank);
  const auto flat = value.to_vector<int64_t>();
  std::vector<Padding> out;
  for (size_t i = 0; i < flat.size(); i += 2) {
    node.require(flat[i] >= 0 && flat[i + 1] >= 0, "Paddings must be non-negative: ", flat[i], " ",
                 flat[i + 1]);
    out.push_back({flat[i], flat[i + 1]});
  }
  return out;
}

void infer_padded_shape(ShapeContext& ctx) {
  const Shape& paddings = ctx.input(1);
  ctx.require_rank_exactly(1, 2);
  if (paddings.has_rank()) {
    ctx.require(paddings[1] == 2 || paddings[1] < 0,
                "paddings must be a matrix with 2 columns: ", paddings);
    ctx.require(!ctx.input(0).has_rank() || paddings[0] < 0 || paddings[0] == ctx.input(0).rank(),
                "The first dimension of paddings must be the rank of inputs ", paddings, " ",
                ctx.input(0));
  }
  if (!ctx.input(0).has_rank()) {
    if (paddings.has_rank() && paddings[0] >= 0 && paddings[0] <= Shape::kMaxRank) {
      ctx.set_output(0, Shape::unknown_dims(static_cast<int>(paddings[0])));
    }
    return;
  }
  Shape out = ctx.input(0);
  const Tensor* value = ctx.value(1);
  if (value == nullptr) {
    ctx.set_output(0, Shape::unknown_dims(out.rank()));
    return;
  }
  const auto pads = read_paddings(ctx, *value, out.rank());
  for (int i = 0; i < out.rank(); ++i) {
    if (out[i] < 0) continue;
    const Padding& p = pads[static_cast<size_t>(i)];
    int64_t size = 0;
    ctx.require(!__builtin_add_overflow(out[i], p.before, &size) &&
                    !__builtin_add_overflow(size, p.after, &size),
                "padding dimension ", i, " by ", p.before, " and ", p.after, " is too much");
    out[i] = size;
  }
  ctx.set_output(0, out);
}

}  // namespace rill
