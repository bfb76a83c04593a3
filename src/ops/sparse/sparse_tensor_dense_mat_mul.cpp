#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/sparse_tensor.h"

namespace rill {
namespace {

void infer_sparse_tensor_dense_mat_mul(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 1);
  ctx.require_rank_exactly(3, 2);
  const Shape a = ctx.shape_from_value(2);
  const Shape& b = ctx.input(3);
  ctx.require(!a.has_rank() || a.rank() == 2, "a_shape must have two elements");
  const bool adjoint_a = ctx.attr<bool>("adjoint_a"), adjoint_b = ctx.attr<bool>("adjoint_b");
  const int64_t rows = a.has_rank() ? a[adjoint_a ? 1 : 0] : -1;
  const int64_t inner_a = a.has_rank() ? a[adjoint_a ? 0 : 1] : -1;
  const int64_t inner_b = b.has_rank() ? b[adjoint_b ? 1 : 0] : -1;
  ctx.merge_dim(inner_a, inner_b);
  ctx.set_output(0, Shape{rows, b.has_rank() ? b[adjoint_b ? 0 : 1] : -1});
}

template <typename T>
T conjugate(T x) {
  if constexpr (std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>) {
    return std::conj(x);
  } else {
    return x;
  }
}

void run_sparse_tensor_dense_mat_mul(KernelContext& ctx) {
  const SparseInput a = sparse_input(ctx, 0, 1, 2);
  const Tensor& b = ctx.input(3);
  ctx.require(a.rank == 2, "Tensor 'a_shape' must have 2 elements");
  ctx.require(b.rank() == 2, "Tensor 'b' is not a matrix: shape ", b.shape());
  const bool adjoint_a = ctx.attr<bool>("adjoint_a"), adjoint_b = ctx.attr<bool>("adjoint_b");
  const int64_t rows = a.shape[adjoint_a ? 1 : 0], inner = a.shape[adjoint_a ? 0 : 1];
  const int64_t columns = b.dim(adjoint_b ? 0 : 1);
  ctx.require(inner == b.dim(adjoint_b ? 1 : 0),
              "Cannot multiply A and B because inner dimension "
              "does not match: ",
              inner, " vs. ", b.dim(adjoint_b ? 1 : 0),
              ".  Did you forget a transpose?  Dimensions of A: [", a.shape[0], ", ", a.shape[1],
              ").  Dimensions of B: ", b.shape());
  require_in_bounds(ctx, a);
  Tensor& out = ctx.output(0, Shape{rows, columns});
  dispatch_arithmetic(b.dtype(), "SparseTensorDenseMatMul", [&]<typename T>() {
    std::vector<Sum<T>> sums(static_cast<size_t>(out.size()));
    const T* values = a.values->data<T>();
    const T* right = b.data<T>();
    const int64_t row_step = adjoint_b ? 1 : columns, column_step = adjoint_b ? inner : 1;
    for (int64_t i = 0; i < a.count; ++i) {
      const int64_t m = a.at(i)[adjoint_a ? 1 : 0], k = a.at(i)[adjoint_a ? 0 : 1];
      const auto v = static_cast<Sum<T>>(adjoint_a ? conjugate(values[i]) : values[i]);
      const T* from = right + k * row_step;
      Sum<T>* to = sums.data() + m * columns;
      for (int64_t n = 0; n < columns; ++n) {
        const T x = from[n * column_step];
        to[n] = plus(to[n], times(v, static_cast<Sum<T>>(adjoint_b ? conjugate(x) : x)));
      }
    }
    T* to = out.data<T>();
    for (size_t i = 0; i < sums.size(); ++i) to[i] = static_cast<T>(sums[i]);
  });
}

Value transposed(const Value& matrix, bool conjugate) {
  const bool conj = conjugate && is_complex(matrix.dtype());
  return emit(conj ? "ConjugateTranspose" : "Transpose", {matrix, grads::int_vector({1, 0})});
}

// For each value, the row of the gradient and that of b that met in it
// (tensorflow/python/ops/sparse_grad.py).
Values sparse_tensor_dense_mat_mul_gradient(const GradContext& ctx) {
  const Value &indices = ctx.input(0), &values = ctx.input(1), &b = ctx.input(3);
  const Value& dy = ctx.output_gradient(0);
  const bool adjoint_a = ctx.attr<bool>("adjoint_a"), adjoint_b = ctx.attr<bool>("adjoint_b");
  Values out = grads::none(ctx);
  if (ctx.needs_gradient(3)) {
    out[3] = emit("SparseTensorDenseMatMul", {indices, values, ctx.input(2), dy},
                  {{"adjoint_a", !adjoint_a}});
    if (adjoint_b) out[3] = transposed(out[3], true);
  }
  if (ctx.needs_gradient(1)) {
    const Values at = emit_all("Unpack", {indices}, {{"num", int64_t{2}}, {"axis", int64_t{1}}});
    Value from_dy = grads::gather(dy, at[adjoint_a ? 1 : 0]);
    Value from_b = grads::gather(adjoint_b ? transposed(b, false) : b, at[adjoint_a ? 0 : 1]);
    if (adjoint_a) from_dy = grads::conj(from_dy);
    if (adjoint_a == adjoint_b) from_b = grads::conj(from_b);
    out[1] = grads::sum(from_dy * from_b, grads::int_vector({1}));
  }
  return out;
}

}  // namespace

void register_sparse_tensor_dense_mat_mul(OpRegistry& registry) {
  registry.add({.signature = "SparseTensorDenseMatMul(a_indices: Tindices, a_values: T, a_shape: "
                             "int64, b: T) -> (product: T)",
                .attrs = {type_attr("T"), type_attr("Tindices", kIndexTypes, DType::int64),
                          bool_attr("adjoint_a", false), bool_attr("adjoint_b", false)},
                .shape = infer_sparse_tensor_dense_mat_mul,
                .kernel = run_sparse_tensor_dense_mat_mul,
                .gradient = sparse_tensor_dense_mat_mul_gradient});
}

}  // namespace rill
