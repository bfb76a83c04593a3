#include "kernels/reduce_half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace rill::kernels {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct HalfCase {
  DType dtype;
  ReduceOp op;
  Shape shape;
  std::vector<int> axes;
  std::vector<std::pair<size_t, float>> expected;  // some of the results
};

template <typename T>
void expect_steps(const HalfCase& c) {
  std::vector<T> x(static_cast<size_t>(c.shape.num_elements()));
  for (size_t i = 0; i < x.size(); ++i) {
    const auto k = static_cast<float>(i * 37 % 101);
    x[i] = T(c.op == ReduceOp::prod ? 0.75F + k / 128 : 0.25F + k / 64);
  }
  const Reduce reduce = prepare_reduce(c.op, c.dtype, c.shape, c.axes);
  std::vector<T> y(static_cast<size_t>(reduce.shape.outputs));
  reduce.run(x.data(), y.data());
  for (const auto& [at, value] : c.expected) {
    const float found = static_cast<float>(y.at(at));
    EXPECT_TRUE(found == value || (std::isnan(found) && std::isnan(value)))
        << c.shape.to_string() << " at " << at << ": " << found << ", not " << value;
  }
}

// Numbers of TensorFlow 2.21 on one thread.
TEST(ReduceHalf, RoundsWhereTensorFlowRounds) {
  const std::vector<HalfCase> cases = {
      {DType::float16, ReduceOp::sum, {5000}, {0}, {{0, 5152.0F}}},
      {DType::float16, ReduceOp::sum, {2, 1700}, {1}, {{0, 1752.0F}, {1, 1754.0F}}},
      {DType::float16, ReduceOp::sum, {3000, 3}, {0}, {{0, 3118.0F}, {1, 3108.0F}, {2, 3114.0F}}},
      {DType::float16, ReduceOp::sum, {300, 21}, {0}, {{0, 308.5F}, {10, 308.0F}, {20, 307.0F}}},
      {DType::float16,
       ReduceOp::sum,
       {2, 100, 20},
       {1},
       {{0, 102.875F}, {20, 103.125F}, {39, 103.4375F}}},
      {DType::float16,
       ReduceOp::sum,
       {40, 3, 30},
       {0, 2},
       {{0, 1239.0F}, {1, 1239.0F}, {2, 1232.0F}}},
      {DType::float16,
       ReduceOp::sum,
       {7, 2, 60, 3},
       {0, 2},
       {{0, 435.0F}, {3, 431.75F}, {5, 433.0F}}},
      {DType::float16,
       ReduceOp::sum,
       {3, 50, 2, 40},
       {1, 3},
       {{0, 2064.0F}, {3, 2064.0F}, {5, 2060.0F}}},
      {DType::float16, ReduceOp::mean, {5000}, {0}, {{0, 1.0302734375F}}},
      {DType::float16, ReduceOp::mean, {70000}, {0}, {{0, kNaN}}},
      {DType::float16,
       ReduceOp::mean,
       {300, 3},
       {0},
       {{0, 1.0234375F}, {1, 1.0341796875F}, {2, 1.0244140625F}}},
      {DType::float16, ReduceOp::prod, {37}, {0}, {{0, 46.46875F}}},
      {DType::float16,
       ReduceOp::prod,
       {20, 3},
       {0},
       {{0, 8.6015625F}, {1, 10.9140625F}, {2, 6.7109375F}}},
      {DType::float16,
       ReduceOp::euclidean_norm,
       {3, 700},
       {1},
       {{0, 29.828125F}, {1, 29.8125F}, {2, 29.859375F}}},
      {DType::bfloat16, ReduceOp::prod, {37}, {0}, {{0, 47.0F}}},
      {DType::bfloat16, ReduceOp::prod, {20, 3}, {0}, {{0, 8.625F}, {1, 10.8125F}, {2, 6.75F}}},
  };
  for (const HalfCase& c : cases) {
    if (c.dtype == DType::float16) {
      expect_steps<float16>(c);
    } else {
      expect_steps<bfloat16>(c);
    }
  }
}

TEST(ReduceHalf, KeepsWhatIsNotANumberAndWhatIsTiny) {
  const Reduce sum = prepare_reduce(ReduceOp::sum, DType::float16, {3, 2}, std::vector<int>{0});
  const float smallest = std::ldexp(1.0F, -24);
  const float16 x[] = {float16(smallest), float16(65504.0F), float16(smallest),
                       float16(65504.0F), float16(smallest), float16(kNaN)};
  float16 y[2];
  sum.run(x, y);
  EXPECT_EQ(static_cast<float>(y[0]), 3 * smallest);
  EXPECT_TRUE(std::isnan(static_cast<float>(y[1])));
}

}  // namespace
}  // namespace rill::kernels
