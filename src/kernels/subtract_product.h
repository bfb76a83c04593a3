// What blocked decompositions spend their time in.
#pragma once

#include "kernels/panel_product.h"

namespace rill::kernels {

// c [m, n], whose rows lie c_row apart, -= a b with a [m, k] and b [k, n]; c overlaps neither. T is
// double or std::complex<double>. On all threads where that pays.
template <typename T>
void subtract_product(const PanelMatrix<T>& a, const PanelMatrix<T>& b, int64_t m, int64_t n,
                      int64_t k, T* c, int64_t c_row);

// c = a b, the same way.
template <typename T>
void assign_product(const PanelMatrix<T>& a, const PanelMatrix<T>& b, int64_t m, int64_t n,
                    int64_t k, T* c, int64_t c_row);

}  // namespace rill::kernels
