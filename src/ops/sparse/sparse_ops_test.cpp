#include <gtest/gtest.h>

#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

struct Sparse {
  Tensor indices, values, shape;
};

Sparse example() {  // [[0 1 0] [0 0 0] [2 0 3]]
  return {Tensor::of<int64_t>({0, 1, 2, 0, 2, 2}, Shape{3, 2}), Tensor::vector<float>({1, 2, 3}),
          Tensor::vector<int64_t>({3, 3})};
}

TEST(SparseOps, DenseForms) {
  const Sparse s = example();
  const Tensor dense = emit("SparseToDense", {s.indices, s.shape, s.values, Tensor::scalar(-1.0f)});
  EXPECT_EQ(dense.to_vector<float>(), (Floats{-1, 1, -1, -1, -1, -1, 2, -1, 3}));
  const Tensor product =
      emit("SparseTensorDenseMatMul",
           {s.indices, s.values, s.shape, Tensor::of<float>({1, 2, 3}, Shape{3, 1})});
  EXPECT_EQ(product.to_vector<float>(), (Floats{2, 0, 11}));
  EXPECT_EQ(emit("SparseReduceSum", {s.indices, s.values, s.shape, Tensor::vector<int32_t>({1})})
                .to_vector<float>(),
            (Floats{1, 0, 5}));
}

TEST(SparseOps, ThresholdsAreForSumsAlone) {
  const Sparse s = example();
  const Tensor indices = Tensor::of<int64_t>({1, 1, 2, 0}, Shape{2, 2});
  const Values sum =
      emit_all("SparseAdd", {s.indices, s.values, s.shape, indices, Tensor::vector<float>({1, 2}),
                             s.shape, Tensor::scalar(9.0F)});
  EXPECT_EQ(sum[1].to_vector<float>(), (Floats{1, 1, 3})) << "2 + 2 is left out";
}

TEST(SparseOps, RefusesWhatLiesOutside) {
  const Sparse s = example();
  const Tensor small = Tensor::vector<int64_t>({2, 3});
  EXPECT_THROW(emit("SparseToDense", {s.indices, small, s.values, Tensor::scalar(0.0f)}),
               InvalidArgumentError);
  EXPECT_THROW(emit("SparseReorder", {s.indices, s.values, small}), InvalidArgumentError);
  EXPECT_THROW(emit("SparseReshape", {s.indices, s.shape, Tensor::vector<int64_t>({2, -1})}),
               InvalidArgumentError);
}

TEST(SparseOps, RowsAndOrder) {
  const Sparse s = example();
  const Values filled =
      emit_all("SparseFillEmptyRows", {s.indices, s.values, s.shape, Tensor::scalar(9.0f)});
  EXPECT_EQ(filled[1].to_vector<float>(), (Floats{1, 9, 2, 3}));
  EXPECT_EQ(filled[3].to_vector<int64_t>(), (Ints{0, 2, 3}));
  const Values sorted =
      emit_all("SparseReorder", {Tensor::of<int64_t>({2, 2, 0, 1, 2, 0}, Shape{3, 2}),
                                 Tensor::vector<float>({3, 1, 2}), s.shape});
  EXPECT_EQ(sorted[1].to_vector<float>(), (Floats{1, 2, 3}));
}

TEST(SparseOps, SumsInTheOrderOfTheResult) {
  const Tensor indices = Tensor::of<int64_t>({2, 1, 0, 2, 2, 0, 0, 1}, Shape{4, 2});
  const Tensor values = Tensor::vector<float>({1, 2, 4, 8}),
               shape = Tensor::vector<int64_t>({3, 3});
  const Values sums =
      emit_all("SparseReduceSumSparse", {indices, values, shape, Tensor::vector<int32_t>({1})});
  EXPECT_EQ(sums[0].to_vector<int64_t>(), (Ints{0, 2}));
  EXPECT_EQ(sums[1].to_vector<float>(), (Floats{10, 5}));
  const Values most =
      emit_all("SparseReduceMaxSparse", {indices, values, shape, Tensor::vector<int32_t>({0})},
               {{"keep_dims", true}});
  EXPECT_EQ(most[0].to_vector<int64_t>(), (Ints{0, 0, 0, 1, 0, 2}));
  EXPECT_EQ(most[1].to_vector<float>(), (Floats{4, 8, 2}));
}

TEST(SparseOps, SumsOfTwo) {
  const Sparse a = example();
  const Tensor indices = Tensor::of<int64_t>({0, 0, 2, 0, 2, 1}, Shape{3, 2});
  const Tensor values = Tensor::vector<float>({5, -2, 7});
  const Values sum = emit_all(
      "SparseAdd", {a.indices, a.values, a.shape, indices, values, a.shape, Tensor::scalar(0.5f)});
  EXPECT_EQ(sum[0].to_vector<int64_t>(), (Ints{0, 0, 0, 1, 2, 1, 2, 2}));
  EXPECT_EQ(sum[1].to_vector<float>(), (Floats{5, 1, 7, 3}));
}

TEST(SparseOps, RowsThatAreFullStay) {
  const Tensor indices = Tensor::of<int64_t>({0, 1, 1, 0, 1, 2}, Shape{3, 2});
  const Tensor values = Tensor::vector<float>({1, 2, 3});
  const Values filled = emit_all("SparseFillEmptyRows",
                                 {indices, values, Tensor::vector<int64_t>({2, 3}), Value(9.0f)});
  EXPECT_EQ(filled[0].to_vector<int64_t>(), indices.to_vector<int64_t>());
  EXPECT_EQ(filled[1].to_vector<float>(), (Floats{1, 2, 3}));
  EXPECT_EQ(filled[3].to_vector<int64_t>(), (Ints{0, 1, 2}));
}

TEST(SparseOps, Segments) {
  const Tensor data = Tensor::of<float>({1, 2, 3, 4}, Shape{4, 1});
  const Tensor rows = Tensor::vector<int32_t>({3, 0, 1}), ids = Tensor::vector<int32_t>({0, 0, 2});
  EXPECT_EQ(emit("SparseSegmentMean", {data, rows, ids}).to_vector<float>(), (Floats{2.5, 0, 2}));
  EXPECT_THROW(emit("SparseSegmentSum", {data, rows, Tensor::vector<int32_t>({1, 0, 2})}),
               InvalidArgumentError);
}

TEST(SparseOps, Sets) {
  const Tensor a = Tensor::of<int64_t>({3, 1, 3}, Shape{1, 3});
  const Tensor b = Tensor::of<int64_t>({1, 2}, Shape{1, 2});
  const auto values = [&](const char* name) {
    return emit_all("DenseToDenseSetOperation", {a, b}, {{"set_operation", std::string(name)}})[1]
        .to_vector<int64_t>();
  };
  EXPECT_EQ(values("union"), (Ints{1, 2, 3}));
  EXPECT_EQ(values("a-b"), (Ints{3}));
  EXPECT_THROW(values("xor"), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
