// Gradients in graphs where not even the rank of an input is known until it is fed.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "op/emit.h"
#include "rill/autodiff.hpp"
#include "rill/function.hpp"

namespace rill::test {
namespace {

struct Case {
  const char* name;
  Shape shape;
  std::function<Value(const Value& x)> op;
};

Value axis(int32_t n) { return Tensor::scalar(n); }

// x x^T + 3, which is positive definite.
Value definite(const Value& x) {
  const Value square = emit("BatchMatMulV2", {x, x}, {{"adj_y", true}});
  return emit("MatrixSetDiag",
              {square, emit("AddV2", {emit("MatrixDiagPart", {square}), Value(3.0F)})});
}

std::vector<Case> cases() {
  const Value rows = Tensor::vector<int32_t>({1, 0, 1});
  return {
      {"GatherV2 along the last axis",
       {2, 3, 2},
       [rows](const Value& x) {
         return emit("GatherV2", {x, rows, axis(-1)});
       }},
      {"GatherV2 along the second",
       {2, 3, 2},
       [rows](const Value& x) {
         return emit("GatherV2", {x, rows, axis(1)});
       }},
      {"GatherV2 within a batch",
       {2, 3, 2},
       [](const Value& x) {
         const Value within = Tensor::vector<int32_t>({1, 1, 0, 0, 1, 0}).reshaped(Shape{2, 3});
         return emit("GatherV2", {x, within, axis(2)}, {{"batch_dims", int64_t{1}}});
       }},
      {"Einsum",
       {2, 3},
       [](const Value& x) {
         return emit("Einsum", {x, x}, {{"equation", "ij,kj->ik"}});
       }},
      {"Cholesky", {2, 3, 3}, [](const Value& x) { return emit("Cholesky", {definite(x)}); }},
      {"SelfAdjointEigV2",
       {2, 3, 3},
       [](const Value& x) { return emit_all("SelfAdjointEigV2", {definite(x)})[0]; }},
      {"MatrixInverse",
       {3, 3},
       [](const Value& x) { return emit("MatrixInverse", {definite(x)}); }},
      {"Sum",
       {2, 3},
       [](const Value& x) {
         return emit("Sum", {x, axis(-1)});
       }},
      {"Transpose",
       {2, 3},
       [](const Value& x) {
         return emit("Transpose", {x, Tensor::vector<int32_t>({1, 0})});
       }},
  };
}

// The gradient of the sum of squares of what the op gives.
Tensor gradient_of(const Case& c, const Tensor& x, const Shape& known) {
  const auto traced =
      function([&c](const Tensor& in) { return gradients({emit("Square", {c.op(in)})}, {in})[0]; },
               {.input_signature = {{known, DType::float32}}});
  return traced(x);
}

TEST(UnknownRankGradients, AreThoseOfKnownShapes) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    Tensor x(DType::float32, c.shape);
    float next = -0.7F;
    for (float& v : x.flat<float>()) v = (next += 0.31F);
    const Tensor wanted = gradient_of(c, x, c.shape);
    const Tensor found = gradient_of(c, x, Shape::unknown_rank());
    ASSERT_EQ(found.shape(), wanted.shape());
    const auto a = found.to_vector<float>(), b = wanted.to_vector<float>();
    for (size_t i = 0; i < a.size(); ++i)
      EXPECT_NEAR(a[i], b[i], 1e-4F * (1 + std::abs(b[i]))) << i;
  }
}

}  // namespace
}  // namespace rill::test
