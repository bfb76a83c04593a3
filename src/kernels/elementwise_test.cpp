#include "kernels/elementwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/dense_test_util.h"
#include "kernels/dispatch.h"
#include "kernels/unary_functions.h"
#include "rill/error.hpp"

namespace rill::kernels {
namespace {

// Every exponent, both signs, and the special values.
std::vector<float> interesting_floats() {
  std::vector<float> x = {0.0f,   -0.0f,      1.0f,       -1.0f,   kInf,       -kInf,  kNan,
                          88.72f, 88.73f,     -87.3f,     -103.9f, -104.5f,    1e-45f, -1e-45f,
                          1e-38f, 3.4e38f,    -3.4e38f,   0.5f,    1.5f,       2.5f,   -0.5f,
                          -1.5f,  8388607.5f, 8388609.0f, -2.5f,   0.49999997f};
  std::mt19937 random(7);
  std::uniform_real_distribution<float> mantissa(1.0f, 2.0f);
  for (int e = -149; e < 128; ++e) {
    for (int i = 0; i < 8; ++i) {
      x.push_back(std::ldexp(mantissa(random), e));
      x.push_back(-x.back());
    }
  }
  std::uniform_real_distribution<float> near(-20.0f, 20.0f);
  for (int i = 0; i < 20000; ++i) x.push_back(near(random));
  return x;
}

// Units below 2^least count as 2^least.
double units_apart(float got, double want, int least) {
  if (std::isnan(want)) return std::isnan(got) ? 0.0 : 1e9;
  const float rounded = static_cast<float>(want);
  if (std::isinf(rounded) || std::isinf(got)) {
    // A result at the edge of overflow may fall on either side.
    return rounded == got || std::abs(want) > 3.4028e38 ? 0.0 : 1e9;
  }
  int exponent;
  std::frexp(rounded, &exponent);
  const double unit = std::ldexp(1.0, std::max(exponent - 24, least));
  return std::abs(static_cast<double>(got) - want) / unit;
}

template <UnaryOp op>
void check_unary(double tolerance, int least = -149) {
  const double alpha = 0.3;
  const std::vector<float> x = interesting_floats();
  std::vector<float> first;
  for (const SimdTable* table : simd_tables()) {
    std::vector<float> y(x.size());
    ASSERT_NE(table->unary[static_cast<int>(op)], nullptr);
    table->unary[static_cast<int>(op)](x.data(), y.data(), static_cast<int64_t>(x.size()),
                                       static_cast<float>(alpha));
    double worst = 0;
    size_t at = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double want = unary_real<op, double>(x[i], static_cast<float>(alpha));
      const double apart = units_apart(y[i], want, least);
      if (apart > worst) {
        worst = apart;
        at = i;
      }
    }
    EXPECT_LE(worst, tolerance) << table->name << " op " << static_cast<int>(op) << " x " << x[at]
                                << " got " << y[at] << " want "
                                << unary_real<op, double>(x[at], static_cast<float>(alpha));
    if (first.empty()) first = y;
    // One rounding on every instruction set.
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(first[i]) && std::isnan(y[i])) continue;
      ASSERT_EQ(std::memcmp(&first[i], &y[i], 4), 0) << table->name << " x " << x[i];
    }
  }
}

TEST(Unary, FloatFunctionsOnEveryInstructionSet) {
  using enum UnaryOp;
  check_unary<neg>(0);
  check_unary<UnaryOp::abs>(0);
  check_unary<sign>(0);
  check_unary<square>(0.5);
  check_unary<UnaryOp::sqrt>(0.5);
  check_unary<rsqrt>(1.5);
  check_unary<reciprocal>(0.5);
  check_unary<UnaryOp::exp>(1.5);
  check_unary<UnaryOp::expm1>(2);
  check_unary<UnaryOp::log>(1.5);
  check_unary<UnaryOp::log1p>(2.5);
  check_unary<UnaryOp::tanh>(3);
  check_unary<UnaryOp::erf>(2.5);
  check_unary<sigmoid>(2.5);
  check_unary<relu>(0);
  check_unary<relu6>(0);
  check_unary<leaky_relu>(0.5);
  check_unary<elu>(3);
  check_unary<selu>(3);
  check_unary<softplus>(3);
  check_unary<softsign>(1.5);
  check_unary<silu>(3, -142);
  check_unary<hard_sigmoid>(2);
  check_unary<hard_swish>(3);
  check_unary<mish>(5, -142);
  check_unary<UnaryOp::floor>(0);
  check_unary<UnaryOp::ceil>(0);
  check_unary<UnaryOp::rint>(0);
  check_unary<UnaryOp::trunc>(0);
}

