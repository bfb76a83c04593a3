// The two numbers of 8 bits, as bytes: e5m2 (the upper byte of a half) and e4m3fn (no infinities,
// all ones is NaN). Source of the layouts: the OCP 8-bit floating point specification.
#pragma once

#include <cstdint>

#include "rill/dtype.hpp"

namespace rill {

float float8_value(DType dtype, uint8_t bits);

// To nearest even; what is too large becomes infinity (e5m2) or NaN (e4m3fn).
uint8_t float8_bits(DType dtype, float value);

}  // namespace rill
