// Values that tests of many ops use.
#pragma once

#include <cstdint>
#include <vector>

#include "rill/tensor.hpp"

namespace rill::test {

using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

// 0, 1, 2, ... as float32.
inline Tensor iota(const Shape& shape) {
  Tensor t(DType::float32, shape);
  for (int64_t i = 0; i < t.size(); ++i) t.data<float>()[i] = static_cast<float>(i);
  return t;
}

inline Tensor ints(const std::vector<int32_t>& values) { return Tensor::vector(values); }

}  // namespace rill::test
