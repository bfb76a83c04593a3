// What the normalizations share.
#pragma once

#include <vector>

#include "keras/core/ops.h"

namespace rill::keras {

// `weight` of one dimension (or of the axes' dimensions) so that it broadcasts over x.
inline Value broadcastable(const Value& weight, const std::vector<int>& axes, int rank) {
  bool trailing = true;
  for (size_t i = 0; i < axes.size(); ++i) {
    trailing = trailing && axes[i] == rank - static_cast<int>(axes.size() - i);
  }
  if (trailing) return weight;
  std::vector<op::Dim> dims(static_cast<size_t>(rank), op::Dim(1));
  for (size_t i = 0; i < axes.size(); ++i) {
    dims[static_cast<size_t>(axes[i])] = weight.shape()[static_cast<int>(i)];
  }
  return op::reshape(weight, dims);
}

inline Value mean_of(const Value& x, const std::vector<int>& axes) {
  return op::reduce("Mean", x, axes, true);
}

}  // namespace rill::keras