TEST(Unary, SpecialFunctionsOnEveryInstructionSet) {
  using enum UnaryOp;
  check_unary<UnaryOp::asin>(3);
  check_unary<UnaryOp::acos>(3);
  check_unary<UnaryOp::atan>(3);
  check_unary<UnaryOp::atanh>(4);
  check_unary<UnaryOp::erfc>(5);
  check_unary<erfinv>(5);
  check_unary<UnaryOp::ndtri>(6);
  check_unary<UnaryOp::bessel_i0>(14);
  check_unary<UnaryOp::bessel_i0e>(14);
  check_unary<UnaryOp::bessel_i1>(14);
  check_unary<UnaryOp::bessel_i1e>(14);
}

double worst_f64(const SimdTable& table, UnaryOp op, double (*reference)(double),
                 const std::vector<double>& x) {
  std::vector<double> y(x.size());
  table.unary_f64[static_cast<int>(op)](x.data(), y.data(), static_cast<int64_t>(x.size()), 1.0);
  double worst = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double want = reference(x[i]);
    if (std::isnan(want) && std::isnan(y[i])) continue;
    if (want == y[i]) continue;
    int exponent;
    std::frexp(want, &exponent);
    const double apart = std::abs(y[i] - want) / std::ldexp(1.0, std::max(exponent - 53, -1074));
    EXPECT_LE(apart, 4) << table.name << " op " << static_cast<int>(op) << " x " << x[i] << " got "
                        << y[i] << " want " << want;
    worst = std::max(worst, apart);
  }
  return worst;
}

TEST(Unary, DoubleFunctionsOnEveryInstructionSet) {
  using enum UnaryOp;
  std::vector<double> x = {0.0,
                           -0.0,
                           1.0,
                           -1.0,
                           kInf,
                           -kInf,
                           kNan,
                           709.78,
                           709.79,
                           -708.5,
                           -745.2,
                           -745.13,
                           5e-324,
                           -5e-324,
                           1e-310,
                           1.79e308,
                           -1.79e308,
                           1e-17,
                           -1e-17,
                           1e300,
                           -1e-300,
                           0.70710678118654752,
                           1.4142135623730951};
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> mantissa(1.0, 2.0), near(-20.0, 20.0);
  for (int e = -1074; e < 1024; ++e) {
    x.push_back(std::ldexp(mantissa(random), e));
    x.push_back(-x.back());
  }
  for (int i = 0; i < 20001; ++i) x.push_back(near(random));
  for (const SimdTable* table : simd_tables()) {
    worst_f64(
        *table, UnaryOp::exp, [](double v) { return std::exp(v); }, x);
    worst_f64(
        *table, UnaryOp::expm1, [](double v) { return std::expm1(v); }, x);
    worst_f64(
        *table, UnaryOp::log, [](double v) { return std::log(v); }, x);
    worst_f64(
        *table, UnaryOp::log1p, [](double v) { return std::log1p(v); }, x);
    worst_f64(
        *table, UnaryOp::tanh, [](double v) { return std::tanh(v); }, x);
    worst_f64(
        *table, sigmoid, [](double v) { return unary_real<sigmoid, double>(v, 0); }, x);
    worst_f64(
        *table, softplus, [](double v) { return unary_real<softplus, double>(v, 0); }, x);
    worst_f64(
        *table, silu, [](double v) { return unary_real<silu, double>(v, 0); }, x);
    worst_f64(
        *table, elu, [](double v) { return unary_real<elu, double>(v, 1); }, x);
  }
}

// The quadrants, the signs of zero, and infinities in both places.
TEST(Binary, ArcTangentOfTwo) {
  const std::vector<float> values = {0.0f,   -0.0f, 1.0f,   -1.0f, kInf,  -kInf, kNan,
                                     1e-45f, 3e38f, -3e38f, 0.4f,  -2.5f, 1e-30f};
  std::vector<float> y, x;
  for (const float a : values) {
    for (const float b : values) {
      y.push_back(a);
      x.push_back(b);
    }
  }
  for (const float v : interesting_floats()) {
    y.push_back(v);
    x.push_back(-0.7f);
  }
  for (const SimdTable* table : simd_tables()) {
    std::vector<float> r(y.size());
    table->binary[static_cast<int>(BinaryOp::atan2)](
        y.data(), x.data(), r.data(), static_cast<int64_t>(y.size()), BinaryMode::vector_vector, 0);
    for (size_t i = 0; i < y.size(); ++i) {
      const double want = std::atan2(static_cast<double>(y[i]), static_cast<double>(x[i]));
      EXPECT_LE(units_apart(r[i], want, -149), 4)
          << table->name << ' ' << y[i] << ' ' << x[i] << " got " << r[i];
      if (want == 0) {
        EXPECT_EQ(std::signbit(r[i]), std::signbit(want));
      }
    }
  }
}

