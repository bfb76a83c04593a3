#include <gtest/gtest.h>

#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using Floats = std::vector<float>;

Value shaped_ints(const std::vector<int32_t>& items, const Shape& shape) {
  return Tensor::vector(items).reshaped(shape);
}

// Into zeros of 3 by 2, by rows.
Value scatter(const std::vector<int32_t>& rows, const char* policy = "") {
  const auto n = static_cast<int64_t>(rows.size());
  Tensor updates(DType::float32, Shape{n, 2});
  float next = 0;
  for (float& x : updates.flat<float>()) x = next += 1;
  return emit("ScatterNd", {shaped_ints(rows, Shape{n, 1}), updates, shaped_ints({3, 2}, Shape{2})},
              {{"bad_indices_policy", policy}});
}

TEST(ScatterNd, AddsWhatMeets) {
  EXPECT_EQ(scatter({2, 0, 2}).to_vector<float>(), (Floats{3, 4, 0, 0, 6, 8}));
  EXPECT_EQ(scatter({}).to_vector<float>(), (Floats{0, 0, 0, 0, 0, 0}));
}

TEST(ScatterNd, IndicesOutsideFollowThePolicy) {
  EXPECT_EQ(scatter({7, 1, -1}, "IGNORE").to_vector<float>(), (Floats{0, 0, 3, 4, 0, 0}));
  for (const char* policy : {"", "DEFAULT", "ERROR"}) {
    EXPECT_THROW(scatter({7}, policy), InvalidArgumentError) << policy;
  }
  EXPECT_THROW(scatter({1}, "PERHAPS"), InvalidArgumentError);
}

TEST(ScatterNd, NothingFitsIntoNothing) {
  const Value empty = Tensor::zeros(Shape{0, 2}), one = shaped_ints({0}, Shape{1, 1});
  EXPECT_THROW(emit("TensorScatterUpdate", {empty, one, Tensor::zeros(Shape{1, 2})}),
               InvalidArgumentError);
  const Value narrow = Tensor::zeros(Shape{3, 0});
  EXPECT_THROW(emit("TensorScatterUpdate", {narrow, one, Tensor::zeros(Shape{1, 0})}),
               InvalidArgumentError);
  EXPECT_EQ(
      emit("TensorScatterUpdate", {empty, shaped_ints({}, Shape{0, 1}), Tensor::zeros(Shape{0, 2})})
          .shape(),
      (Shape{0, 2}));
}

TEST(ScatterNd, TextsAreAppended) {
  const Value texts = Tensor::vector<std::string>({"a", "b", "c"});
  EXPECT_EQ(
      emit("ScatterNd", {shaped_ints({2, 0, 2}, Shape{3, 1}), texts, shaped_ints({3}, Shape{1})})
          .to_vector<std::string>(),
      (std::vector<std::string>{"b", "", "ac"}));
}

TEST(ScatterNd, ThreadsChangeNothing) {
  constexpr int64_t kRows = 5000, kInto = 37, kWidth = 24;
  Tensor rows(DType::int32, Shape{kRows, 1}), updates(DType::float32, Shape{kRows, kWidth});
  uint32_t state = 1;
  for (int32_t& row : rows.flat<int32_t>()) row = static_cast<int32_t>((state *= 69069) >> 8) % 37;
  for (float& x : updates.flat<float>()) x = static_cast<float>((state *= 69069) >> 8) * 1e-6F;
  Floats expected(kInto * kWidth);
  for (int64_t i = 0; i < kRows; ++i) {
    for (int64_t c = 0; c < kWidth; ++c) {
      const auto row = static_cast<int64_t>(rows.flat<int32_t>()[static_cast<size_t>(i)]);
      expected[static_cast<size_t>(row * kWidth + c)] +=
          updates.flat<float>()[static_cast<size_t>(i * kWidth + c)];
    }
  }
  const Value shape = shaped_ints({kInto, kWidth}, Shape{2});
  EXPECT_EQ(emit("ScatterNd", {rows, updates, shape}).to_vector<float>(), expected);
  const Value zeros = Tensor::zeros(DType::float32, Shape{kInto, kWidth});
  EXPECT_EQ(emit("TensorScatterAdd", {zeros, rows, updates}).to_vector<float>(), expected);
  rows.flat<int32_t>()[kRows - 1] = kInto;
  EXPECT_THROW(emit("ScatterNd", {rows, updates, shape}), InvalidArgumentError);
}

TEST(GatherNd, IndicesOutsideAreZeroWhenIgnored) {
  const Value params = Tensor::of<float>({1, 2, 3, 4}, Shape{2, 2});
  const Value at = shaped_ints({1, 1, 2, 0, 0, -1}, Shape{3, 2});
  EXPECT_EQ(emit("GatherNd", {params, at}, {{"bad_indices_policy", "IGNORE"}}).to_vector<float>(),
            (Floats{4, 0, 0}));
  EXPECT_THROW(emit("GatherNd", {params, at}), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
