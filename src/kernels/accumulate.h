// In what type sums of a dtype are made: halves in float, integers so that they wrap around.
#pragma once

#include <complex>
#include <cstdint>
#include <type_traits>

#include "rill/dtype.hpp"

namespace rill::kernels {

template <typename T>
struct AccumulatorOf {
  using type = std::conditional_t<std::is_integral_v<T>,
                                  std::conditional_t<(sizeof(T) > 4), uint64_t, uint32_t>, T>;
};
template <>
struct AccumulatorOf<float16> {
  using type = float;
};
template <>
struct AccumulatorOf<bfloat16> {
  using type = float;
};
template <typename T>
using Accumulator = typename AccumulatorOf<T>::type;

template <typename T>
inline constexpr bool is_complex_v = false;
template <typename R>
inline constexpr bool is_complex_v<std::complex<R>> = true;

template <typename T>
inline constexpr bool is_half_v = std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>;

}  // namespace rill::kernels
