// Operators on tensors: TensorFlow's Python meaning (`/` is true division, shapes broadcast,
// comparisons are by element). `==` and `!=` are left to ops::equal and ops::not_equal.
#pragma once

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill {

RILL_API Tensor operator+(const Tensor& x, const Tensor& y);
RILL_API Tensor operator-(const Tensor& x, const Tensor& y);
RILL_API Tensor operator*(const Tensor& x, const Tensor& y);
RILL_API Tensor operator/(const Tensor& x, const Tensor& y);
RILL_API Tensor operator-(const Tensor& x);
RILL_API Tensor operator%(const Tensor& x, const Tensor& y);  // of the divisor's sign
// Logical of booleans, bit by bit of integers.
RILL_API Tensor operator&(const Tensor& x, const Tensor& y);
RILL_API Tensor operator|(const Tensor& x, const Tensor& y);
RILL_API Tensor operator^(const Tensor& x, const Tensor& y);
RILL_API Tensor operator~(const Tensor& x);
RILL_API Tensor operator<(const Tensor& x, const Tensor& y);
RILL_API Tensor operator<=(const Tensor& x, const Tensor& y);
RILL_API Tensor operator>(const Tensor& x, const Tensor& y);
RILL_API Tensor operator>=(const Tensor& x, const Tensor& y);

}  // namespace rill
