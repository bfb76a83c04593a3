#include "rill/ops/array.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "op/emit.h"
#include "ops/test_values.h"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

using Floats = std::vector<float>;
using Ints = std::vector<int64_t>;

TEST(Shape, OfAnyRank) {
  EXPECT_EQ(ops::shape(test::iota({2, 3})).to_vector<int64_t>(), (Ints{2, 3}));
  EXPECT_EQ(ops::shape(Tensor::scalar(1.0f)).shape(), Shape{0});
  EXPECT_EQ(ops::size(test::iota({2, 0, 3})).item<int64_t>(), 0);
  EXPECT_EQ(ops::rank(test::iota({2, 0, 3})).item<int64_t>(), 3);
}

TEST(Reshape, FillsInTheHole) {
  EXPECT_EQ(ops::reshape(test::iota({2, 6}), Ints{3, -1}).shape(), (Shape{3, 4}));
  EXPECT_EQ(ops::reshape(test::iota({0, 6}), Ints{-1, 6}).shape(), (Shape{0, 6}));
  EXPECT_EQ(ops::reshape(test::iota({1}), Ints{}).shape(), Shape{});
  EXPECT_EQ(ops::reshape(test::iota({2, 6}), Tensor::scalar(-1)).shape(), Shape{12});
  EXPECT_THROW(ops::reshape(test::iota({2, 6}), Ints{5, -1}), InvalidArgumentError);
  EXPECT_THROW(ops::reshape(test::iota({2, 6}), Ints{-1, -1}), InvalidArgumentError);
  EXPECT_THROW(ops::reshape(test::iota({4}), Ints{INT64_MAX, 4}), InvalidArgumentError);
}

TEST(Squeeze, NegativeAxes) {
  EXPECT_EQ(ops::squeeze(test::iota({1, 2, 1})).shape(), Shape{2});
  EXPECT_EQ(ops::squeeze(test::iota({1, 2, 1}), {-1}).shape(), (Shape{1, 2}));
  EXPECT_THROW(ops::squeeze(test::iota({1, 2}), {1}), InvalidArgumentError);
  EXPECT_EQ(ops::expand_dims(test::iota({2}), -1).shape(), (Shape{2, 1}));
  EXPECT_THROW(ops::expand_dims(test::iota({2}), 3), InvalidArgumentError);
}

TEST(Concat, AlongAnyAxisAndDtype) {
  const Values parts = {test::iota({2, 1}), test::iota({2, 2})};
  EXPECT_EQ(ops::concat(parts, -1).to_vector<float>(), (Floats{0, 0, 1, 1, 2, 3}));
  EXPECT_EQ(ops::concat({test::iota({0, 2}), test::iota({1, 2})}, 0).shape(), (Shape{1, 2}));
  EXPECT_THROW(ops::concat(parts, 0), InvalidArgumentError);
  EXPECT_THROW(ops::concat(parts, 2), InvalidArgumentError);
  const Tensor words =
      ops::concat({Tensor::vector<std::string>({"a"}), Tensor::vector<std::string>({"b", "c"})}, 0);
  EXPECT_EQ(words.data<std::string>()[2], "c");
}

TEST(Pack, AndUnpack) {
  const Tensor stacked = ops::stack({test::iota({2}), test::iota({2})}, 1);
  EXPECT_EQ(stacked.to_vector<float>(), (Floats{0, 0, 1, 1}));
  EXPECT_EQ(ops::unstack(stacked, -1, 0).size(), 2U);
  EXPECT_EQ(ops::stack({Tensor::scalar(1.0f), Tensor::scalar(2.0f)}).shape(), Shape{2});
}

TEST(Unpack, FewElementsAtATime) {
  for (const int64_t width : {1, 3}) {
    const Tensor x = test::iota({50, 3, width});
    const Values parts = ops::unstack(x, -1, 1);
    EXPECT_EQ(ops::stack(parts, 1).to_vector<float>(), x.to_vector<float>());
    EXPECT_EQ(parts[2].to_vector<float>()[0], static_cast<float>(2 * width));
  }
  const Tensor words = Tensor::of<std::string>({"a", "b", "c", "d"}, {2, 2});
  EXPECT_EQ(ops::unstack(words, -1, 1)[1].to_vector<std::string>(),
            (std::vector<std::string>{"b", "d"}));
}

