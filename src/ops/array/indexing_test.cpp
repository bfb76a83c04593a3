#include "rill/ops/indexing.hpp"

#include <gtest/gtest.h>

#include "rill/error.hpp"
#include "rill/ops/operators.hpp"

namespace rill {
namespace {

using ops::at;
using ops::Index;
using Int32s = std::vector<int32_t>;

Tensor counted(const Shape& shape) {
  Int32s values(static_cast<size_t>(shape.num_elements()));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int32_t>(i);
  return Tensor::of(values, shape);
}

TEST(Indexing, ReadsAsPython) {
  const Tensor x = counted({2, 3, 4});
  EXPECT_EQ(at(x, {1}).to_vector<int32_t>(),
            (Int32s{12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}));
  EXPECT_EQ(at(x, {-1, 0, -1}).to_vector<int32_t>(), (Int32s{15}));
  EXPECT_EQ(at(x, {-1, 0, -1}).shape(), Shape{});
  EXPECT_EQ(at(x, {Index::ellipsis(), Index::range(1, {}, 2)}).shape(), (Shape{2, 3, 2}));
  EXPECT_EQ(at(x, {0, Index::range({}, {}, -1), 2}).to_vector<int32_t>(), (Int32s{10, 6, 2}));
  EXPECT_EQ(at(x, {Index::new_axis(), Index::all(), 1}).shape(), (Shape{1, 2, 4}));
  EXPECT_EQ(at(x, {Index::range(-1, {}), 0, Index::range({}, -2)}).to_vector<int32_t>(),
            (Int32s{12, 13}));
}

TEST(Indexing, TensorsAreIndicesToo) {
  const Tensor x = counted({3, 4});
  const Tensor row = Tensor::scalar(int32_t{2});
  EXPECT_EQ(at(x, {row, Index::range(1, 3)}).to_vector<int32_t>(), (Int32s{9, 10}));
  EXPECT_EQ(at(x, {Tensor::scalar(int64_t{-1}), 0}).to_vector<int32_t>(), (Int32s{8}));
}

TEST(Indexing, Refuses) {
  const Tensor x = counted({3, 4});
  EXPECT_THROW(at(x, {3}), Error);
  EXPECT_THROW(at(x, {Index::range(0, 2, 0)}), InvalidArgumentError);
  EXPECT_THROW(at(x, {0, 0, 0}), InvalidArgumentError);
  EXPECT_THROW(at(x, {Index::ellipsis(), Index::ellipsis()}), InvalidArgumentError);
}

TEST(Operators, BitsTruthAndRemainder) {
  const Tensor a = Tensor::vector<int32_t>({6, -7}), b = Tensor::vector<int32_t>({4, 4});
  EXPECT_EQ((a % b).to_vector<int32_t>(), (Int32s{2, 1}));
  EXPECT_EQ((a & b).to_vector<int32_t>(), (Int32s{4, 0}));
  EXPECT_EQ((a | b).to_vector<int32_t>(), (Int32s{6, -3}));
  EXPECT_EQ((a ^ b).to_vector<int32_t>(), (Int32s{2, -3}));
  EXPECT_EQ((~a).to_vector<int32_t>(), (Int32s{-7, 6}));
  const Tensor yes = Tensor::scalar(true), no = Tensor::scalar(false);
  EXPECT_FALSE((yes & no).item<bool>());
  EXPECT_TRUE((yes | no).item<bool>());
  EXPECT_TRUE((yes ^ no).item<bool>());
  EXPECT_TRUE((~no).item<bool>());
}

}  // namespace
}  // namespace rill
