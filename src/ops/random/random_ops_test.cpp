#include <gtest/gtest.h>

#include <cmath>

#include "base/thread_pool.h"
#include "kernels/philox.h"
#include "op/emit.h"
#include "rill/ops/random.hpp"

namespace rill {
namespace {

// The known answers of the Random123 library for philox4x32-10.
TEST(Philox, KnownAnswers) {
  kernels::Philox zero({0, 0, 0, 0}, {0, 0});
  EXPECT_EQ(zero(), (kernels::Philox::Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t kOnes = 0xffffffffU;
  kernels::Philox ones({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes});
  EXPECT_EQ(ones(), (kernels::Philox::Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(ones.counter(), (kernels::Philox::Block{0, 0, 0, 0}));
}

TEST(Multinomial, ThreadsChangeNoSample) {
  Tensor logits(DType::float32, Shape{64, 500});
  float next = 0;
  for (float& v : logits.flat<float>()) v = next = next > 3 ? -2.0F : next + 0.37F;
  // An odd number: rows begin in the middle of a block of the generator.
  const Value count = Tensor::scalar<int32_t>(33), seed = Tensor::vector<int32_t>({1, 2});
  const auto all = emit("StatelessMultinomial", {logits, count, seed}).to_vector<int64_t>();
  const ScopedThreads one(1);
  EXPECT_EQ(emit("StatelessMultinomial", {logits, count, seed}).to_vector<int64_t>(), all);
}

TEST(Stateless, SameSeedSameNumbers) {
  const Tensor shape = Tensor::vector<int32_t>({1000});
  const Tensor seed = Tensor::vector<int32_t>({1, 2});
  const Tensor a = ops::stateless_random_uniform(shape, seed);
  EXPECT_EQ(a.to_vector<float>(), ops::stateless_random_uniform(shape, seed).to_vector<float>());
  for (const float v : a.flat<float>()) ASSERT_TRUE(v >= 0 && v < 1);
  const Tensor t = ops::stateless_truncated_normal(shape, seed);
  for (const float v : t.flat<float>()) {
    ASSERT_LT(std::abs(v), 2.0f);
  }
}

}  // namespace
}  // namespace rill
