#include "kernels/reduce.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/dense_test_util.h"
#include "kernels/dispatch.h"
#include "rill/error.hpp"

namespace rill::kernels {
namespace {

template <typename T>
std::vector<T> reduce(ReduceOp op, const std::vector<T>& x, const Shape& shape,
                      const std::vector<int>& axes) {
  const Reduce r = prepare_reduce(op, dtype_of<T>, shape, axes);
  std::vector<T> y(static_cast<size_t>(r.shape.outputs));
  r.run(x.data(), y.data());
  return y;
}

// Output index of every input element.
std::vector<int64_t> targets(const Shape& shape, const std::vector<int>& axes) {
  std::vector<int64_t> result(static_cast<size_t>(shape.num_elements()));
  for (size_t i = 0; i < result.size(); ++i) {
    auto rest = static_cast<int64_t>(i);
    int64_t stride = 1;
    for (int d = shape.rank() - 1; d >= 0; --d) {
      const int64_t index = rest % shape[d];
      rest /= shape[d];
      if (std::find(axes.begin(), axes.end(), d) != axes.end()) continue;
      result[i] += index * stride;
      stride *= shape[d];
    }
  }
  return result;
}

TEST(Reduce, AnyAxesOfAnyShape) {
  const std::vector<std::pair<Shape, std::vector<int>>> cases = {
      {{}, {}},
      {{7}, {0}},
      {{7}, {}},
      {{5, 6}, {0}},
      {{5, 6}, {1}},
      {{5, 6}, {0, 1}},
      {{3, 4, 5}, {1}},
      {{3, 4, 5}, {0, 2}},
      {{300000}, {0}},
      {{3, 100000}, {1}},
      {{100000, 3}, {0}},
      {{5000, 70}, {0}},
      {{100, 1100}, {0}},
      {{2, 3, 4, 5, 6}, {0, 2, 4}},
      {{2, 3, 4, 5, 6}, {1, 3}},
      {{8, 17, 19, 21}, {0, 1, 2}},
      {{8, 21, 17, 19}, {0, 2, 3}},
      {{20000, 4}, {1}},
      {{1, 9, 1}, {0, 2}},
      {{64, 1000}, {1}},
      {{40, 130, 20, 4}, {1, 3}},
      {{18, 3, 7, 70, 5, 4}, {1, 3, 5}},
  };
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (const auto& [shape, axes] : cases) {
    std::vector<float> x(static_cast<size_t>(shape.num_elements()));
    for (float& v : x) v = uniform(random);
    const std::vector<int64_t> to = targets(shape, axes);
    const std::vector<float> sum = reduce(ReduceOp::sum, x, shape, axes);
    const std::vector<float> high = reduce(ReduceOp::max, x, shape, axes);
    const std::vector<float> norm = reduce(ReduceOp::euclidean_norm, x, shape, axes);
    std::vector<double> want(sum.size(), 0.0);
    std::vector<double> squares(sum.size(), 0.0);
    std::vector<float> want_high(sum.size(), -kInf);
    std::vector<int32_t> ints(x.size());
    std::vector<int32_t> want_ints(sum.size(), 0);
    for (size_t i = 0; i < x.size(); ++i) {
      const auto o = static_cast<size_t>(to[i]);
      want[o] += x[i];
      squares[o] += static_cast<double>(x[i]) * x[i];
      want_high[o] = std::max(want_high[o], x[i]);
      ints[i] = static_cast<int32_t>(x[i] * 1000);
      want_ints[o] += ints[i];
    }
    const double n = static_cast<double>(x.size()) / static_cast<double>(sum.size());
    for (size_t o = 0; o < sum.size(); ++o) {
      ASSERT_NEAR(sum[o], want[o], 2e-7 * std::sqrt(n) + 1e-7 * std::abs(want[o]))
          << shape.debug_string();
      ASSERT_NEAR(norm[o], std::sqrt(squares[o]), 2e-6 * norm[o]);
      ASSERT_EQ(high[o], want_high[o]);
    }
    EXPECT_EQ(reduce(ReduceOp::sum, ints, shape, axes), want_ints) << shape.debug_string();
    // The same bits with one thread.
    const ScopedThreads one(1);
    EXPECT_EQ(reduce(ReduceOp::sum, x, shape, axes), sum) << shape.debug_string();
  }
}

TEST(Reduce, EveryInstructionSetRoundsAlike) {
  std::vector<float> x(5000);
  for (size_t i = 0; i < x.size(); ++i) x[i] = 1.0f / static_cast<float>(i + 1);
  const float first = simd_tables()[0]->reduce[0](x.data(), 4999, 0);
  for (const SimdTable* table : simd_tables()) {
    EXPECT_EQ(table->reduce[0](x.data(), 4999, 0), first) << table->name;
    EXPECT_EQ(table->reduce[static_cast<int>(FloatReduce::max)](x.data(), 4999, 0), 1.0f);
  }
}

TEST(Reduce, SpecialValuesAsTensorFlow) {
  for (const int n : {3, 40, 5000}) {
    std::vector<float> x(static_cast<size_t>(n), 1.0f);
    x[1] = kNan;
    EXPECT_TRUE(std::isnan(reduce(ReduceOp::max, x, {n}, {0})[0]));
    EXPECT_TRUE(std::isnan(reduce(ReduceOp::min, x, {n}, {0})[0]));
    EXPECT_TRUE(std::isnan(reduce(ReduceOp::sum, x, {n}, {0})[0]));
    x[1] = kInf;
    EXPECT_EQ(reduce(ReduceOp::sum, x, {n}, {0})[0], kInf);
  }
  const std::vector<float> none;
  EXPECT_EQ(reduce(ReduceOp::max, none, {0}, {0})[0], -kInf);
  EXPECT_EQ(reduce(ReduceOp::prod, none, {0}, {0})[0], 1.0f);
  EXPECT_TRUE(std::isnan(reduce(ReduceOp::mean, none, {0}, {0})[0]));
  EXPECT_EQ(reduce(ReduceOp::max, std::vector<int32_t>{}, {0}, {0})[0],
            std::numeric_limits<int32_t>::min());
  EXPECT_EQ(reduce(ReduceOp::sum, none, {2, 0, 3}, {1}), std::vector<float>(6, 0.0f));
  EXPECT_TRUE(reduce(ReduceOp::sum, none, {0, 3}, {1}).empty());
}

TEST(Reduce, IntegersBoolAndHalf) {
  EXPECT_EQ(reduce<int32_t>(ReduceOp::mean, {-7, 2, 2}, {3}, {0})[0], -1);
  EXPECT_EQ(reduce<uint8_t>(ReduceOp::mean, {250, 250}, {2}, {0})[0], 250);
  EXPECT_EQ(reduce<int32_t>(ReduceOp::sum, {2147483647, 1}, {2}, {0})[0],
            std::numeric_limits<int32_t>::min());
  const bool x[] = {true, false, true, true};
  bool y[2];
  const int axis[] = {1};
  prepare_reduce(ReduceOp::all, DType::bool_, {2, 2}, axis).run(x, y);
  EXPECT_TRUE(!y[0] && y[1]);
  prepare_reduce(ReduceOp::any, DType::bool_, {2, 2}, axis).run(x, y);
  EXPECT_TRUE(y[0] && y[1]);
  const std::vector<float16> h(5000, float16(1.0f));
  EXPECT_EQ(static_cast<float>(reduce(ReduceOp::sum, h, {5000}, {0})[0]), 5000.0f);
  // One after the other: 2048 + 1 is no float16.
  EXPECT_EQ(static_cast<float>(reduce(ReduceOp::sum, h, {2500, 2}, {0})[1]), 2048.0f);
  EXPECT_THROW(prepare_reduce(ReduceOp::sum, DType::float32, {2}, std::vector<int>{1}), Error);
  EXPECT_THROW(prepare_reduce(ReduceOp::any, DType::float32, {2}, std::vector<int>{0}), Error);
}

TEST(ArgReduce, FirstWinsAndNanLoses) {
  const std::vector<float> x = {1, kNan, 5, 5, kNan, -1};
  int64_t y[3];
  prepare_arg_reduce(true, DType::float32, {6}, 0, DType::int64).run(x.data(), y);
  EXPECT_EQ(y[0], 2);
  prepare_arg_reduce(false, DType::float32, {6}, 0, DType::int64).run(x.data(), y);
  EXPECT_EQ(y[0], 5);
  int32_t z[3];
  prepare_arg_reduce(true, DType::float32, {2, 3}, 0, DType::int32).run(x.data(), z);
  EXPECT_EQ(std::vector<int32_t>(z, z + 3), (std::vector<int32_t>{1, 0, 0}));
  prepare_arg_reduce(true, DType::float32, {2, 3}, 1, DType::int32).run(x.data(), z);
  EXPECT_EQ(std::vector<int32_t>(z, z + 2), (std::vector<int32_t>{2, 0}));
  EXPECT_THROW(prepare_arg_reduce(true, DType::float32, {0}, 0, DType::int64), Error);
}

}  // namespace
}  // namespace rill::kernels
