#include "rill/ops/operators.hpp"

#include "rill/ops/math.hpp"

namespace rill {

Tensor operator+(const Tensor& x, const Tensor& y) { return ops::add(x, y); }
Tensor operator-(const Tensor& x, const Tensor& y) { return ops::subtract(x, y); }
Tensor operator*(const Tensor& x, const Tensor& y) { return ops::multiply(x, y); }
Tensor operator-(const Tensor& x) { return ops::negative(x); }
Tensor operator%(const Tensor& x, const Tensor& y) { return ops::floormod(x, y); }
Tensor operator&(const Tensor& x, const Tensor& y) {
  return x.dtype() == DType::bool_ ? ops::logical_and(x, y) : ops::bitwise_and(x, y);
}
Tensor operator|(const Tensor& x, const Tensor& y) {
  return x.dtype() == DType::bool_ ? ops::logical_or(x, y) : ops::bitwise_or(x, y);
}
Tensor operator^(const Tensor& x, const Tensor& y) {
  return x.dtype() == DType::bool_ ? ops::not_equal(x, y) : ops::bitwise_xor(x, y);
}
Tensor operator~(const Tensor& x) {
  return x.dtype() == DType::bool_ ? ops::logical_not(x) : ops::invert(x);
}
Tensor operator<(const Tensor& x, const Tensor& y) { return ops::less(x, y); }
Tensor operator<=(const Tensor& x, const Tensor& y) { return ops::less_equal(x, y); }
Tensor operator>(const Tensor& x, const Tensor& y) { return ops::greater(x, y); }
Tensor operator>=(const Tensor& x, const Tensor& y) { return ops::greater_equal(x, y); }

// As Python's x / y: integers become floating first (8 and 16 bits float32, wider ones float64).
Tensor operator/(const Tensor& x, const Tensor& y) {
  const DType dtype = x.is_weak() ? y.dtype() : x.dtype();
  if (!is_integer(dtype)) return ops::divide(x, y);
  const bool narrow = dtype_size(dtype) <= 2;
  const DType wide = narrow ? DType::float32 : DType::float64;
  return ops::divide(ops::cast(x, wide), ops::cast(y, wide));
}

}  // namespace rill
