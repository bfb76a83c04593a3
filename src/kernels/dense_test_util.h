// What the tests of the dense kernels share.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <new>
#include <random>
#include <vector>

#include "kernels/activation.h"

namespace rill::kernels {

inline constexpr float kInf = std::numeric_limits<float>::infinity();
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

inline std::vector<float> random_floats(int64_t n, uint32_t seed) {
  std::minstd_rand random(seed + 17);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  std::vector<float> x(static_cast<size_t>(n));
  for (float& v : x) v = uniform(random);
  return x;
}

// Exactly the promised scratch, aligned: a sanitizer sees what lies beyond.
class Scratch {
 public:
  explicit Scratch(size_t bytes) : data_(::operator new (bytes, std::align_val_t{64})) {}
  ~Scratch() { ::operator delete (data_, std::align_val_t{64}); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  void* get() const { return data_; }

 private:
  void* data_;
};

inline double activated(Act act, double x, double alpha) {
  switch (act) {
    case Act::none:
      return x;
    case Act::relu:
      return std::max(x, 0.0);
    case Act::relu6:
      return std::min(std::max(x, 0.0), 6.0);
    case Act::leaky_relu:
      return x < 0 ? alpha * x : x;
    case Act::elu:
      return x < 0 ? alpha * std::expm1(x) : x;
    case Act::selu:
      return 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * std::expm1(x) : x);
    case Act::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Act::tanh:
      return std::tanh(x);
    case Act::swish:
      return x / (1 + std::exp(-x));
    case Act::gelu_erf:
      return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case Act::gelu_tanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Act::hard_sigmoid:
      return std::min(std::max(x + 3, 0.0), 6.0) / 6;
    case Act::hard_sigmoid_keras2:
      return std::min(std::max(0.2 * x + 0.5, 0.0), 1.0);
    case Act::hard_swish:
      return x * std::min(std::max(x + 3, 0.0), 6.0) / 6;
    case Act::softplus:
      return std::log1p(std::exp(x));
    case Act::softsign:
      return x / (1 + std::abs(x));
    case Act::exp:
      return std::exp(x);
  }
  return x;
}

// At least as many actual values as expected ones; the error is relative above one.
inline void expect_near(const std::vector<float>& expected, const std::vector<float>& actual,
                        double tolerance) {
  ASSERT_GE(actual.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const double scale = std::max(1.0, std::abs(static_cast<double>(expected[i])));
    ASSERT_NEAR(expected[i], actual[i], tolerance * scale) << "at " << i;
  }
}

}  // namespace rill::kernels
