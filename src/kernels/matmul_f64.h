// Products of matrices of double precision.
#pragma once

#include <cstddef>

#include "kernels/matmul_plain.h"

namespace rill::kernels {

// Immutable once made. The result does not depend on the number of threads.
class MatMulF64 {
 public:
  MatMulF64(MatMulShape shape, int threads);
  size_t scratch_bytes() const noexcept;
  void run(const double* a, const double* b, double* c, void* scratch) const;

 private:
  void pack(const double* b, int64_t panel, double* packed) const;
  void multiply(const double* a, const double* packed, int64_t first_row, int64_t last_row,
                double* c) const;

  MatMulShape shape_;
  int threads_;
  int64_t slots_;       // products at once
  int64_t packed_ = 0;  // doubles of B in panels
};

}  // namespace rill::kernels
