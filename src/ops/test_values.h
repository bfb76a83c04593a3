// Values that tests of many ops use.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
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

// float32 elements of this shape, to the rounding of a few operations.
inline void expect_floats(const Tensor& got, const Shape& shape, const Floats& want) {
  EXPECT_EQ(got.shape(), shape);
  ASSERT_EQ(got.dtype(), DType::float32);
  ASSERT_EQ(got.size(), static_cast<int64_t>(want.size()));
  for (size_t i = 0; i < want.size(); ++i) {
    const float x = got.data<float>()[i];
    if (x == want[i]) continue;  // infinities
    EXPECT_NEAR(x, want[i], 2e-6 * (1 + std::abs(want[i]))) << "element " << i;
  }
}

// What the tests with numbers of TensorFlow 2.21 work on.
inline Tensor two_rows() { return Tensor::of({1.0f, -2.0f, 3.0f, 0.5f, 4.0f, -1.0f}, Shape{2, 3}); }

}  // namespace rill::test
