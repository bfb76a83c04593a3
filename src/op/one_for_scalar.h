// Scalars that a run may also be given as [1].
#pragma once

#include <string_view>

#include "rill/shape.hpp"

namespace rill {

// The shape that an input counts as when its op runs. Some of TensorFlow's kernels take [1] where
// their op's shape function, which only sees shapes that a graph settles, wants a scalar.
Shape shape_at_run(std::string_view op, size_t input, size_t inputs, const Shape& given);

}  // namespace rill
