// Functions that few models call; the numbers are TensorFlow's and keras.ops'.
#include <gtest/gtest.h>

#include <cmath>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

// What the function of TensorFlow gives for one tensor.
std::vector<Tensor> called(const std::string& function, const std::string& keywords,
                           const Tensor& x, int outputs = 1,
                           const std::string& first = R"("x", 0, 0)") {
  std::string shape = "[null", ends;
  for (int i = 1; i < x.rank(); ++i) shape += ", " + std::to_string(x.dim(i));
  for (int i = 0; i < outputs; ++i) {
    ends += (i ? ", " : "") + std::string(R"(["y", 0, )") + std::to_string(i) + "]";
  }
  return model_from_json(R"({"class_name": "Functional", "keras_version": "2.15.0", "config": {
    "name": "m", "input_layers": [["x", 0, 0]], "output_layers": [)" +
                         ends + R"(], "layers": [
    {"class_name": "InputLayer", "name": "x", "inbound_nodes": [], "config": {"name": "x",
     "batch_input_shape": )" +
                         shape + R"(], "dtype": ")" + std::string(dtype_name(x.dtype())) +
                         R"("}}, {"class_name": "TFOpLambda", "name": "y", "config": {"name": "y",
     "function": ")" + function +
                         R"("}, "inbound_nodes": [[)" + first + ", " + keywords + "]]}]}}")
      .predict(std::vector<Tensor>{x});
}
using Floats = std::vector<float>;

TEST(RareOperations, Monotonic) {
  const Tensor flat = Tensor::of<float>({1, 2, 2, 5}, {2, 2});
  EXPECT_TRUE(called("math.is_non_decreasing", "{}", flat)[0].item<bool>());
  EXPECT_FALSE(called("math.is_strictly_increasing", "{}", flat)[0].item<bool>());
}

TEST(RareOperations, IsotonicRegression) {
  const Tensor x = Tensor::of<float>({3, 1, 2, 1, 2, 4}, {2, 3});
  const auto down = called("nn.isotonic_regression", "{}", x, 2);
  EXPECT_EQ(down[0].to_vector<float>(), (Floats{3, 1.5, 1.5, 7.0F / 3, 7.0F / 3, 7.0F / 3}));
  EXPECT_EQ(down[1].to_vector<int32_t>(), (std::vector<int32_t>{0, 1, 1, 0, 0, 0}));
  EXPECT_EQ(called("nn.isotonic_regression", R"({"decreasing": false, "axis": 0})", x, 2)[0]
                .to_vector<float>(),
            (Floats{2, 1, 2, 2, 2, 4}));
}

TEST(RareOperations, TridiagonalMatrices) {
  // Rows: above, on and below the diagonal.
  const Tensor x = Tensor::of<float>({1, 2, 0, 4, 5, 6, 0, 1, 3}, {1, 3, 3});
  const std::string ones = R"({"rhs": {"class_name": "__numpy__", "config": {"value":
    [[[1.0], [1.0], [1.0]]], "dtype": "float32"}}})";
  const Tensor product = called("linalg.tridiagonal_matmul", ones, x)[0];
  EXPECT_EQ(product.to_vector<float>(), (Floats{5, 8, 9}));
}

TEST(RareOperations, ComparisonsByOperators) {
  const Tensor x = Tensor::of<float>({1, 2, 2, 5}, {2, 2});
  EXPECT_EQ(called("__operators__.eq", R"({"other": 2.0})", x)[0].to_vector<bool>(),
            (std::vector<bool>{false, true, true, false}));
  EXPECT_EQ(called("__operators__.ne", R"({"other": 2.0})", x)[0].to_vector<bool>(),
            (std::vector<bool>{true, false, false, true}));
}

TEST(RareOperations, OneTensorIsTheListOfItsRows) {
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(called("stack", "{}", x)[0].shape(), (Shape{2, 3}));
  const Tensor turned = called("stack", R"({"axis": 1})", x)[0];
  EXPECT_EQ(turned.to_vector<float>(), (Floats{1, 4, 2, 5, 3, 6}));
  const Tensor image = Tensor::of<float>({1, 2, 3, 4}, {2, 2, 1});
  EXPECT_EQ(called("image.transpose", "{}", image)[0].to_vector<float>(), (Floats{1, 3, 2, 4}));
}

// Shares that do not add up to one are made to.
TEST(RareOperations, CrossEntropies) {
  const Tensor x = Tensor::of<float>({0.5F, 0.5F, 0.25F, 0.5F}, {2, 2});
  const Tensor y =
      called("keras.backend.sparse_categorical_crossentropy", R"({"output": ["x", 0, 0]})", x, 1,
             R"("_CONSTANT_VALUE", -1, [0, 1])")[0];
  EXPECT_NEAR(y.to_vector<float>()[0], std::log(2.0F), 1e-6);
  EXPECT_NEAR(y.to_vector<float>()[1], std::log(1.5F), 1e-6);
}

TEST(RareOperations, ChecksAndClips) {
  const Tensor x = Tensor::of<float>({3, 4}, {1, 2});
  EXPECT_EQ(called("debugging.assert_all_finite", R"({"message": "bad"})", x)[0].to_vector<float>(),
            (Floats{3, 4}));
  EXPECT_THROW(called("debugging.assert_all_finite", R"({"message": "bad"})",
                      Tensor::of<float>({3, INFINITY}, {1, 2})),
               Error);
  EXPECT_EQ(
      called("nn.compute_average_loss", "{}", Tensor::of<float>({3, 4, 8}, {3}))[0].item<float>(),
      5);
}

}  // namespace
}  // namespace rill::keras
