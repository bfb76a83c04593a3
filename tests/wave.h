// Numbers for tests that are the same everywhere and easy to make in Python too.
#pragma once

#include <cmath>

#include "rill/tensor.hpp"

namespace rill::test {

// sin(step * i + shift) for element i, in row-major order, as `T`.
template <typename T = float>
Tensor wave(const Shape& shape, double shift = 0, double step = 1) {
  Tensor out(dtype_of<T>, shape);
  for (int64_t i = 0; i < out.size(); ++i) {
    out.data<T>()[i] = static_cast<T>(std::sin(step * static_cast<double>(i) + shift));
  }
  return out;
}

}  // namespace rill::test
