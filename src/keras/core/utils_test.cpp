// Expected values: keras.utils of Keras 3.15.
#include "rill/keras/utils.hpp"

#include <gtest/gtest.h>

#include "rill/error.hpp"

namespace rill::keras::utils {
namespace {

using Rows = std::vector<std::vector<int64_t>>;

TEST(ToCategorical, OneRowAClass) {
  const Tensor rows = to_categorical(Tensor::vector<int32_t>({0, 2, -1}));
  EXPECT_EQ(rows.dtype(), DType::float32);
  EXPECT_EQ(rows.shape(), (Shape{3, 3}));
  EXPECT_EQ(rows.to_vector<float>(), (std::vector<float>{1, 0, 0, 0, 0, 1, 0, 0, 1}));
  // A last dimension of 1 goes away, but not that of a single class.
  EXPECT_EQ(to_categorical(Tensor::of({1.9f, 0.0f}, Shape{2, 1}), 4).to_vector<float>(),
            (std::vector<float>{0, 1, 0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(to_categorical(Tensor::zeros(DType::uint8, Shape{2, 3, 1}), 5).shape(),
            (Shape{2, 3, 5}));
  EXPECT_EQ(to_categorical(Tensor::vector<int64_t>({0})).shape(), (Shape{1, 1}));
  EXPECT_EQ(to_categorical(Tensor::scalar<int64_t>(2)).shape(), (Shape{3}));
  EXPECT_EQ(to_categorical(Tensor::zeros(DType::int32, Shape{0}), 3).shape(), (Shape{0, 3}));
}

TEST(ToCategorical, RefusesClassesThatAreNone) {
  EXPECT_THROW(to_categorical(Tensor::vector<int32_t>({0, 3}), 3), InvalidArgumentError);
  EXPECT_THROW(to_categorical(Tensor::vector<int32_t>({-4}), 3), InvalidArgumentError);
  EXPECT_THROW(to_categorical(Tensor::vector<int32_t>({-1})), InvalidArgumentError);
  EXPECT_THROW(to_categorical(Tensor::zeros(DType::int32, Shape{0})), InvalidArgumentError);
  EXPECT_THROW(to_categorical(Tensor::vector<int64_t>({INT64_MAX})), ResourceExhaustedError);
}

TEST(PadSequences, PadsAndCutsOnEitherSide) {
  const Rows rows{{1}, {2, 3}, {4, 5, 6}, {}};
  EXPECT_EQ(pad_sequences(rows).to_vector<int>(),
            (std::vector<int>{0, 0, 1, 0, 2, 3, 4, 5, 6, 0, 0, 0}));
  EXPECT_EQ(pad_sequences(rows, {.padding = "post", .value = -1}).to_vector<int>(),
            (std::vector<int>{1, -1, -1, 2, 3, -1, 4, 5, 6, -1, -1, -1}));
  EXPECT_EQ(pad_sequences(rows, {.maxlen = 2}).to_vector<int>(),
            (std::vector<int>{0, 1, 2, 3, 5, 6, 0, 0}));
  EXPECT_EQ(pad_sequences(rows, {.maxlen = 2, .truncating = "post"}).to_vector<int>(),
            (std::vector<int>{0, 1, 2, 3, 4, 5, 0, 0}));
  EXPECT_EQ(pad_sequences(rows, {.maxlen = 4}).shape(), (Shape{4, 4}));
  EXPECT_EQ(pad_sequences(Rows{}, {.maxlen = 4}).shape(), (Shape{0, 4}));
  EXPECT_EQ(pad_sequences(Rows{{}}).shape(), (Shape{1, 0}));
}

TEST(PadSequences, OfElementsWithDimensions) {
  const std::vector<Tensor> pairs{Tensor::of({1.5f, 2.5f}, Shape{1, 2}),
                                  Tensor::of({3.5f, 4.5f, 5.5f, 6.5f}, Shape{2, 2})};
  const Tensor padded = pad_sequences(pairs, {.dtype = DType::float32, .value = 9});
  EXPECT_EQ(padded.shape(), (Shape{2, 2, 2}));
  EXPECT_EQ(padded.to_vector<float>(),
            (std::vector<float>{9, 9, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f}));
  EXPECT_THROW(pad_sequences({pairs[0], Tensor::vector({1.0f})}), InvalidArgumentError);
}

TEST(PadSequences, RefusesWhatItCannotRead) {
  EXPECT_THROW(pad_sequences(Rows{}), InvalidArgumentError);
  EXPECT_THROW(pad_sequences(Rows{{1}}, {.maxlen = 0}), InvalidArgumentError);
  EXPECT_THROW(pad_sequences(Rows{{1}}, {.padding = "before"}), InvalidArgumentError);
  EXPECT_THROW(pad_sequences(Rows{{1}}, {.truncating = ""}), InvalidArgumentError);
  EXPECT_THROW(pad_sequences({Tensor::scalar(1.0f)}), InvalidArgumentError);
}

}  // namespace
}  // namespace rill::keras::utils
