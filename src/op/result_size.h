// How large a result may be, before memory is asked for.
#pragma once

#include <span>

#include "op/shape_context.h"

namespace rill {

// Smaller results need no question.
inline constexpr int64_t kLargeResult = int64_t{1} << 30;

// Bytes of a fully defined shape; INT64_MAX where they do not fit.
int64_t result_bytes(DType dtype, const Shape& shape);

// Throws RESOURCE_EXHAUSTED, naming the node and the shape, when output `i` of more than
// kLargeResult bytes is more than a tensor may take; sooner when the inputs' shapes do not settle
// its size and it is much larger than all of them. Values of inputs are not looked at.
void check_result_size(const NodeAccess& node, int i, DType dtype, const Shape& shape,
                       std::span<const ShapeContext::Input> inputs,
                       std::span<const DType> output_dtypes);

}  // namespace rill
