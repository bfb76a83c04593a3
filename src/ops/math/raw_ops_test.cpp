#include "rill/raw_ops.hpp"

#include <gtest/gtest.h>

#include "rill/error.hpp"

namespace rill {
namespace {

TEST(RawOps, InputsListsAndAttributes) {
  const Tensor a = Tensor::of<float>({1, 2, 3, 4}, {2, 2});
  EXPECT_EQ(raw_ops::MatMul(a, a, {{"transpose_b", true}}).to_vector<float>(),
            (std::vector<float>{5, 11, 11, 25}));
  EXPECT_EQ(raw_ops::ConcatV2({a, a}, Tensor::scalar(0)).shape(), (Shape{4, 2}));
  EXPECT_EQ(raw_ops::Unpack(a, {{"num", 2}}).size(), 2U);
  EXPECT_EQ(raw_ops::TopKV2(a, Tensor::scalar(1)).size(), 2U);
  EXPECT_THROW(raw_ops::MatMul(a, Tensor::scalar(1.0F)), InvalidArgumentError);
  EXPECT_THROW(ops::call("MatMull", {a, a}), Error);
}

}  // namespace
}  // namespace rill
