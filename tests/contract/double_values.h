// Doubles for gradients that are checked against the same written out.
#pragma once

#include "op/emit.h"

namespace rill::test {

inline Value cast(const Value& x, DType to) { return emit("Cast", {x}, {{"DstT", to}}); }

// The sum over all axes.
inline Value total(const Value& x) {
  std::vector<int32_t> axes;
  for (int d = 0; d < x.rank(); ++d) axes.push_back(d);
  return emit("Sum", {x, Tensor::vector(axes)});
}

}  // namespace rill::test