// Every length, each operand a scalar in turn, the result in the place of an operand.
TEST(Binary, WholeBlocksAndWhatIsLeft) {
  for (const SimdTable* table : simd_tables()) {
    for (int64_t n = 0; n <= 70; ++n) {
      std::vector<float> a(static_cast<size_t>(n) + 1), b(a.size());
      for (size_t i = 0; i < a.size(); ++i) {
        a[i] = static_cast<float>(i) + 0.5f;
        b[i] = 3.0f - static_cast<float>(i % 7);
      }
      for (const BinaryMode mode :
           {BinaryMode::vector_vector, BinaryMode::scalar_vector, BinaryMode::vector_scalar}) {
        std::vector<float> y(a.size(), -1.0f);
        if (mode != BinaryMode::scalar_vector) y = a;
        const float* left = mode == BinaryMode::scalar_vector ? a.data() : y.data();
        y.back() = -1.0f;
        table->binary[static_cast<int>(BinaryOp::sub)](left, b.data(), y.data(), n, mode, 0);
        for (int64_t i = 0; i < n; ++i) {
          const float l = a[mode == BinaryMode::scalar_vector ? 0 : static_cast<size_t>(i)];
          const float r = b[mode == BinaryMode::vector_scalar ? 0 : static_cast<size_t>(i)];
          ASSERT_EQ(y[static_cast<size_t>(i)], l - r) << n << " at " << i;
        }
        ASSERT_EQ(y.back(), -1.0f) << "beyond the end";
        bool less[71] = {};
        less[n] = true;
        table->compare[static_cast<int>(BinaryOp::less)](a.data(), b.data(), less, n, mode);
        for (int64_t i = 0; i < n; ++i) {
          const float l = a[mode == BinaryMode::scalar_vector ? 0 : static_cast<size_t>(i)];
          const float r = b[mode == BinaryMode::vector_scalar ? 0 : static_cast<size_t>(i)];
          ASSERT_EQ(less[i], l < r);
        }
        ASSERT_TRUE(less[n]);
      }
    }
  }
}

TEST(Unary, SineAndCosineAreAbsolutelyAccurate) {
  const std::vector<float> x = interesting_floats();
  for (const SimdTable* table : simd_tables()) {
    std::vector<float> s(x.size());
    std::vector<float> c(x.size());
    const auto n = static_cast<int64_t>(x.size());
    table->unary[static_cast<int>(UnaryOp::sin)](x.data(), s.data(), n, 0);
    table->unary[static_cast<int>(UnaryOp::cos)](x.data(), c.data(), n, 0);
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::isfinite(x[i])) {
        EXPECT_NEAR(s[i], std::sin(static_cast<double>(x[i])), 1.5e-7) << x[i];
        EXPECT_NEAR(c[i], std::cos(static_cast<double>(x[i])), 1.5e-7) << x[i];
      } else {
        EXPECT_TRUE(std::isnan(s[i]) && std::isnan(c[i]));
      }
    }
  }
}

TEST(Unary, GeluIsNearTheDoubleResult) {
  for (const SimdTable* table : simd_tables()) {
    for (float x = -6; x < 6; x += 0.01f) {
      float y;
      table->unary[static_cast<int>(UnaryOp::gelu)](&x, &y, 1, 0);
      EXPECT_NEAR(y, (unary_real<UnaryOp::gelu, double>(x, 0)), 6e-7);
      table->unary[static_cast<int>(UnaryOp::gelu_tanh)](&x, &y, 1, 0);
      EXPECT_NEAR(y, (unary_real<UnaryOp::gelu_tanh, double>(x, 0)), 8e-7);
    }
  }
}

TEST(Unary, NegativeZeroAndRounding) {
  const std::vector<float> x = {-0.0f, -0.3f, -0.5f, 0.3f};
  std::vector<float> y(4);
  prepare_unary(UnaryOp::ceil, DType::float32, 4).run(x.data(), y.data());
  EXPECT_TRUE(std::signbit(y[0]) && std::signbit(y[1]) && y[3] == 1.0f);
  prepare_unary(UnaryOp::expm1, DType::float32, 4).run(x.data(), y.data());
  EXPECT_TRUE(std::signbit(y[0]) && y[0] == 0.0f);
}

