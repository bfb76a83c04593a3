// Sums of Chebyshev polynomials, for functions that are smooth where their series are slow.
#pragma once

#include <cstddef>

namespace rill::kernels {

// sum over k of c[k] T_k(s), |s| <= 1, by Clenshaw's recurrence.
template <size_t n>
double chebyshev(const double (&c)[n], double s) {
  double last = 0, before = 0;
  for (size_t k = n - 1; k > 0; --k) {
    const double next = (c[k] - before) + 2.0 * s * last;
    before = last;
    last = next;
  }
  return (c[0] - before) + s * last;
}

}  // namespace rill::kernels
