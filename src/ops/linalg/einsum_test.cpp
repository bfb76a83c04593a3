#include <gtest/gtest.h>

#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/ops/linalg.hpp"

namespace rill {
namespace {

// 0, 1, 2, ... : whole numbers, so that every order of summation gives the same.
Tensor counting(const Shape& shape, float start = 0) {
  Tensor t(DType::float32, shape);
  for (int64_t i = 0; i < t.size(); ++i) t.data<float>()[i] = start + static_cast<float>(i % 7);
  return t;
}

TEST(MatMul, Transposes) {
  const Tensor a = Tensor::of({1, 2, 3, 4, 5, 6}, Shape{2, 3});
  const std::vector<int> gram = {14, 32, 32, 77};
  EXPECT_EQ(ops::matmul(a, a, false, true).to_vector<int>(), gram);
  EXPECT_EQ(ops::matmul(a, a, true, false).shape(), (Shape{3, 3}));
  EXPECT_THROW(ops::matmul(a, a), Error);
  EXPECT_EQ(ops::matmul(Tensor::zeros(Shape{2, 0}), Tensor::zeros(Shape{0, 2})).to_vector<float>(),
            (std::vector<float>{0, 0, 0, 0}));
}

TEST(MatMul, BatchesBroadcast) {
  const Tensor a = counting(Shape{3, 1, 2, 4}), b = counting(Shape{5, 4, 2}, 1);
  const Tensor c = ops::matmul(a, b);
  ASSERT_EQ(c.shape(), (Shape{3, 5, 2, 2}));
  const float* x = a.data<float>() + 2 * 8;
  const float* y = b.data<float>() + 3 * 8;
  float sum = 0;
  for (int k = 0; k < 4; ++k) sum += x[4 + k] * y[k * 2 + 1];
  EXPECT_EQ(c.data<float>()[((2 * 5 + 3) * 2 + 1) * 2 + 1], sum);
}

TEST(Einsum, DiagonalsSumsAndTransposes) {
  const Tensor x = Tensor::of({1.0f, 2.0f, 3.0f, 4.0f}, Shape{2, 2});
  EXPECT_EQ(ops::einsum("ii->i", {x}).to_vector<float>(), (std::vector<float>{1, 4}));
  EXPECT_EQ(ops::einsum("ii", {x}).item<float>(), 5);
  EXPECT_EQ(ops::einsum("ij->ji", {x}).to_vector<float>(), (std::vector<float>{1, 3, 2, 4}));
  EXPECT_EQ(ops::einsum("i->ii", {ops::einsum("ii->i", {x})}).to_vector<float>(),
            (std::vector<float>{1, 0, 0, 4}));
  EXPECT_EQ(ops::einsum("...j->...", {x}).to_vector<float>(), (std::vector<float>{3, 7}));
}

TEST(Einsum, AttentionIsWhatTheLoopsSay) {
  const Tensor q = counting(Shape{2, 3, 2, 4}), k = counting(Shape{2, 5, 2, 4}, 1);
  const Tensor scores = ops::einsum("aecd,abcd->acbe", {k, q});
  ASSERT_EQ(scores.shape(), (Shape{2, 2, 3, 5}));
  for (int a = 0; a < 2; ++a) {
    for (int c = 0; c < 2; ++c) {
      for (int b = 0; b < 3; ++b) {
        for (int e = 0; e < 5; ++e) {
          float sum = 0;
          for (int d = 0; d < 4; ++d) {
            sum += k.data<float>()[((a * 5 + e) * 2 + c) * 4 + d] *
                   q.data<float>()[((a * 3 + b) * 2 + c) * 4 + d];
          }
          EXPECT_EQ(scores.data<float>()[((a * 2 + c) * 3 + b) * 5 + e], sum);
        }
      }
    }
  }
}

TEST(Einsum, ThreeOperandsAndErrors) {
  const Tensor x = counting(Shape{2, 3}), y = counting(Shape{3, 4}), z = counting(Shape{4, 2});
  const Tensor direct = ops::matmul(ops::matmul(x, y), z);
  EXPECT_EQ(ops::einsum("ab,bc,cd->ad", {x, y, z}).to_vector<float>(), direct.to_vector<float>());
  EXPECT_THROW(ops::einsum("ab,bc->ad", {x, y}), Error);
  EXPECT_THROW(ops::einsum("ab,cb->ac", {x, y}), Error);
  EXPECT_THROW(ops::einsum("abc->a", {x}), Error);
  EXPECT_THROW(ops::einsum("a?->a", {x}), Error);
}

TEST(MatrixDiag, BandsRoundTrip) {
  const Tensor x = Tensor::of({1, 2, 3, 4, 5, 6, 7, 8, 9}, Shape{3, 3});
  const Value band = Tensor::vector({-1, 1});
  const Tensor parts = ops::matrix_diag_part(x, band);
  EXPECT_EQ(parts.to_vector<int>(), (std::vector<int>{0, 2, 6, 1, 5, 9, 4, 8, 0}));
  EXPECT_EQ(ops::matrix_diag(parts, band).to_vector<int>(),
            ops::matrix_band_part(x, Value(1), Value(1)).to_vector<int>());
  EXPECT_EQ(ops::matrix_set_diag(x, Tensor::vector({0, 0, 0})).to_vector<int>(),
            (std::vector<int>{0, 2, 3, 4, 0, 6, 7, 8, 0}));
  EXPECT_THROW(ops::matrix_diag_part(x, Value(3)), Error);
  const Value one = Tensor::vector({1}), zero = Value(0);
  EXPECT_THROW(emit("MatrixDiagV3", {Tensor::vector({1, 2}), zero, one, Value(-1), zero}),
               InvalidArgumentError);
}

}  // namespace
}  // namespace rill
