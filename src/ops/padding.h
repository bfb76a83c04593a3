// The paddings argument of Pad, PadV2, MirrorPad, SpaceToBatch and their like: [rank, 2].
#pragma once

#include <vector>

#include "op/shape_context.h"

namespace rill {

struct Padding {
  int64_t before = 0;
  int64_t after = 0;
};

// Throws INVALID_ARGUMENT unless `value` is [rank, 2] and nothing in it is negative.
std::vector<Padding> read_paddings(const NodeAccess& node, const Tensor& value, int rank);

// Sets output 0: input 0 padded by constant input 1, or as much as is known.
void infer_padded_shape(ShapeContext& ctx);

}  // namespace rill
