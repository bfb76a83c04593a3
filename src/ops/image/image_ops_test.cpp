#include "rill/ops/image.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "op/emit.h"
#include "ops/test_values.h"
#include "rill/ops/linalg.hpp"
#include "rill/ops/signal.hpp"

namespace rill {
namespace {

Tensor boxes(const std::vector<float>& values) {
  Tensor t(DType::float32, Shape{static_cast<int64_t>(values.size() / 4), 4});
  std::copy(values.begin(), values.end(), t.data<float>());
  return t;
}

TEST(Resize, RefusesSizesThatAreNone) {
  const Tensor x = test::iota({1, 2, 2, 1});
  EXPECT_EQ(ops::resize_area(x, test::ints({1, 1})).to_vector<float>(), std::vector<float>{1.5f});
  for (const auto& size : {std::vector<int32_t>{0, 2}, {-1, 2}, {2}, {2, 2, 2}}) {
    EXPECT_THROW(ops::resize_bilinear(x, test::ints(size)), InvalidArgumentError);
    EXPECT_THROW(ops::resize_bicubic(x, test::ints(size)), InvalidArgumentError);
    EXPECT_THROW(ops::resize_area(x, test::ints(size)), InvalidArgumentError);
  }
  EXPECT_THROW(ops::resize_bilinear(test::iota({1, 0, 2, 1}), test::ints({2, 2})),
               InvalidArgumentError);
  EXPECT_THROW(ops::resize_bilinear(x, test::ints({2, 2}), true, true), InvalidArgumentError);
}

TEST(Resize, GradientsOfDoublesAreDoubles) {
  const double small = 1.0 / (int64_t{1} << 40);
  const Tensor dy = Tensor::of<double>({1, small, 1, small}, Shape{1, 2, 2, 1});
  const Value nearest = emit("ResizeNearestNeighborGrad", {dy, test::ints({1, 1})});
  EXPECT_EQ(nearest.to_vector<double>(), std::vector<double>{2 + 2 * small});
  const Tensor image = Tensor::zeros(DType::float64, Shape{1, 1, 1, 1});
  const Tensor rows = Tensor::of<float>(
      {1, static_cast<float>(small), 1, static_cast<float>(small)}, Shape{1, 2, 2, 1});
  EXPECT_EQ(emit("ResizeBilinearGrad", {rows, image}).to_vector<double>(),
            std::vector<double>{2 + 2 * small});
}

TEST(CropAndResize, NumbersThatAreNone) {
  const Tensor x = test::iota({1, 4, 4, 1});
  EXPECT_THROW(ops::crop_and_resize(x, boxes({NAN, 0, 1, 1}), test::ints({0}), test::ints({2, 2})),
               InvalidArgumentError);
  EXPECT_THROW(
      ops::crop_and_resize(x, boxes({0, 0, INFINITY, 1}), test::ints({0}), test::ints({2, 2})),
      InvalidArgumentError);
  EXPECT_THROW(ops::crop_and_resize(x, boxes({0, 0, 1, 1}), test::ints({1}), test::ints({2, 2})),
               OutOfRangeError);
  EXPECT_THROW(ops::crop_and_resize(x, boxes({0, 0, 1, 1}), test::ints({0}), test::ints({-2, 2})),
               InvalidArgumentError);
}

TEST(NonMaxSuppression, KeepsTheBest) {
  const Tensor all = boxes({0, 0, 1, 1, 0, 0, 1, 0.9f, 2, 2, 3, 3});
  const Tensor scores = Tensor::vector<float>({0.5f, 0.9f, 0.1f});
  EXPECT_EQ(ops::non_max_suppression(all, scores, 3, 0.5f, 0.0f).to_vector<int64_t>(),
            (std::vector<int64_t>{1, 2}));
  EXPECT_THROW(ops::non_max_suppression(all, scores, -1, 0.5f, 0.0f), InvalidArgumentError);
  EXPECT_THROW(ops::non_max_suppression(all, scores, 3, 1.5f, 0.0f), InvalidArgumentError);
}

TEST(ProjectiveTransform, FarAwayIsFill) {
  const Tensor x = test::iota({1, 2, 2, 1});
  Tensor transform(DType::float32, Shape{1, 8});
  const float values[] = {1e30f, 0, NAN, 0, 1, 0, 0, 0};
  std::copy(std::begin(values), std::end(values), transform.data<float>());
  for (const char* mode : {"CONSTANT", "REFLECT", "WRAP", "NEAREST"}) {
    const Tensor y =
        ops::image_projective_transform(x, transform, test::ints({2, 2}), 5.0f, "BILINEAR", mode);
    EXPECT_EQ(y.to_vector<float>(), std::vector<float>(4, 5.0f)) << mode;
  }
}

TEST(Rfft, Lengths) {
  const Tensor x = test::iota({6});
  EXPECT_EQ(ops::rfft(x, test::ints({6})).shape(), Shape{4});
  EXPECT_EQ(ops::rfft(x, test::ints({0})).shape(), Shape{0});
  EXPECT_THROW(ops::rfft(x, test::ints({7})), InvalidArgumentError);
  EXPECT_THROW(ops::rfft(x, test::ints({-1})), InvalidArgumentError);
  EXPECT_THROW(ops::rfft(x, test::ints({2, 3})), InvalidArgumentError);
  const Tensor back = ops::irfft(ops::rfft(x, test::ints({6})), test::ints({6}));
  for (int64_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(back.data<float>()[i], static_cast<float>(i), 1e-5f);
  }
}

TEST(Decompositions, EmptyAndSingular) {
  EXPECT_EQ(ops::cholesky(test::iota({2, 0, 0})).shape(), (Shape{2, 0, 0}));
  EXPECT_EQ(ops::svd(test::iota({0, 3}), true).v.shape(), (Shape{3, 3}));
  EXPECT_EQ(ops::matrix_determinant(test::iota({0, 0})).to_vector<float>(), std::vector<float>{1});
  EXPECT_THROW(ops::matrix_inverse(Tensor::zeros(DType::float32, Shape{2, 2})),
               InvalidArgumentError);
  EXPECT_THROW(ops::matrix_solve(test::iota({2, 2}), test::iota({3, 1})), InvalidArgumentError);
  EXPECT_THROW(ops::qr(test::iota({3})), InvalidArgumentError);
  Tensor bad = test::iota({3, 3});
  bad.data<float>()[4] = NAN;
  EXPECT_TRUE(std::isnan(Tensor(ops::svd(bad).s).data<float>()[0]));
}

}  // namespace
}  // namespace rill
