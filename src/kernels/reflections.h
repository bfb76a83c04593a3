// Householder reflections I - tau v v^T of double precision on matrices that lie column after
// column, so that each column is a row in memory.
#pragma once

#include <cstdint>
#include <vector>

namespace rill::kernels {

// Reflection k begins at its element k + offset, which is 1; before that are zeros.
struct RealReflections {
  int64_t size, count, offset;
  std::vector<double> v, tau;
  RealReflections(int64_t size, int64_t count, int64_t offset);
  double* vector(int64_t k) { return v.data() + k * size; }
  const double* vector(int64_t k) const { return v.data() + k * size; }
  // The one that leaves beta of x[k + offset ..] and zeros after; gives beta.
  double make(int64_t k, const double* x);
  // The product of those in [first, last), or the product backwards, times `columns` columns.
  void apply(int64_t first, int64_t last, bool backwards, double* x, int64_t columns) const;
  // The first `columns` columns of the product of all, each a row of `size`; columns is at least
  // count + offset, or size.
  std::vector<double> product(int64_t columns) const;
};

// The reflections that make n columns of m (each a row of a) an upper triangle, in place: what
// lies below becomes zero.
RealReflections reflect_columns(double* a, int64_t m, int64_t n);

// to[j * rows + i] = from[i * columns + j].
void transpose_f64(const double* from, int64_t rows, int64_t columns, double* to);

}  // namespace rill::kernels
