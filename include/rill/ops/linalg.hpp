// Linear algebra, named as in TensorFlow's Python.
#pragma once

#include <cstdint>
#include <string_view>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Products of matrices; leading dimensions are batches and broadcast.
RILL_API Value matmul(const Value& a, const Value& b, bool transpose_a = false,
                      bool transpose_b = false, bool adjoint_a = false, bool adjoint_b = false,
                      std::string_view name = {});
// "ij,jk->ik", with ellipses and repeated labels, for any number of inputs.
RILL_API Value einsum(std::string_view equation, const Values& inputs, std::string_view name = {});
// The product of three-element vectors along the last dimension.
RILL_API Value cross(const Value& a, const Value& b, std::string_view name = {});

// Keeps `num_lower` diagonals below the main one and `num_upper` above; negative: all of them.
RILL_API Value matrix_band_part(const Value& x, const Value& num_lower, const Value& num_upper,
                                std::string_view name = {});
// Diagonals k[0] to k[1] (0 is the main one) of the last two dimensions.
RILL_API Value matrix_diag(const Value& diagonal, const Value& k = Value(0),
                           const Value& num_rows = Value(-1), const Value& num_cols = Value(-1),
                           const Value& padding_value = Value(0),
                           std::string_view align = "RIGHT_LEFT", std::string_view name = {});
RILL_API Value matrix_diag_part(const Value& x, const Value& k = Value(0),
                                const Value& padding_value = Value(0),
                                std::string_view align = "RIGHT_LEFT", std::string_view name = {});
RILL_API Value matrix_set_diag(const Value& x, const Value& diagonal, const Value& k = Value(0),
                               std::string_view align = "RIGHT_LEFT", std::string_view name = {});

// Of the matrices in the last two dimensions.
RILL_API Value cholesky(const Value& x, std::string_view name = {});
RILL_API Value matrix_inverse(const Value& x, bool adjoint = false, std::string_view name = {});
RILL_API Value matrix_determinant(const Value& x, std::string_view name = {});
RILL_API Value matrix_solve(const Value& matrix, const Value& rhs, bool adjoint = false,
                            std::string_view name = {});
RILL_API Value matrix_triangular_solve(const Value& matrix, const Value& rhs, bool lower = true,
                                       bool adjoint = false, std::string_view name = {});

struct Qr {
  Value q;
  Value r;
};
RILL_API Qr qr(const Value& x, bool full_matrices = false, std::string_view name = {});
struct Svd {
  Value s;
  Value u;
  Value v;
};
RILL_API Svd svd(const Value& x, bool full_matrices = false, bool compute_uv = true,
                 std::string_view name = {});
struct Eigh {
  Value values;
  Value vectors;
};
// Of symmetric (Hermitian) matrices; the values ascend.
RILL_API Eigh eigh(const Value& x, std::string_view name = {});

}  // namespace rill::ops
