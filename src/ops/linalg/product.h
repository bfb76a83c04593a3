// Batched products of matrices, bound to the best kernel for the dtype.
#pragma once

#include <vector>

#include "kernels/matmul_plain.h"
#include "op/prepared.h"

namespace rill {
class ShapeContext;
}

namespace rill::linalg {

// The shape of a product of two matrices, into output 0: attributes transpose_a and transpose_b.
void infer_matrix_product(ShapeContext& ctx);

// in[0] times in[1] gives out[0]. A constant second operand is packed once, when the product reads
// it as it lies (`direct_b`).
Prepared bind_product(const PrepareContext& ctx, DType dtype, kernels::MatMulShape shape,
                      bool direct_b = true);

// Which matrix of an operand each matrix of the result takes, where the dimensions before the
// matrices broadcast to `out`.
std::vector<int64_t> batch_index(const Shape& out, const Shape& operand);

}  // namespace rill::linalg
