#include "kernels/cast.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/fail.h"
#include "base/thread_pool.h"
#include "kernels/half_blocks.h"
#include "tensor/float8.h"
#include "tensor/storage_dtype.h"

namespace rill::kernels {
namespace {

template <DType D>
struct Float8 {
  uint8_t bits = 0;
};
using E5m2 = Float8<DType::float8_e5m2>;
using E4m3fn = Float8<DType::float8_e4m3fn>;

using kernels::from_float;
using kernels::to_float;
template <DType D>
void to_float(const Float8<D>* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = float8_value(D, x[i].bits);
}
template <DType D>
void from_float(const float* x, Float8<D>* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i].bits = float8_bits(D, x[i]);
}

template <typename T>
inline constexpr bool is_float8 = std::is_same_v<T, E5m2> || std::is_same_v<T, E4m3fn>;
template <typename T>
inline constexpr bool is_half =
    std::is_same_v<T, float16> || std::is_same_v<T, bfloat16> || is_float8<T>;
template <typename T>
inline constexpr bool is_complex_number = false;
template <typename T>
inline constexpr bool is_complex_number<std::complex<T>> = true;

// What cvttsd2si gives: the lowest number for NaN and whatever does not fit.
template <typename I, typename F>
inline I truncated(F x) {
  constexpr F kLimit = static_cast<F>(uint64_t{1} << (sizeof(I) * 8 - 1));
  const bool fits = x < kLimit && x > -kLimit - F(1);
  return fits ? static_cast<I>(x) : std::numeric_limits<I>::min();
}

template <typename I, typename F>
inline I to_integer(F x) {
  if constexpr (std::is_same_v<I, uint64_t>) {
    constexpr F kHalf = static_cast<F>(uint64_t{1} << 63);
    if (x >= kHalf && x < kHalf * F(2)) {
      return static_cast<uint64_t>(truncated<int64_t>(x - kHalf)) ^ (uint64_t{1} << 63);
    }
    return static_cast<uint64_t>(truncated<int64_t>(x));
  } else if constexpr (sizeof(I) == 8 || std::is_same_v<I, uint32_t>) {
    return static_cast<I>(truncated<int64_t>(x));
  } else {
    return static_cast<I>(truncated<int32_t>(x));
  }
}

// Between anything but halves.
template <typename To, typename From>
inline To convert(From x) {
  if constexpr (is_complex_number<From>) {
    if constexpr (is_complex_number<To>) {
      using R = typename To::value_type;
      return To(static_cast<R>(x.real()), static_cast<R>(x.imag()));
    } else {
      return convert<To>(x.real());  // bool too: the imaginary part does not count
    }
  } else if constexpr (is_complex_number<To>) {
    return To(static_cast<typename To::value_type>(x));
  } else if constexpr (std::is_same_v<To, bool>) {
    return x != From(0);
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    return to_integer<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

// Doubles and 64-bit integers must not be rounded twice on the way to a half: the float in between
// is rounded to odd, which keeps what the second rounding needs to know.
inline float rounded_to_odd(double x) {
  const auto nearest = static_cast<float>(x);
  if (static_cast<double>(nearest) == x ||
      !(std::abs(nearest) <= std::numeric_limits<float>::max())) {
    return nearest;
  }
  uint32_t bits;
  std::memcpy(&bits, &nearest, 4);
  if (bits & 1u) return nearest;
  const bool away = std::abs(static_cast<double>(nearest)) > std::abs(x);
  bits = away ? bits - 1 : bits + 1;  // both neighbours of an even number are odd
  float odd;
  std::memcpy(&odd, &bits, 4);
  return odd;
}

template <typename From>
inline float float_for_half(From x) {
  if constexpr (std::is_same_v<From, double>) {
    return rounded_to_odd(x);
  } else if constexpr (is_complex_number<From>) {
    return float_for_half(x.real());
  } else if constexpr (std::is_integral_v<From> && sizeof(From) == 4) {
    return rounded_to_odd(static_cast<double>(x));
  } else {
    return static_cast<float>(x);
  }
}

// Not copied into those of the half types, which call that of float.
template <typename From, typename To>
[[gnu::noinline]] void cast_loop(const void* input, void* output, int64_t n) {
  if constexpr (is_half<From>) {
    alignas(64) float block[kHalfBlock];
    for (int64_t i = 0; i < n; i += kHalfBlock) {
      const int64_t length = std::min(kHalfBlock, n - i);
      to_float(static_cast<const From*>(input) + i, block, length);
      if constexpr (is_half<To>) {
        from_float(block, static_cast<To*>(output) + i, length);
      } else {
        cast_loop<float, To>(block, static_cast<To*>(output) + i, length);
      }
    }
  } else if constexpr (is_half<To>) {
    alignas(64) float block[kHalfBlock];
    for (int64_t i = 0; i < n; i += kHalfBlock) {
      const int64_t length = std::min(kHalfBlock, n - i);
      const From* x = static_cast<const From*>(input) + i;
      for (int64_t k = 0; k < length; ++k) block[k] = float_for_half(x[k]);
      from_float(block, static_cast<To*>(output) + i, length);
    }
  } else {
    const From* x = static_cast<const From*>(input);
    To* y = static_cast<To*>(output);
    for (int64_t i = 0; i < n; ++i) y[i] = convert<To>(x[i]);
  }
}

template <typename T>
void copy_loop(const void* x, void* y, int64_t n) {
  if (x != y && n > 0) std::memcpy(y, x, static_cast<size_t>(n) * sizeof(T));
}

// `truncate`: the low bits of the mantissa are dropped first.
template <typename From, typename To, int dropped_bits>
void truncating_loop(const void* input, void* output, int64_t n) {
  alignas(64) float block[kHalfBlock];
  for (int64_t i = 0; i < n; i += kHalfBlock) {
    const int64_t length = std::min(kHalfBlock, n - i);
    const From* x = static_cast<const From*>(input) + i;
    if constexpr (is_half<From>) {
      to_float(x, block, length);
    } else {
      for (int64_t k = 0; k < length; ++k) block[k] = float_for_half(x[k]);
    }
    for (int64_t k = 0; k < length; ++k) {
      uint32_t bits;
      std::memcpy(&bits, &block[k], 4);
      if (block[k] == block[k]) bits &= ~((uint32_t{1} << dropped_bits) - 1);
      std::memcpy(&block[k], &bits, 4);
    }
    from_float(block, static_cast<To*>(output) + i, length);
  }
}

template <typename From>
Cast::Fn to_dtype(DType to) {
  const auto pick = []<typename To>() -> Cast::Fn {
    if constexpr (std::is_same_v<From, To>) {
      return copy_loop<To>;
    } else {
      return cast_loop<From, To>;
    }
  };
  switch (to) {
    case DType::float32:
      return pick.template operator()<float>();
    case DType::float64:
      return pick.template operator()<double>();
    case DType::float16:
      return pick.template operator()<float16>();
    case DType::bfloat16:
      return pick.template operator()<bfloat16>();
    case DType::int8:
      return pick.template operator()<int8_t>();
    case DType::int16:
      return pick.template operator()<int16_t>();
    case DType::int32:
      return pick.template operator()<int32_t>();
    case DType::int64:
      return pick.template operator()<int64_t>();
    case DType::uint8:
      return pick.template operator()<uint8_t>();
    case DType::uint16:
      return pick.template operator()<uint16_t>();
    case DType::uint32:
      return pick.template operator()<uint32_t>();
    case DType::uint64:
      return pick.template operator()<uint64_t>();
    case DType::bool_:
      return pick.template operator()<bool>();
    case DType::complex64:
      return pick.template operator()<std::complex<float>>();
    case DType::complex128:
      return pick.template operator()<std::complex<double>>();
    case DType::float8_e5m2:
      if constexpr (is_half<From> || std::is_floating_point_v<From>) {
        return pick.template operator()<E5m2>();
      }
      return nullptr;
    case DType::float8_e4m3fn:
      if constexpr (is_half<From> || std::is_floating_point_v<From>) {
        return pick.template operator()<E4m3fn>();
      }
      return nullptr;
    default:
      return nullptr;
  }
}

Cast::Fn find(DType from, DType to) {
  switch (from) {
    case DType::float32:
      return to_dtype<float>(to);
    case DType::float64:
      return to_dtype<double>(to);
    case DType::float16:
      return to_dtype<float16>(to);
    case DType::bfloat16:
      return to_dtype<bfloat16>(to);
    case DType::int8:
      return to_dtype<int8_t>(to);
    case DType::int16:
      return to_dtype<int16_t>(to);
    case DType::int32:
      return to_dtype<int32_t>(to);
    case DType::int64:
      return to_dtype<int64_t>(to);
    case DType::uint8:
      return to_dtype<uint8_t>(to);
    case DType::uint16:
      return to_dtype<uint16_t>(to);
    case DType::uint32:
      return to_dtype<uint32_t>(to);
    case DType::uint64:
      return to_dtype<uint64_t>(to);
    case DType::bool_:
      return to_dtype<bool>(to);
    case DType::complex64:
      return to_dtype<std::complex<float>>(to);
    case DType::complex128:
      return to_dtype<std::complex<double>>(to);
    case DType::float8_e5m2:
      return to_dtype<E5m2>(to);
    case DType::float8_e4m3fn:
      return to_dtype<E4m3fn>(to);
    default:
      return nullptr;
  }
}

template <typename From>
Cast::Fn truncating_to(DType to) {
  if (to == DType::float8_e5m2) return truncating_loop<From, E5m2, 21>;
  if (to == DType::float8_e4m3fn) return truncating_loop<From, E4m3fn, 20>;
  if constexpr (std::is_same_v<From, float>) {
    if (to == DType::float16) return truncating_loop<float, float16, 13>;
    if (to == DType::bfloat16) return truncating_loop<float, bfloat16, 16>;
  }
  return nullptr;
}

Cast::Fn find_truncating(DType from, DType to) {
  switch (from) {
    case DType::float32:
      return truncating_to<float>(to);
    case DType::float64:
      return truncating_to<double>(to);
    case DType::float16:
      return truncating_to<float16>(to);
    case DType::bfloat16:
      return truncating_to<bfloat16>(to);
    default:
      return nullptr;
  }
}

}  // namespace

Cast prepare_cast(DType from, DType to, int64_t n, bool truncate) {
  Cast result;
  result.fn = find(storage_dtype(from), storage_dtype(to));
  if (result.fn == nullptr) {
    fail(Code::unimplemented, "Cast ", dtype_name(from), " to ", dtype_name(to),
         " is not supported");
  }
  if (truncate) {
    if (const Cast::Fn fn = find_truncating(from, to)) result.fn = fn;
  }
  result.n = n;
  result.x_size = static_cast<uint8_t>(dtype_size(from));
  result.y_size = static_cast<uint8_t>(dtype_size(to));
  return result;
}

void Cast::run(const void* x, void* y) const noexcept {
  constexpr int64_t kGrain = 16384;
  if (n <= kGrain) return fn(x, y, n);
  parallel_for(n, kGrain, [&](int64_t begin, int64_t end) {
    fn(static_cast<const char*>(x) + begin * x_size, static_cast<char*>(y) + begin * y_size,
       end - begin);
  });
}

}  // namespace rill::kernels
