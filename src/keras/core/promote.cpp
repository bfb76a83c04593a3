#include "keras/core/promote.h"

#include <algorithm>

namespace rill::keras::op {
namespace {

enum class Family : uint8_t { boolean, integer, floating, other };

Family family_of(DType dtype) {
  if (dtype == DType::bool_) return Family::boolean;
  if (is_integer(dtype)) return Family::integer;
  return is_floating(dtype) || is_complex(dtype) ? Family::floating : Family::other;
}

DType signed_of(size_t bytes) {
  return bytes <= 1   ? DType::int8
         : bytes == 2 ? DType::int16
         : bytes == 4 ? DType::int32
                      : DType::int64;
}

// The lattice of keras/src/backend/common/dtypes.py.
DType join(DType a, DType b) {
  if (a == b) return a;
  if (family_of(a) > family_of(b)) std::swap(a, b);
  if (family_of(a) != family_of(b)) return b;
  if (is_complex(a) || is_complex(b)) {
    const bool wide = a == DType::complex128 || b == DType::complex128 || a == DType::float64 ||
                      b == DType::float64;
    return wide ? DType::complex128 : DType::complex64;
  }
  if (is_floating(a)) {
    if (dtype_size(a) == dtype_size(b)) return DType::float32;  // float16 and bfloat16
    return dtype_size(a) > dtype_size(b) ? a : b;
  }
  if (is_signed_integer(a) == is_signed_integer(b)) return dtype_size(a) > dtype_size(b) ? a : b;
  if (is_signed_integer(a)) std::swap(a, b);  // a has no sign
  if (dtype_size(a) == 8) return DType::float32;
  return signed_of(std::max(2 * dtype_size(a), dtype_size(b)));
}

}  // namespace

DType common_dtype(const Values& values) {
  DType out = DType::invalid;
  Family weak = Family::boolean;
  for (const Value& v : values) {
    if (family_of(v.dtype()) == Family::other) return DType::invalid;
    if (v.is_weak()) {
      weak = std::max(weak, family_of(v.dtype()));
    } else {
      out = out == DType::invalid ? v.dtype() : join(out, v.dtype());
    }
  }
  if (out == DType::invalid || family_of(out) >= weak) return out;
  return weak == Family::floating ? DType::float32 : DType::int32;
}

Values promoted(Values values) {
  const DType dtype = common_dtype(values);
  if (dtype == DType::invalid) return values;
  for (Value& v : values) {
    if (v.dtype() != dtype || v.is_weak()) v = cast(v.without_weakness(), dtype);
  }
  return values;
}

Value to_floating(const Value& x) {
  return family_of(x.dtype()) < Family::floating ? cast(x.without_weakness(), DType::float32) : x;
}

}  // namespace rill::keras::op
