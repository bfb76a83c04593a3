// Values: TensorFlow's, and Abramowitz and Stegun.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

double of(std::string_view op, std::initializer_list<double> arguments) {
  Values inputs;
  for (const double x : arguments) inputs.push_back(Tensor::scalar(x));
  return emit(op, std::span<const Value>(inputs)).item<double>();
}

void expect(double wanted, double found) {
  if (std::isnan(wanted)) {
    EXPECT_TRUE(std::isnan(found)) << found;
  } else if (std::isinf(wanted)) {
    EXPECT_EQ(found, wanted);
  } else {
    EXPECT_NEAR(found, wanted, 1e-12 * std::max(1.0, std::abs(wanted)));
  }
}

TEST(SpecialFunctions, Gamma) {
  expect(std::log(24.0), of("Lgamma", {5}));
  expect(kInf, of("Lgamma", {0}));
  expect(-0.57721566490153286061, of("Digamma", {1}));
  expect(kNan, of("Digamma", {0}));
  expect(kNan, of("Digamma", {-2}));
  expect(1 - std::exp(-2.0), of("Igamma", {1, 2}));
  expect(std::exp(-2.0), of("Igammac", {1, 2}));
  expect(kNan, of("Igamma", {-1, 2}));
  expect(0, of("Igamma", {1, 0}));
}

TEST(SpecialFunctions, ZetaAndPolygamma) {
  const double pi = std::acos(-1.0);
  expect(pi * pi / 6, of("Zeta", {2, 1}));
  expect(kInf, of("Zeta", {1, 1}));
  expect(kNan, of("Zeta", {0.5, 1}));
  expect(kInf, of("Zeta", {2, -1}));
  expect(0, of("Zeta", {1e30, 1e30}));
  expect(pi * pi / 6, of("Polygamma", {1, 1}));
  expect(kNan, of("Polygamma", {0, 0}));
  expect(kNan, of("Polygamma", {0.5, 1}));
}

TEST(SpecialFunctions, Errors) {
  expect(0.84270079294971486934, of("Erf", {1}));
  expect(0.15729920705028513066, of("Erfc", {1}));
  expect(1, of("Erfinv", {of("Erf", {1})}));
  expect(kInf, of("Erfinv", {1}));
  expect(kNan, of("Erfinv", {1.5}));
  expect(0, of("Ndtri", {0.5}));
}

TEST(SpecialFunctions, BetaAndBessel) {
  expect(0.5, of("Betainc", {2, 2, 0.5}));
  expect(0, of("Betainc", {2, 2, 0}));
  expect(kNan, of("Betainc", {2, 2, 1.5}));
  expect(1.2660658777520083356, of("BesselI0", {1}));
  expect(0.56515910399248502721, of("BesselI1", {1}));
}

TEST(SpecialFunctions, ZeroTimesAnything) {
  expect(0, of("Xlogy", {0, 0}));
  expect(0, of("Xlog1py", {0, -1}));
  expect(0, of("Xdivy", {0, 0}));
  expect(0, of("DivNoNan", {1, 0}));
  expect(0, of("MulNoNan", {kNan, 0}));
}

TEST(SpecialFunctions, ShapesMustMeet) {
  const Value none = Tensor::zeros(DType::float64, Shape{0});
  EXPECT_EQ(emit("Zeta", {none, none}).size(), 0);
  EXPECT_THROW(emit("Zeta", {Tensor::vector<double>({1, 2}), Tensor::vector<double>({1, 2, 3})}),
               InvalidArgumentError);
}

}  // namespace
}  // namespace rill