TEST(Unary, HalfTypesIntegersAndBool) {
  const std::vector<float16> h = {float16(1.0f), float16(-2.5f), float16(65504.0f)};
  std::vector<float16> hy(3);
  prepare_unary(UnaryOp::square, DType::float16, 3).run(h.data(), hy.data());
  EXPECT_EQ(static_cast<float>(hy[1]), 6.25f);
  EXPECT_TRUE(std::isinf(static_cast<float>(hy[2])));
  bool finite[3];
  prepare_unary(UnaryOp::is_finite, DType::float16, 3).run(hy.data(), finite);
  EXPECT_TRUE(finite[0] && finite[1] && !finite[2]);

  const std::vector<int8_t> i = {-128, 5, -3};
  std::vector<int8_t> iy(3);
  prepare_unary(UnaryOp::abs, DType::int8, 3).run(i.data(), iy.data());
  EXPECT_EQ(iy, (std::vector<int8_t>{-128, 5, 3}));
  EXPECT_THROW(prepare_unary(UnaryOp::exp, DType::int32, 1), Error);
  EXPECT_EQ(unary_result(UnaryOp::is_nan, DType::bfloat16), DType::bool_);
  EXPECT_EQ(unary_result(UnaryOp::is_nan, DType::int32), DType::invalid);
}

TEST(Unary, HalfConversionsMatchTheScalarTypes) {
  for (const SimdTable* table : simd_tables()) {
    std::vector<uint16_t> bits(65536);
    for (size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<uint16_t>(i);
    std::vector<float> f(65536);
    std::vector<uint16_t> back(65536);
    table->half_to_float(bits.data(), f.data(), 65536);
    table->float_to_half(f.data(), back.data(), 65536);
    for (size_t i = 0; i < bits.size(); ++i) {
      float16 h;
      h.bits = bits[i];
      if (std::isnan(f[i])) continue;
      ASSERT_EQ(f[i], static_cast<float>(h));
      ASSERT_EQ(back[i], bits[i]);
    }
    const std::vector<float> x = interesting_floats();
    std::vector<uint16_t> y(x.size());
    table->float_to_half(x.data(), y.data(), static_cast<int64_t>(x.size()));
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(x[i])) continue;
      ASSERT_EQ(y[i], float16(x[i]).bits) << x[i];
    }
    table->float_to_bfloat(x.data(), y.data(), static_cast<int64_t>(x.size()));
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(x[i])) continue;
      ASSERT_EQ(y[i], bfloat16(x[i]).bits) << x[i];
    }
  }
}

int64_t offset_in(const Shape& operand, const Shape& result, int64_t flat) {
  int64_t offset = 0;
  int64_t stride = 1;
  for (int d = result.rank() - 1; d >= 0; --d) {
    const int od = d - (result.rank() - operand.rank());
    const int64_t index = flat % result[d];
    flat /= result[d];
    if (od < 0) continue;
    if (operand[od] != 1) offset += index * stride;
    stride *= operand[od];
  }
  return offset;
}