TEST(Split, ByCountAndBySizes) {
  EXPECT_EQ(ops::split(test::iota({2, 4}), 2, 1)[1].to_vector<float>(), (Floats{2, 3, 6, 7}));
  const Values parts = ops::split(test::iota({5}), Ints{1, -1, 2}, 0);
  EXPECT_EQ(parts[1].to_vector<float>(), (Floats{1, 2}));
  EXPECT_THROW(ops::split(test::iota({5}), 2, 0), InvalidArgumentError);
}

TEST(Transpose, SmallAndTiled) {
  EXPECT_EQ(ops::transpose(test::iota({2, 3}), {1, 0}).to_vector<float>(),
            (Floats{0, 3, 1, 4, 2, 5}));
  const Tensor big = test::iota({70, 3, 45});
  const Tensor turned = ops::transpose(big, {2, 1, 0});
  for (int64_t i = 0; i < 70; ++i) {
    for (int64_t j = 0; j < 45; ++j) {
      ASSERT_EQ(turned.data<float>()[(j * 3 + 1) * 70 + i],
                big.data<float>()[(i * 3 + 1) * 45 + j]);
    }
  }
  EXPECT_THROW(ops::transpose(test::iota({2, 3}), {0, 0}), InvalidArgumentError);
}

// What is assigned to a slice is broadcast to it.
TEST(StridedSlice, UpdatesBroadcast) {
  const auto updated = [](const Value& value, int shrink) {
    return emit("TensorStridedSliceUpdate",
                {test::iota({3, 2}), test::ints({1}), test::ints({3 - shrink}), test::ints({1}),
                 value},
                {{"shrink_axis_mask", int64_t{shrink}}})
        .to_vector<float>();
  };
  EXPECT_EQ(updated(Tensor::scalar(9.0f), 0), (Floats{0, 1, 9, 9, 9, 9}));
  EXPECT_EQ(updated(Tensor::scalar(9.0f), 1), (Floats{0, 1, 9, 9, 4, 5}));
  EXPECT_EQ(updated(Tensor::of({8.0f, 9.0f}, Shape{2, 1}), 0), (Floats{0, 1, 8, 8, 9, 9}));
  EXPECT_EQ(updated(Tensor::of({8.0f, 9.0f}, Shape{1, 1, 2}), 0), (Floats{0, 1, 8, 9, 8, 9}));
  EXPECT_THROW(updated(Tensor::vector({7.0f, 8.0f, 9.0f}), 0), InvalidArgumentError);
  EXPECT_THROW(updated(Tensor::of({8.0f, 9.0f}, Shape{2, 1}), 1), InvalidArgumentError);
}

TEST(StridedSlice, MasksAndNegativeStrides) {
  const Tensor x = test::iota({3, 4});
  const auto slice = [&](const std::vector<int32_t>& b, const std::vector<int32_t>& e,
                         const std::vector<int32_t>& s, ops::StridedSliceMasks m) {
    return ops::strided_slice(x, test::ints(b), test::ints(e), test::ints(s), m);
  };
  EXPECT_EQ(slice({-1}, {0}, {1}, {.shrink_axis = 1}).to_vector<float>(), (Floats{8, 9, 10, 11}));
  EXPECT_EQ(slice({0, -1}, {0, 0}, {1, -2}, {.begin = 1, .end = 3}).to_vector<float>(),
            (Floats{3, 1, 7, 5, 11, 9}));
  EXPECT_EQ(slice({0, 0}, {0, 1}, {1, 1}, {.ellipsis = 1}).shape(), (Shape{3, 1}));
  EXPECT_EQ(slice({0, 0}, {0, 2}, {1, 1}, {.new_axis = 1}).shape(), (Shape{1, 2, 4}));
  EXPECT_EQ(slice({2}, {1}, {1}, {}).shape(), (Shape{0, 4}));
  EXPECT_THROW(slice({3}, {4}, {1}, {.shrink_axis = 1}), InvalidArgumentError);
  EXPECT_THROW(slice({0}, {1}, {0}, {}), InvalidArgumentError);
}

// The number that stands for an unknown item is none where it is given.
TEST(StridedSlice, TheLeastNumberLiesOutside) {
  const Tensor x = Tensor::vector<int8_t>({1, 2, 3}), one = Tensor::vector<int64_t>({1});
  const Tensor least = Tensor::vector<int64_t>({std::numeric_limits<int64_t>::min()});
  EXPECT_THROW(emit("StridedSlice", {x, least, one, one}, {{"shrink_axis_mask", int64_t{1}}}),
               InvalidArgumentError);
}

