// The operations of src/ops/linalg as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value BandedTriangularSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BandedTriangularSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Value BatchCholesky(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchCholesky", {input}, std::move(attrs), node)[0];
}
inline Value BatchCholeskyGrad(const Value& l, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchCholeskyGrad", {l, grad}, std::move(attrs), node)[0];
}
inline Value BatchMatMul(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatMul", {x, y}, std::move(attrs), node)[0];
}
inline Value BatchMatMulV2(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatMulV2", {x, y}, std::move(attrs), node)[0];
}
inline Value BatchMatMulV3(const Value& x, const Value& y, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatMulV3", {x, y}, std::move(attrs), node)[0];
}
inline Value BatchMatrixBandPart(const Value& input, const Value& num_lower, const Value& num_upper, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixBandPart", {input, num_lower, num_upper}, std::move(attrs), node)[0];
}
inline Value BatchMatrixDeterminant(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixDeterminant", {input}, std::move(attrs), node)[0];
}
inline Value BatchMatrixDiag(const Value& diagonal, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixDiag", {diagonal}, std::move(attrs), node)[0];
}
inline Value BatchMatrixDiagPart(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixDiagPart", {input}, std::move(attrs), node)[0];
}
inline Value BatchMatrixInverse(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixInverse", {input}, std::move(attrs), node)[0];
}
inline Value BatchMatrixSetDiag(const Value& input, const Value& diagonal, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixSetDiag", {input, diagonal}, std::move(attrs), node)[0];
}
inline Value BatchMatrixSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Value BatchMatrixSolveLs(const Value& matrix, const Value& rhs, const Value& l2_regularizer, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixSolveLs", {matrix, rhs, l2_regularizer}, std::move(attrs), node)[0];
}
inline Value BatchMatrixTriangularSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchMatrixTriangularSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Value BatchSelfAdjointEig(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchSelfAdjointEig", {input}, std::move(attrs), node)[0];
}
inline Values BatchSelfAdjointEigV2(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchSelfAdjointEigV2", {input}, std::move(attrs), node);
}
inline Values BatchSvd(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchSvd", {input}, std::move(attrs), node);
}
inline Value Cholesky(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cholesky", {input}, std::move(attrs), node)[0];
}
inline Value CholeskyGrad(const Value& l, const Value& grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CholeskyGrad", {l, grad}, std::move(attrs), node)[0];
}
inline Value Cross(const Value& a, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Cross", {a, b}, std::move(attrs), node)[0];
}
inline Values Eig(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Eig", {input}, std::move(attrs), node);
}
inline Value Einsum(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Einsum", ops::joined(inputs_), std::move(attrs), node)[0];
}
inline Values LogMatrixDeterminant(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LogMatrixDeterminant", {input}, std::move(attrs), node);
}
inline Values Lu(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Lu", {input}, std::move(attrs), node);
}
inline Value MatMul(const Value& a, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatMul", {a, b}, std::move(attrs), node)[0];
}
inline Value MatrixBandPart(const Value& input, const Value& num_lower, const Value& num_upper, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixBandPart", {input, num_lower, num_upper}, std::move(attrs), node)[0];
}
inline Value MatrixDeterminant(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDeterminant", {input}, std::move(attrs), node)[0];
}
inline Value MatrixDiag(const Value& diagonal, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiag", {diagonal}, std::move(attrs), node)[0];
}
inline Value MatrixDiagPart(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagPart", {input}, std::move(attrs), node)[0];
}
inline Value MatrixDiagPartV2(const Value& input, const Value& k, const Value& padding_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagPartV2", {input, k, padding_value}, std::move(attrs), node)[0];
}
inline Value MatrixDiagPartV3(const Value& input, const Value& k, const Value& padding_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagPartV3", {input, k, padding_value}, std::move(attrs), node)[0];
}
inline Value MatrixDiagV2(const Value& diagonal, const Value& k, const Value& num_rows, const Value& num_cols, const Value& padding_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagV2", {diagonal, k, num_rows, num_cols, padding_value}, std::move(attrs), node)[0];
}
inline Value MatrixDiagV3(const Value& diagonal, const Value& k, const Value& num_rows, const Value& num_cols, const Value& padding_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixDiagV3", {diagonal, k, num_rows, num_cols, padding_value}, std::move(attrs), node)[0];
}
inline Value MatrixInverse(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixInverse", {input}, std::move(attrs), node)[0];
}
inline Value MatrixLogarithm(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixLogarithm", {input}, std::move(attrs), node)[0];
}
inline Value MatrixSetDiag(const Value& input, const Value& diagonal, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSetDiag", {input, diagonal}, std::move(attrs), node)[0];
}
inline Value MatrixSetDiagV2(const Value& input, const Value& diagonal, const Value& k, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSetDiagV2", {input, diagonal, k}, std::move(attrs), node)[0];
}
inline Value MatrixSetDiagV3(const Value& input, const Value& diagonal, const Value& k, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSetDiagV3", {input, diagonal, k}, std::move(attrs), node)[0];
}
inline Value MatrixSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Value MatrixSolveLs(const Value& matrix, const Value& rhs, const Value& l2_regularizer, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSolveLs", {matrix, rhs, l2_regularizer}, std::move(attrs), node)[0];
}
inline Value MatrixSquareRoot(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixSquareRoot", {input}, std::move(attrs), node)[0];
}
inline Value MatrixTriangularSolve(const Value& matrix, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MatrixTriangularSolve", {matrix, rhs}, std::move(attrs), node)[0];
}
inline Values Qr(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Qr", {input}, std::move(attrs), node);
}
inline Value SelfAdjointEig(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SelfAdjointEig", {input}, std::move(attrs), node)[0];
}
inline Values SelfAdjointEigV2(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SelfAdjointEigV2", {input}, std::move(attrs), node);
}
inline Value SparseMatMul(const Value& a, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SparseMatMul", {a, b}, std::move(attrs), node)[0];
}
inline Values Svd(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Svd", {input}, std::move(attrs), node);
}
inline Value TridiagonalMatMul(const Value& superdiag, const Value& maindiag, const Value& subdiag, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TridiagonalMatMul", {superdiag, maindiag, subdiag, rhs}, std::move(attrs), node)[0];
}
inline Value TridiagonalSolve(const Value& diagonals, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TridiagonalSolve", {diagonals, rhs}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
