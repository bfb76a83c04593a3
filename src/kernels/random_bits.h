// Random bits as numbers, the way TensorFlow makes them, and small buffers of them for samplers
// that draw until they accept. Source: tensorflow/core/lib/random/random_distributions.h,
// random_distributions_utils.h.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>

#include "kernels/philox.h"
#include "rill/dtype.hpp"

namespace rill::kernels {

inline float to_float(uint32_t x) {
  const uint32_t bits = (127U << 23) | (x & 0x7fffffU);
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value - 1.0f;
}

inline double to_double(uint32_t x0, uint32_t x1) {
  const uint64_t bits = (uint64_t{1023} << 52) | (uint64_t{x0 & 0xfffffU} << 32) | x1;
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value - 1.0;
}

inline float16 to_half(uint32_t x) {
  float16 value;
  value.bits = static_cast<uint16_t>((15U << 10) | (x & 0x3ffU));
  return float16(static_cast<float>(value) - 1.0f);
}

inline bfloat16 to_bfloat(uint32_t x) {
  bfloat16 value;
  value.bits = static_cast<uint16_t>((127U << 7) | (x & 0x7fU));
  return bfloat16(static_cast<float>(value) - 1.0f);
}

inline void box_muller(uint32_t x0, uint32_t x1, float* f) {
  constexpr float kEpsilon = 1.0e-7f;
  const float u1 = std::max(to_float(x0), kEpsilon);
  const auto v1 = static_cast<float>(2.0f * std::numbers::pi * to_float(x1));
  const float u2 = std::sqrt(-2.0f * std::log(u1));
  f[0] = std::sin(v1) * u2;
  f[1] = std::cos(v1) * u2;
}

inline void box_muller(uint32_t x0, uint32_t x1, uint32_t x2, uint32_t x3, double* f) {
  constexpr double kEpsilon = 1.0e-7;
  const double u1 = std::max(to_double(x0, x1), kEpsilon);
  const double v1 = 2 * std::numbers::pi * to_double(x2, x3);
  const double u2 = std::sqrt(-2.0 * std::log(u1));
  f[0] = std::sin(v1) * u2;
  f[1] = std::cos(v1) * u2;
}

// One block of the generator gives four numbers, or two doubles.
template <typename T>
inline constexpr int kDrawGroup = sizeof(T) == 8 ? 2 : 4;
template <typename T>
using DrawGroup = std::array<T, static_cast<size_t>(kDrawGroup<T>)>;

// Uniform in [0, 1).
template <typename T>
DrawGroup<T> draw_uniform(Philox& philox) {
  const Philox::Block x = philox();
  if constexpr (std::is_same_v<T, double>) {
    return {to_double(x[0], x[1]), to_double(x[2], x[3])};
  } else if constexpr (std::is_same_v<T, float16>) {
    return {to_half(x[0]), to_half(x[1]), to_half(x[2]), to_half(x[3])};
  } else if constexpr (std::is_same_v<T, bfloat16>) {
    return {to_bfloat(x[0]), to_bfloat(x[1]), to_bfloat(x[2]), to_bfloat(x[3])};
  } else {
    return {to_float(x[0]), to_float(x[1]), to_float(x[2]), to_float(x[3])};
  }
}

template <typename T>
DrawGroup<T> draw_normal(Philox& philox) {
  const Philox::Block x = philox();
  if constexpr (std::is_same_v<T, double>) {
    DrawGroup<double> group;
    box_muller(x[0], x[1], x[2], x[3], group.data());
    return group;
  } else {
    float f[4];
    box_muller(x[0], x[1], f);
    box_muller(x[2], x[3], f + 2);
    return {static_cast<T>(f[0]), static_cast<T>(f[1]), static_cast<T>(f[2]), static_cast<T>(f[3])};
  }
}

// Hands a group out from its last number to its first, as TensorFlow's rejection samplers do.
template <typename T, DrawGroup<T> (*draw)(Philox&)>
class DrawBuffer {
 public:
  T operator()(Philox& philox) {
    if (left_ == 0) {
      group_ = draw(philox);
      left_ = group_.size();
    }
    return group_[--left_];
  }

 private:
  DrawGroup<T> group_{};
  size_t left_ = 0;
};
template <typename T>
using UniformBuffer = DrawBuffer<T, draw_uniform<T>>;
template <typename T>
using NormalBuffer = DrawBuffer<T, draw_normal<T>>;

}  // namespace rill::kernels
