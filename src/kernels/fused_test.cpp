#include "kernels/fused.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/dispatch.h"
#include "rill/error.hpp"

namespace rill::kernels {
namespace {

TEST(Fused, ChainOverBlocksAndReads) {
  for (const int64_t n : {1, 6, 2000, 300000}) {
    const int64_t period = n == 1 ? 1 : n / 3 == 0 ? n : (n % 1000 == 0 ? 250 : 3);
    std::vector<float> x(static_cast<size_t>(n));
    for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 100) * 0.01f - 0.5f;
    std::vector<float> row(static_cast<size_t>(period), 0.25f);
    row.back() = -2;
    std::vector<float> column(static_cast<size_t>(n / period));
    for (size_t i = 0; i < column.size(); ++i) column[i] = static_cast<float>(i % 7);
    const float s = 3;
    FusedProgram::Builder b(4);
    const int vx = b.input(0, FusedRead::elements);
    const int vs = b.input(1, FusedRead::scalar);
    const int vr = b.input(2, FusedRead::row);
    const int vc = b.input(3, FusedRead::column);
    const int half = b.binary(BinaryOp::mul, vs, b.constant(0.5f));
    const int t =
        b.unary(UnaryOp::tanh, b.binary(BinaryOp::add, b.binary(BinaryOp::mul, vx, half), vr));
    const int chosen = b.choose(b.binary(BinaryOp::less, vx, b.constant(0)), t, vc);
    b.unary(UnaryOp::exp, vx);  // nobody reads it
    b.output(chosen);
    b.output(b.binary(BinaryOp::pow, vx, b.constant(2)));
    b.output(vx);
    b.output(half);
    const FusedProgram p = b.build(n, period);
    std::vector<float> y(x.size());
    std::vector<float> q(x.size());
    std::vector<float> copy(x.size());
    std::vector<float> h(x.size());
    const std::vector<float> before = x;
    // The first output replaces the input.
    const float* in[] = {x.data(), &s, row.data(), column.data()};
    float* out[] = {x.data(), q.data(), copy.data(), h.data()};
    p.run(in, out);
    for (size_t i = 0; i < x.size(); ++i) {
      const float r = row[i % static_cast<size_t>(period)];
      const float want =
          before[i] < 0 ? std::tanh(before[i] * 1.5f + r) : column[i / static_cast<size_t>(period)];
      ASSERT_NEAR(x[i], want, 1e-6) << n << " " << i;
      ASSERT_EQ(q[i], before[i] * before[i]);
      ASSERT_EQ(copy[i], before[i]);
      ASSERT_EQ(h[i], 1.5f);
    }
  }
}

TEST(Fused, ScalarAndBlockPathsAgreeForEveryOperation) {
  const std::vector<float> a = {0.3f, -1.7f, 2.0f, 0.0f, 250.0f, -0.01f, 1e6f};
  const std::vector<float> b = {2.0f, 0.5f, -3.0f, 0.0f, -1.0f, 7.0f, 0.1f};
  const auto n = static_cast<int64_t>(a.size());
  const auto compare = [&](FusedProgram::Builder& builder, int value) {
    builder.output(value);
    const FusedProgram block = builder.build(n);
    const FusedProgram scalar = builder.build(1);
    std::vector<float> y(a.size());
    const float* in[] = {a.data(), b.data()};
    float* out[] = {y.data()};
    block.run(in, out);
    for (size_t i = 0; i < a.size(); ++i) {
      float one;
      const float* in1[] = {&a[i], &b[i]};
      float* out1[] = {&one};
      scalar.run(in1, out1);
      EXPECT_TRUE(one == y[i] || (std::isnan(one) && std::isnan(y[i]))) << one << " " << y[i];
    }
  };
  for (int op = 0; op < kUnaryOps; ++op) {
    if (!can_fuse(static_cast<UnaryOp>(op))) continue;
    FusedProgram::Builder builder(2);
    compare(builder,
            builder.unary(static_cast<UnaryOp>(op), builder.input(0, FusedRead::elements), 0.3f));
  }
  for (int op = 0; op < kBinaryOps; ++op) {
    if (!can_fuse(static_cast<BinaryOp>(op))) continue;
    FusedProgram::Builder builder(2);
    const int x = builder.input(0, FusedRead::elements);
    compare(builder, builder.binary(static_cast<BinaryOp>(op), x,
                                    builder.input(1, FusedRead::elements), 0.3f));
  }
}

TEST(Fused, RegistersAreReused) {
  FusedProgram::Builder b(1);
  int v = b.input(0, FusedRead::elements);
  const int x = v;
  for (int i = 0; i < 1000; ++i) v = b.binary(BinaryOp::add, v, x);
  b.output(v);
  const FusedProgram p = b.build(1);
  EXPECT_LE(p.registers(), 3);
  const float one = 1;
  float y;
  const float* in[] = {&one};
  float* out[] = {&y};
  p.run(in, out);
  EXPECT_EQ(y, 1001.0f);
}

// The result takes the register of a scalar operand that is read here for the last time.
TEST(Fused, PowersOfScalars) {
  constexpr int64_t kCount = 40;
  for (const bool scalar_base : {false, true}) {
    FusedProgram::Builder b(1);
    const int x = b.input(0, FusedRead::elements);
    const int c = b.constant(3.0f);
    b.output(b.unary(UnaryOp::neg,
                     scalar_base ? b.binary(BinaryOp::pow, c, x) : b.binary(BinaryOp::pow, x, c)));
    std::vector<float> values(kCount), result(kCount);
    for (int64_t i = 0; i < kCount; ++i)
      values[static_cast<size_t>(i)] = 0.1f * static_cast<float>(i) - 2;
    const float* in[] = {values.data()};
    float* out[] = {result.data()};
    b.build(kCount).run(in, out);
    for (size_t i = 0; i < values.size(); ++i) {
      const float want = scalar_base ? std::pow(3.0f, values[i]) : std::pow(values[i], 3.0f);
      EXPECT_NEAR(result[i], -want, 1e-5f * std::abs(want)) << i;
    }
  }
}

TEST(Fused, RefusesWhatIsNotThere) {
  FusedProgram::Builder b(1);
  EXPECT_THROW(b.input(1, FusedRead::elements), Error);
  EXPECT_THROW(b.unary(UnaryOp::exp, 0), Error);
  EXPECT_THROW(b.unary(UnaryOp::lgamma, b.input(0, FusedRead::elements)), Error);
}

}  // namespace
}  // namespace rill::kernels
