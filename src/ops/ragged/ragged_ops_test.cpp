#include <gtest/gtest.h>

#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using Ints = std::vector<int64_t>;

Value longs(const Ints& items) { return Tensor::vector(items); }

TEST(RaggedRange, OneRangeARow) {
  const Values out =
      emit_all("RaggedRange", {longs({0, 5, 3}), longs({3, 0, 3}), longs({1, -2, 1})});
  EXPECT_EQ(out[0].to_vector<int64_t>(), (Ints{0, 3, 6, 6}));
  EXPECT_EQ(out[1].to_vector<int64_t>(), (Ints{0, 1, 2, 5, 3, 1}));
  EXPECT_THROW(emit_all("RaggedRange", {longs({0}), longs({3}), longs({0})}), InvalidArgumentError);
  EXPECT_THROW(emit_all("RaggedRange", {longs({0, 1}), longs({3, 3, 3}), longs({1})}),
               InvalidArgumentError);
}

TEST(RaggedRange, NoRows) {
  const Values out = emit_all("RaggedRange", {longs({}), longs({}), longs({})});
  EXPECT_EQ(out[0].to_vector<int64_t>(), (Ints{0}));
  EXPECT_EQ(out[1].size(), 0);
}

Values gather(const Ints& splits, const Ints& rows) {
  const Value values = Tensor::vector<float>({1, 2, 3});
  return emit_all("RaggedGather", {longs(splits), values, longs(rows)},
                  {{"OUTPUT_RAGGED_RANK", int64_t{1}}});
}

TEST(RaggedGather, TakesWholeRows) {
  const Values out = gather({0, 2, 2, 3}, {2, 0, 1});
  EXPECT_EQ(out[0].to_vector<int64_t>(), (Ints{0, 1, 3, 3}));
  EXPECT_EQ(out[1].to_vector<float>(), (std::vector<float>{3, 1, 2}));
}

TEST(RaggedGather, RefusesWhatDoesNotFit) {
  EXPECT_THROW(gather({0, 2, 2, 3}, {3}), InvalidArgumentError);
  EXPECT_THROW(gather({0, 2, 1, 3}, {0}), InvalidArgumentError);
  EXPECT_THROW(gather({0, 2, 9}, {1}), InvalidArgumentError);
}

Value dense(const Ints& shape, const Ints& splits) {
  return emit("RaggedTensorToTensor",
              {longs(shape), Tensor::vector<float>({1, 2, 3}), Value(9.0F), longs(splits)},
              {{"row_partition_types", std::vector<std::string>{"ROW_SPLITS"}}});
}

TEST(RaggedTensorToTensor, FillsAndCuts) {
  const Value all = dense({-1, -1}, {0, 2, 2, 3});
  EXPECT_EQ(all.shape(), (Shape{3, 2}));
  EXPECT_EQ(all.to_vector<float>(), (std::vector<float>{1, 2, 9, 9, 3, 9}));
  EXPECT_EQ(dense({2, 1}, {0, 2, 2, 3}).to_vector<float>(), (std::vector<float>{1, 9}));
  EXPECT_THROW(dense({-1, -1}, {1, 2, 3}), InvalidArgumentError);
  EXPECT_THROW(dense({-1}, {0, 2, 2, 3}), InvalidArgumentError);
  EXPECT_THROW(dense({int64_t{1} << 40, int64_t{1} << 40}, {0, 3}), Error);
}

TEST(RaggedTensorToVariant, ThereAndBack) {
  const Value splits = longs({0, 2, 3}), values = Tensor::vector<float>({1, 2, 3});
  const Value whole = emit("RaggedTensorToVariant", {splits, values}, {{"batched_input", false}});
  const Values back = emit_all("RaggedTensorFromVariant", {whole},
                               {{"input_ragged_rank", int64_t{1}},
                                {"output_ragged_rank", int64_t{1}},
                                {"Tvalues", DType::float32}});
  EXPECT_EQ(back[0].to_vector<int64_t>(), (Ints{0, 2, 3}));
  EXPECT_EQ(back[1].to_vector<float>(), (std::vector<float>{1, 2, 3}));
}

TEST(RaggedTensorToVariant, HasZerosAndSums) {
  const AttrMap whole = {{"batched_input", false}};
  const AttrMap back = {{"input_ragged_rank", int64_t{1}},
                        {"output_ragged_rank", int64_t{1}},
                        {"Tvalues", DType::float32}};
  const Value values = Tensor::vector<float>({1, 2, 3});
  const Value x = emit("RaggedTensorToVariant", {longs({0, 2, 3}), values}, whole);
  const Values zeros = emit_all("RaggedTensorFromVariant", {emit("ZerosLike", {x})}, back);
  EXPECT_EQ(zeros[0].to_vector<int64_t>(), (Ints{0, 2, 3}));
  EXPECT_EQ(zeros[1].to_vector<float>(), (std::vector<float>{0, 0, 0}));
  const Values sums = emit_all("RaggedTensorFromVariant", {emit("AddN", {x, x, x})}, back);
  EXPECT_EQ(sums[0].to_vector<int64_t>(), (Ints{0, 2, 3}));
  EXPECT_EQ(sums[1].to_vector<float>(), (std::vector<float>{3, 6, 9}));
  const Value other = emit("RaggedTensorToVariant", {longs({0, 1, 3}), values}, whole);
  EXPECT_THROW(emit("AddN", {x, other}), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