TEST(Pad, ConstantAndMirror) {
  const Tensor pads = Tensor::of<int32_t>({1, 2}, {1, 2});
  EXPECT_EQ(ops::pad(test::iota({3}), pads).to_vector<float>(), (Floats{0, 0, 1, 2, 0, 0}));
  EXPECT_EQ(ops::pad(test::iota({3}), pads, "CONSTANT", Tensor::scalar(9.0f)).to_vector<float>(),
            (Floats{9, 0, 1, 2, 9, 9}));
  EXPECT_EQ(ops::pad(test::iota({3}), pads, "REFLECT").to_vector<float>(),
            (Floats{1, 0, 1, 2, 1, 0}));
  EXPECT_EQ(ops::pad(test::iota({3}), pads, "SYMMETRIC").to_vector<float>(),
            (Floats{0, 0, 1, 2, 2, 1}));
  EXPECT_THROW(ops::pad(test::iota({2}), pads, "REFLECT"), InvalidArgumentError);
}

TEST(Tile, RepeatsEachDimension) {
  EXPECT_EQ(ops::tile(test::iota({1, 2}), test::ints({2, 2})).to_vector<float>(),
            (Floats{0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(ops::tile(test::iota({2}), test::ints({0})).shape(), Shape{0});
  EXPECT_THROW(ops::tile(test::iota({2}), test::ints({-1})), InvalidArgumentError);
}

TEST(BroadcastTo, TakesAVectorOfSizes) {
  const Tensor x = Tensor::vector({1.0f, 2.0f, 3.0f});
  EXPECT_EQ(ops::broadcast_to(x, Tensor::vector<int32_t>({2, 3})).shape(), (Shape{2, 3}));
  EXPECT_THROW(ops::broadcast_to(x, Tensor::scalar<int32_t>(3)), InvalidArgumentError);
  EXPECT_THROW(ops::broadcast_to(x, Tensor::vector<int32_t>({2, 4})), InvalidArgumentError);
}

TEST(Fill, RefusesHostileShapes) {
  EXPECT_EQ(ops::fill(test::ints({2}), Tensor::scalar(3.0f)).to_vector<float>(), (Floats{3, 3}));
  EXPECT_THROW(ops::fill(test::ints({-1}), Tensor::scalar(3.0f)), InvalidArgumentError);
  EXPECT_THROW(ops::fill(Tensor::vector<int64_t>({int64_t{1} << 40, int64_t{1} << 40}),
                         Tensor::scalar(3.0f)),
               Error);
}

TEST(Gather, AxisBatchAndBounds) {
  const Tensor x = test::iota({2, 3});
  EXPECT_EQ(ops::gather(x, test::ints({2, 0}), 1).to_vector<float>(), (Floats{2, 0, 5, 3}));
  EXPECT_EQ(ops::gather(x, Tensor::of<int32_t>({1, 2}, {2, 1}), 1, 1).to_vector<float>(),
            (Floats{1, 5}));
  try {
    ops::gather(x, test::ints({0, 5}));
    FAIL();
  } catch (const InvalidArgumentError& e) {
    EXPECT_NE(std::string(e.what()).find("indices[1] = 5 is not in [0, 2)"), std::string::npos)
        << e.what();
  }
}

TEST(Scatter, AddsAndUpdates) {
  const Tensor index = Tensor::of<int32_t>({1, 1}, {2, 1});
  EXPECT_EQ(ops::scatter_nd(index, test::iota({2}), test::ints({3})).to_vector<float>(),
            (Floats{0, 1, 0}));
  EXPECT_EQ(ops::tensor_scatter_nd_update(test::iota({3}), index, Tensor::vector<float>({7, 8}))
                .to_vector<float>(),
            (Floats{0, 8, 2}));
  EXPECT_THROW(ops::scatter_nd(Tensor::of<int32_t>({3}, {1, 1}), test::iota({1}), test::ints({3})),
               InvalidArgumentError);
}

TEST(OneHot, InnerAxisAndOutOfRange) {
  EXPECT_EQ(ops::one_hot(test::ints({1, -1}), 3).to_vector<float>(), (Floats{0, 1, 0, 0, 0, 0}));
  EXPECT_EQ(ops::one_hot(test::ints({1}), 2, {}, {}, 0).shape(), (Shape{2, 1}));
}

TEST(Blocks, DepthAndSpaceUndoEachOther) {
  const Tensor x = test::iota({1, 4, 4, 2});
  EXPECT_EQ(ops::depth_to_space(ops::space_to_depth(x, 2), 2).to_vector<float>(),
            x.to_vector<float>());
  const Tensor block = test::ints({2, 2});
  const Tensor pads = Tensor::of<int32_t>({0, 0, 0, 0}, {2, 2});
  const Tensor batches = emit("SpaceToBatchND", {x, block, pads});
  EXPECT_EQ(batches.shape(), (Shape{4, 2, 2, 2}));
  EXPECT_EQ(emit("BatchToSpaceND", {batches, block, pads}).to_vector<float>(),
            x.to_vector<float>());
}

TEST(Where, Coordinates) {
  const Tensor at = ops::where(Tensor::of<bool>({true, false, true, true}, {2, 2}));
  EXPECT_EQ(at.to_vector<int64_t>(), (Ints{0, 0, 1, 0, 1, 1}));
}

TEST(Unique, KeepsTheOrder) {
  const Values found = ops::unique(test::ints({3, 1, 3, 2}));
  EXPECT_EQ(found[0].to_vector<int64_t>(), (Ints{3, 1, 2}));
  EXPECT_EQ(found[1].to_vector<int64_t>(), (Ints{0, 1, 0, 2}));
}

TEST(Unique, ManyNumbers) {
  constexpr int64_t kCount = 20'000, kDistinct = 7'000;
  Tensor x(DType::int64, Shape{kCount});
  for (int64_t i = 0; i < kCount; ++i) x.data<int64_t>()[i] = (i % kDistinct) * 1024 - 5;
  const Values found = emit_all("UniqueWithCounts", {x});
  const Ints numbers = found[0].to_vector<int64_t>(), index = found[1].to_vector<int64_t>();
  ASSERT_EQ(numbers.size(), static_cast<size_t>(kDistinct));
  for (size_t i = 0; i < index.size(); ++i) {
    ASSERT_EQ(index[i], static_cast<int64_t>(i) % kDistinct);
    ASSERT_EQ(numbers[static_cast<size_t>(index[i])], x.data<int64_t>()[i]);
  }
  EXPECT_EQ(found[2].to_vector<int64_t>()[0], 3);
  EXPECT_EQ(found[2].to_vector<int64_t>()[kDistinct - 1], 2);
}

TEST(Reverse, RowsOfEveryWidth) {
  for (const DType dtype : {DType::uint8, DType::int16, DType::float32, DType::complex128}) {
    const Tensor x = ops::cast(test::iota({3, 37}), dtype);
    const auto values = test::iota({3, 37}).to_vector<float>();
    const auto y = ops::cast(ops::reverse(x, {1}), DType::float32).to_vector<float>();
    for (size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], values[i / 37 * 37 + 36 - i % 37]);
  }
}

TEST(Reverse, AndReverseSequence) {
  EXPECT_EQ(ops::reverse(test::iota({2, 2}), {-1}).to_vector<float>(), (Floats{1, 0, 3, 2}));
  EXPECT_EQ(ops::reverse_sequence(test::iota({2, 3}), test::ints({2, 3}), 1).to_vector<float>(),
            (Floats{1, 0, 2, 5, 4, 3}));
}

TEST(SearchSorted, EndsWhereTheStandardDoes) {
  std::vector<int32_t> row, values;
  for (int32_t i = 0; i < 37; ++i) row.push_back(i / 3 * 2);
  for (int32_t v = -2; v < 28; ++v) values.push_back(v);
  for (const size_t n : {size_t{0}, size_t{1}, size_t{2}, size_t{36}, row.size()}) {
    const std::vector<int32_t> part(row.begin(), row.begin() + static_cast<int64_t>(n));
    const Tensor sorted = Tensor::of(part, Shape{1, static_cast<int64_t>(n)});
    const Tensor wanted = Tensor::of(values, Shape{1, static_cast<int64_t>(values.size())});
    const auto low = emit("LowerBound", {sorted, wanted}).to_vector<int64_t>();
    const auto high = emit("UpperBound", {sorted, wanted}).to_vector<int64_t>();
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ(low[i], std::lower_bound(part.begin(), part.end(), values[i]) - part.begin());
      EXPECT_EQ(high[i], std::upper_bound(part.begin(), part.end(), values[i]) - part.begin());
    }
  }
}

TEST(DynamicStitch, JoinsWhatPartitionSplit) {
  const Values parts = ops::dynamic_partition(test::iota({4}), test::ints({1, 0, 1, 0}), 2);
  EXPECT_EQ(parts[0].to_vector<float>(), (Floats{1, 3}));
  EXPECT_EQ(ops::dynamic_stitch({test::ints({1, 3}), test::ints({0, 2})}, parts).to_vector<float>(),
            (Floats{0, 1, 2, 3}));
}

}  // namespace
}  // namespace rill
