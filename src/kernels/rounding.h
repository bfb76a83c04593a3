// Rounding of floats as std::floor, std::round and std::nearbyint do it, without the calls that
// these are where the processor that is compiled for need not have the instruction.
#pragma once

#include <cmath>
#include <cstdint>

namespace rill::kernels {

// From here on every float is whole.
inline constexpr float kAllWhole = 8388608.0f;

inline float truncated(float x) {
  const bool small = std::abs(x) < kAllWhole;
  const auto whole = static_cast<float>(static_cast<int32_t>(small ? x : 0.0f));
  return small ? whole : x;
}
inline float floor_of(float x) {
  const float t = truncated(x);
  return std::copysign(t - (t > x ? 1.0f : 0.0f), x);
}
// Halves away from zero.
inline float round_of(float x) {
  const float t = truncated(x), rest = x - t;
  return std::copysign(t + (rest >= 0.5f ? 1.0f : 0.0f) - (rest <= -0.5f ? 1.0f : 0.0f), x);
}
inline double round_of(double x) {
  constexpr double kFirstWhole = 4503599627370496.0;  // from here on every double is whole
  const double size = std::abs(x);
  double whole = (size + kFirstWhole) - kFirstWhole;  // halves to even
  whole += size - whole >= 0.5 ? 1.0 : 0.0;
  return size < kFirstWhole ? std::copysign(whole, x) : x;
}
// Halves to even.
inline float round_to_even(float x) {
  const float size = std::abs(x);
  return size < kAllWhole ? std::copysign((size + kAllWhole) - kAllWhole, x) : x;
}

}  // namespace rill::kernels