TEST(Binary, BroadcastsLikeNumpy) {
  const std::vector<std::pair<Shape, Shape>> cases = {
      {{}, {}},
      {{5}, {}},
      {{}, {5}},
      {{3, 4}, {4}},
      {{3, 40}, {3, 1}},
      {{1000, 3}, {3}},
      {{3}, {1000, 3}},
      {{7000, 5}, {7000, 1}},
      {{70000, 3}, {3}},
      {{2, 1, 3, 1}, {1, 4, 1, 5}},
      {{2, 3, 40, 50}, {3, 1, 50}},
      {{1, 1}, {6, 7}},
      {{0, 3}, {3}},
      {{300, 300}, {300, 1}},
      {{64, 1, 33}, {1, 33, 33}},
      {{2, 1, 3, 1, 2, 1, 3}, {1, 2, 1, 2, 1, 2, 1}},
  };
  for (const auto& [sa, sb] : cases) {
    const Shape result = broadcast_shape(sa, sb);
    std::vector<float> a(static_cast<size_t>(sa.num_elements()));
    std::vector<float> b(static_cast<size_t>(sb.num_elements()));
    for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(i % 977);
    for (size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(i % 991) * 0.5f;
    std::vector<float> y(static_cast<size_t>(result.num_elements()));
    prepare_binary(BinaryOp::sub, DType::float32, sa, sb).run(a.data(), b.data(), y.data());
    std::vector<char> less(y.size());
    prepare_binary(BinaryOp::less, DType::float32, sa, sb).run(a.data(), b.data(), less.data());
    std::vector<double> a64(a.begin(), a.end());
    std::vector<double> b64(b.begin(), b.end());
    std::vector<double> y64(y.size());
    prepare_binary(BinaryOp::sub, DType::float64, sa, sb).run(a64.data(), b64.data(), y64.data());
    for (int64_t i = 0; i < result.num_elements(); ++i) {
      const float x = a[static_cast<size_t>(offset_in(sa, result, i))];
      const float z = b[static_cast<size_t>(offset_in(sb, result, i))];
      ASSERT_EQ(y[static_cast<size_t>(i)], x - z) << sa.debug_string() << sb.debug_string() << i;
      ASSERT_EQ(y64[static_cast<size_t>(i)], x - z);
      ASSERT_EQ(less[static_cast<size_t>(i)] != 0, x < z);
    }
  }
  EXPECT_THROW(prepare_binary(BinaryOp::add, DType::float32, {2, 3}, {4}), Error);
}

template <typename T>
std::vector<T> apply(BinaryOp op, const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> y(a.size());
  const Shape shape{static_cast<int64_t>(a.size())};
  prepare_binary(op, dtype_of<T>, shape, shape).run(a.data(), b.data(), y.data());
  return y;
}

TEST(Binary, IntegersAsTensorFlow) {
  using V = std::vector<int32_t>;
  const int32_t low = std::numeric_limits<int32_t>::min();
  EXPECT_EQ(apply<int32_t>(BinaryOp::floor_div, {-7, 7, low, 1}, {2, -2, -1, 0}),
            (V{-4, -4, low, 0}));
  EXPECT_EQ(apply<int32_t>(BinaryOp::trunc_div, {-7, 7, low}, {2, -2, -1}), (V{-3, -3, low}));
  EXPECT_EQ(apply<int32_t>(BinaryOp::floor_mod, {-7, 7, low}, {2, -2, -1}), (V{1, -1, 0}));
  EXPECT_EQ(apply<int32_t>(BinaryOp::pow, {2, 3, -1, 0}, {10, 40, 3, 0}),
            (V{1024, 689956897, -1, 1}));
  EXPECT_EQ(apply<int32_t>(BinaryOp::add, {2147483647}, {1}), (V{low}));
  EXPECT_EQ(apply<int32_t>(BinaryOp::left_shift, {1, 1, 1, -1}, {31, 32, -1, 33}),
            (V{low, low, 1, low}));
  EXPECT_EQ(apply<int32_t>(BinaryOp::right_shift, {-8, 8, -8}, {1, 40, -1}), (V{-4, 0, -8}));
  EXPECT_EQ(apply<uint8_t>(BinaryOp::mul, {200}, {200}), (std::vector<uint8_t>{64}));
}

TEST(Binary, FloatsAsTensorFlow) {
  const auto same = [](const std::vector<float>& got, const std::vector<float>& want) {
    for (size_t i = 0; i < want.size(); ++i) {
      EXPECT_TRUE(got[i] == want[i] || (std::isnan(got[i]) && std::isnan(want[i])))
          << i << ": " << got[i] << " instead of " << want[i];
    }
  };
  same(apply<float>(BinaryOp::maximum, {kNan, 1, kNan}, {1, kNan, kNan}), {kNan, kNan, kNan});
  same(apply<float>(BinaryOp::minimum, {kNan, 1, 3}, {1, kNan, 2}), {kNan, kNan, 2});
  same(apply<float>(BinaryOp::floor_div, {1, -1, kInf, kNan, 5, -5.5f}, {0, 0, 2, 1, -2, 2}),
       {kInf, -kInf, kInf, kNan, -3, -3});
  same(apply<float>(BinaryOp::floor_mod, {1, 5, -5.5f, 4, 5, -5}, {0, -2, 2, -2, kInf, kInf}),
       {kNan, -1, 0.5f, 0, 5, kInf});
  same(apply<float>(BinaryOp::xdivy, {0, 0, 1}, {0, kNan, 0}), {0, 0, kInf});
  same(apply<float>(BinaryOp::xlogy, {0, 0, 1}, {0, kNan, 0}), {0, 0, -kInf});
  same(apply<float>(BinaryOp::mul_no_nan, {kNan, kInf, 2}, {0, 0, 3}), {0, 0, 6});
  same(apply<float>(BinaryOp::div_no_nan, {kNan, kInf, 3}, {0, 0, 2}), {0, 0, 1.5f});
  same(apply<float>(BinaryOp::rsqrt_grad, {kInf, kNan, kInf, 2}, {0, 0, 1, 1}), {0, 0, -kInf, -4});
  same(apply<float>(BinaryOp::sqrt_grad, {0, kNan, 0, 2}, {0, 0, 1, 1}), {0, 0, kInf, 0.25f});
  same(apply<float>(BinaryOp::reciprocal_grad, {kInf, kNan, kInf}, {0, 0, 1}), {0, 0, -kInf});
  const float two = 2;
  std::vector<float> y(3);
  const std::vector<float> x = {-3, 0, 1.5f};
  prepare_binary(BinaryOp::pow, DType::float32, {3}, {}).run(x.data(), &two, y.data());
  same(y, {9, 0, 2.25f});
}

// Each value is the power rounded to float once; what is not plain is the C library's.
TEST(Binary, PowersAreRoundedOnce) {
  std::vector<float> a, b;
  uint32_t state = 7;
  const auto draw = [&] {
    state = state * 1664525u + 1013904223u;
    return static_cast<float>(state >> 8) / 16777216.0f;
  };
  for (int i = 0; i < 20000; ++i) {
    const float base = std::exp2((draw() - 0.5f) * 60);
    a.push_back(i % 4 == 0 ? -base : base);
    b.push_back(i % 4 == 0 ? std::round(draw() * 9 - 4) : (draw() - 0.5f) * 8);
  }
  const std::vector<float> special = {
      0,     -0.0f, 1,      -1,      2,     -2,          0.5f,        3,    -3,     2.5f, kInf,
      -kInf, kNan,  1e-40f, -1e-40f, 1e38f, 16777216.0f, 16777217e3f, -126, 127.5f, -150, 1e-30f};
  for (const float x : special) {
    for (const float y : special) {
      a.push_back(x);
      b.push_back(y);
    }
  }
  const ScopedThreads single(1);  // the workers of the pool flush denormals
  const auto y = apply<float>(BinaryOp::pow, a, b);
  for (size_t i = 0; i < y.size(); ++i) {
    const double want = std::pow(static_cast<double>(a[i]), static_cast<double>(b[i]));
    const auto nearest = static_cast<float>(want);
    if (std::isnan(want)) {
      EXPECT_TRUE(std::isnan(y[i])) << a[i] << " ^ " << b[i];
    } else if (std::abs(want) < std::numeric_limits<float>::min()) {
      EXPECT_NEAR(y[i], want, 1.5 * std::numeric_limits<float>::denorm_min());
    } else if (std::isinf(nearest)) {
      EXPECT_EQ(y[i], nearest) << a[i] << " ^ " << b[i];
    } else {
      const double unit = std::nextafter(std::abs(nearest), kInf) - std::abs(nearest);
      EXPECT_NEAR(y[i], want, 0.55 * unit) << a[i] << " ^ " << b[i];
    }
  }
}

TEST(Binary, DoesNotDependOnThreads) {
  const Shape shape{3, 50000};
  std::vector<float> a(150000, 1.5f);
  std::vector<float> b(50000, 0.25f);
  std::vector<float> one(a.size());
  std::vector<float> all(a.size());
  const Binary add = prepare_binary(BinaryOp::add, DType::float32, shape, Shape{50000});
  {
    const ScopedThreads single(1);
    add.run(a.data(), b.data(), one.data());
  }
  add.run(a.data(), b.data(), all.data());
  EXPECT_EQ(one, all);
}

TEST(Select, Broadcasts) {
  const bool c[] = {true, false};
  const float a[] = {1, 2, 3, 4, 5, 6};
  const float b = 9;
  float y[6];
  prepare_select({2, 1}, {2, 3}, {}, 4).run(c, a, &b, y);
  EXPECT_EQ(std::vector<float>(y, y + 6), (std::vector<float>{1, 2, 3, 9, 9, 9}));
  prepare_select({2}, {3, 1}, {2}, 4).run(c, a, a + 4, y);
  EXPECT_EQ(std::vector<float>(y, y + 6), (std::vector<float>{1, 6, 2, 6, 3, 6}));
}

}  // namespace
}  // namespace rill::kernels
