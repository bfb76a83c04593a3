// Linear algebra, named as in TensorFlow's Python. Matrices are the last two dimensions of floating
// or complex tensors, those before are a batch. All throw INVALID_ARGUMENT for shapes that do not
// fit.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rill/export.hpp"
#include "rill/ops/math.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Products of matrices; leading dimensions are batches and broadcast.
RILL_API Value matmul(const Value& a, const Value& b, bool transpose_a = false,
                      bool transpose_b = false, bool adjoint_a = false, bool adjoint_b = false,
                      std::string_view name = {});
// "ij,jk->ik", with ellipses and repeated labels, for any number of inputs.
RILL_API Value einsum(std::string_view equation, const Values& inputs, std::string_view name = {});
// Sums of products over axes_a of a and axes_b of b, or over the last `axes` of a and the first of
// b; the axes that are left, those of a first. Of known rank.
RILL_API Value tensordot(const Value& a, const Value& b, const std::vector<int64_t>& axes_a,
                         const std::vector<int64_t>& axes_b);
RILL_API Value tensordot(const Value& a, const Value& b, int64_t axes = 1);
// The product of three-element vectors along the last dimension.
RILL_API Value cross(const Value& a, const Value& b, std::string_view name = {});

// The last two dimensions swapped.
RILL_API Value matrix_transpose(const Value& x);
// Ones on the main diagonal: [num_rows, num_columns], square when num_columns is negative.
RILL_API Value eye(int64_t num_rows, int64_t num_columns = -1, DType dtype = DType::float32);
// Sums of the main diagonals.
RILL_API Value trace(const Value& x);
// sqrt(sum(|x|^2)) over `axes`, or of all elements.
RILL_API Value norm(const Value& x, const Axes& axes = {}, bool keep_dims = false);

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

// The lower factor of a positive definite matrix. Throws INVALID_ARGUMENT when it is not.
RILL_API Value cholesky(const Value& x, std::string_view name = {});
// Throw INVALID_ARGUMENT for a matrix that cannot be inverted.
RILL_API Value matrix_inverse(const Value& x, bool adjoint = false, std::string_view name = {});
RILL_API Value matrix_determinant(const Value& x, std::string_view name = {});
// The x of matrix x = rhs [..., m, n]; of conj(matrix)^T when `adjoint`.
RILL_API Value matrix_solve(const Value& matrix, const Value& rhs, bool adjoint = false,
                            std::string_view name = {});
RILL_API Value matrix_triangular_solve(const Value& matrix, const Value& rhs, bool lower = true,
                                       bool adjoint = false, std::string_view name = {});

// x = q r, q with orthonormal columns and r upper triangular.
struct Qr {
  Value q;
  Value r;
};
RILL_API Qr qr(const Value& x, bool full_matrices = false, std::string_view name = {});
// x = u diag(s) conj(v)^T, s descending. Without compute_uv only s.
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
