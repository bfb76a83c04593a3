#include "tensor/float8.h"

#include <algorithm>
#include <cmath>

namespace rill {
namespace {

struct Float8Layout {
  int mantissa_bits;
  int least_exponent;  // of normal numbers
  uint8_t largest;     // finite
  uint8_t beyond;      // what follows it
  uint8_t nan;
};

constexpr Float8Layout layout_of(DType dtype) {
  return dtype == DType::float8_e5m2 ? Float8Layout{2, -14, 0x7b, 0x7c, 0x7e}
                                     : Float8Layout{3, -6, 0x7e, 0x7f, 0x7f};
}

}  // namespace

float float8_value(DType dtype, uint8_t bits) {
  const Float8Layout layout = layout_of(dtype);
  const int exponent = (bits & 0x7f) >> layout.mantissa_bits;
  const int mantissa = bits & ((1 << layout.mantissa_bits) - 1);
  const int whole = exponent == 0 ? mantissa : mantissa + (1 << layout.mantissa_bits);
  float value =
      std::ldexp(static_cast<float>(whole),
                 std::max(exponent, 1) - 1 + layout.least_exponent - layout.mantissa_bits);
  if ((bits & 0x7f) > layout.largest) {
    value = (bits & 0x7f) == 0x7c && dtype == DType::float8_e5m2 ? INFINITY : NAN;
  }
  return (bits & 0x80) != 0 ? -value : value;
}

uint8_t float8_bits(DType dtype, float value) {
  const Float8Layout layout = layout_of(dtype);
  const int sign = std::signbit(value) ? 0x80 : 0;
  const float size = std::abs(value);
  int bits = layout.nan;
  if (std::isinf(size)) {
    bits = layout.beyond;
  } else if (!std::isnan(size)) {
    const int exponent =
        size > 0 ? std::max(std::ilogb(size), layout.least_exponent) : layout.least_exponent;
    // In units of the last place: exact, and below twice the leading one after rounding.
    const auto units =
        static_cast<int>(std::nearbyint(std::ldexp(size, layout.mantissa_bits - exponent)));
    // A leading one adds itself to the exponent's field, a carry too.
    const int field = std::min(exponent - layout.least_exponent, 64);
    bits = std::min<int>((field << layout.mantissa_bits) + units, layout.beyond);
  }
  return static_cast<uint8_t>(sign | bits);
}

}  // namespace rill
