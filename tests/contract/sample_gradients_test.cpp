// Reparameterised samples: when a parameter moves by h and the sample by h times its gradient, the
// sample keeps its place in the distribution.
#include <gtest/gtest.h>

#include <cmath>

#include "contract/gradient_cases.h"
#include "op/import.h"
#include "op/registry.h"

namespace rill::test {
namespace {

constexpr double kStep = 1e-5;

double igamma(double a, double x) {
  return emit("Igamma", {Tensor::scalar(a), Tensor::scalar(x)}).item<double>();
}

// Samples and, for input `at`, the gradient of their sum where each parameter has one sample.
struct Drawn {
  std::vector<double> samples, gradients;
};

Drawn draw(const std::string& op, const Values& inputs, const AttrMap& attrs, int at) {
  const OpDef& def = require_op(op);
  const Values outputs = emit_all(op, inputs, attrs);
  const Tensor ones = emit("OnesLike", {outputs[0]});
  const Values found = def.gradient(CallContext(def, attrs, inputs, outputs, {ones}));
  EXPECT_EQ(found.at(static_cast<size_t>(at)).shape(), inputs[static_cast<size_t>(at)].shape());
  return {outputs[0].to_vector<double>(), found[static_cast<size_t>(at)].to_vector<double>()};
}

void expect_gamma(const std::string& op, const Values& inputs, const AttrMap& attrs) {
  SCOPED_TRACE(op);
  const int at = static_cast<int>(inputs.size()) - 1;
  const auto alphas = inputs.back().to_vector<double>();
  const Drawn drawn = draw(op, inputs, attrs, at);
  for (size_t i = 0; i < alphas.size(); ++i) {
    const double s = drawn.samples[i], g = drawn.gradients[i] * kStep;
    EXPECT_NEAR(igamma(alphas[i] + kStep, s + g), igamma(alphas[i] - kStep, s - g), 1e-8);
  }
}

TEST(SampleGradients, GammaKeepsItsQuantile) {
  const Tensor alpha = doubles({0.5, 1.5, 3, 8}, {4});
  expect_gamma("RandomGamma", {ints({}), alpha},
               {{"seed", 3}, {"seed2", 4}, {"S", DType::int32}, {"T", DType::float64}});
  const AttrMap seeded = {{"dtype", DType::float64}, {"T", DType::int32}, {"Tseed", DType::int32}};
  expect_gamma("StatelessRandomGammaV2", {ints({4}), ints({1, 2}), alpha}, seeded);
  const Tensor key = emit("Cast", {longs({5})}, {{"DstT", DType::uint64}});
  const Tensor counter = emit("Cast", {longs({7, 9})}, {{"DstT", DType::uint64}});
  expect_gamma("StatelessRandomGammaV3", {ints({4}), key, counter, number(1), alpha},
               {{"dtype", DType::float64}, {"shape_dtype", DType::int32}});
}

// Several samples a parameter: their gradients add up.
TEST(SampleGradients, GammaSumsOverItsSamples) {
  const Tensor alpha = doubles({0.5, 4}, {2, 1});
  const AttrMap attrs = {{"dtype", DType::float64}, {"T", DType::int32}, {"Tseed", DType::int32}};
  const Values inputs = {ints({5, 2, 1}), ints({1, 2}), alpha};
  const Values samples = emit_all("StatelessRandomGammaV2", inputs, attrs);
  const auto each = emit("RandomGammaGrad", {alpha, samples[0]}).to_vector<double>();
  double expected[2] = {0, 0};
  for (size_t k = 0; k < each.size(); ++k) expected[k % 2] += each[k];
  const Drawn drawn = draw("StatelessRandomGammaV2", inputs, attrs, 2);
  for (size_t i = 0; i < 2; ++i) EXPECT_NEAR(drawn.gradients[i], expected[i], 1e-9);
}

double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

// The share of a truncated normal below x; p: mean, deviation, low, high.
double share(const std::vector<double>& p, double x) {
  const auto below = [&](double at) { return normal_below((at - p[0]) / p[1]); };
  return (below(x) - below(p[2])) / (below(p[3]) - below(p[2]));
}

TEST(SampleGradients, TruncatedNormalKeepsItsQuantile) {
  const std::vector<double> parameters = {0.3, 1.5, -1, 2};
  const AttrMap attrs = {{"S", DType::int32}, {"Tseed", DType::int32}, {"dtype", DType::float64}};
  for (int seed = 0; seed < 4; ++seed) {
    Values inputs = {ints({1}), ints({seed, 2})};
    for (const double p : parameters) inputs.push_back(Tensor::scalar(p));
    for (size_t i = 0; i < parameters.size(); ++i) {
      const Drawn drawn =
          draw("StatelessParameterizedTruncatedNormal", inputs, attrs, static_cast<int>(i) + 2);
      const double s = drawn.samples[0], g = drawn.gradients[0] * kStep;
      // TensorFlow moves the bounds along with mean and deviation.
      if (i < 2) {
        const double expected = i == 0 ? 1 : (s - parameters[0]) / parameters[1];
        EXPECT_NEAR(drawn.gradients[0], expected, 1e-12);
        continue;
      }
      std::vector<double> up = parameters, down = parameters;
      up[i] += kStep, down[i] -= kStep;
      EXPECT_NEAR(share(up, s + g), share(down, s - g), 1e-8) << "bound " << i;
    }
  }
}

}  // namespace
}  // namespace rill::test
