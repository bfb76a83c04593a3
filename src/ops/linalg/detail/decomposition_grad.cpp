// The gradients of Qr, Svd and SelfAdjointEigV2 (tensorflow/python/ops/linalg_grad.py and the
// papers it names).
#include <cstdlib>

#include "base/fail.h"
#include "ops/linalg/gradient_functions.h"
#include "ops/linalg/gradient_math.h"

namespace rill::linalg {
namespace {

using namespace grads;  // NOLINT: formulas

// x / (x^2 + 1e-20): one over x, and zero for zero.
Value safe_reciprocal(const Value& x) {
  return mul(x, emit("Reciprocal", {add(mul(x, x), scalar_like(x, 1e-20))}));
}

// [i, j] = 1 / (e_j - e_i), zero on the diagonal: infinite only where values are equal, and there
// the vectors are not determined.
Value gaps(const Value& e) {
  const Value differences = sub(dim_before_last(e), last_dim(e));
  return set_diag(safe_reciprocal(differences), zeros_like(e));
}

// x r^-H for an upper triangular r.
Value over_adjoint(const Value& x, const Value& r) {
  return adjoint(ops::matrix_triangular_solve(r, adjoint(x), false, false));
}

// arXiv:2009.10071, for at least as many rows as columns.
Value qr_deep(const Value& q, const Value& r, const Value& dq, const Value& dr) {
  const Value qdq = product(q, dq, true), rdr = product(r, dr, false, true);
  const Value lower = lower_part(add(sub(qdq, adjoint(qdq)), sub(rdr, adjoint(rdr))));
  const Value by_r = product(q, add(dr, over_adjoint(lower, r)));
  const Value by_q = over_adjoint(sub(dq, product(q, qdq)), r);
  Value result = add(by_r, by_q);
  if (is_complex(q.dtype())) {
    const Value m = sub(rdr, adjoint(qdq));
    const Value part = diag_part(m);
    const Value imaginary =
        sub(part, cast(emit("Real", {part}, {{"Tout", real_dtype(q.dtype())}}), q.dtype()));
    const Value correction = set_diag(zeros_like(m), imaginary);
    result = add(result, over_adjoint(product(q, adjoint(correction)), r));
  }
  return result;
}

}  // namespace

Values qr_gradient(const GradContext& ctx) {
  const Value &a = ctx.input(0), &q = ctx.output(0), &r = ctx.output(1);
  const Shape &qs = q.shape(), &rs = r.shape();
  if (!rs.has_rank() || rs[-1 + rs.rank()] < 0 || rs[rs.rank() - 2] < 0 || qs.back() < 0) {
    fail(Code::unimplemented, "The gradient of Qr needs matrices of known size, not ", rs);
  }
  const int64_t rows = qs[qs.rank() - 2], columns = rs.back();
  if (rs[rs.rank() - 2] > columns && rows == qs.back()) {
    fail(Code::unimplemented, "The gradient of Qr is not implemented for full_matrices of a ",
         "matrix with more rows than columns");
  }
  const Value dq = gradient_or_zeros(ctx, 0), dr = gradient_or_zeros(ctx, 1);
  if (rows >= columns) return {qr_deep(q, r, dq, dr)};
  // a = [x, y], r = [u, v]: x is square, and y = q v.
  const Value y = columns_of(a, rows, 0), u = columns_of(r, 0, rows);
  const Value dv = columns_of(dr, rows, 0), du = columns_of(dr, 0, rows);
  const Value dx = qr_deep(q, u, add(dq, product(y, dv, false, true)), du);
  return {emit("ConcatV2", {dx, product(q, dv), Tensor::scalar(int32_t{-1})})};
}

Values svd_gradient(const GradContext& ctx) {
  const Value& a = ctx.input(0);
  const Value ds = diag(cast(gradient_or_zeros(ctx, 0), a.dtype()));
  if (!ctx.attr<bool>("compute_uv")) {
    const ops::Svd parts = ops::svd(a, false, true);
    return {product(parts.u, product(ds, parts.v, false, true))};
  }
  int64_t m = a.rank() < 2 ? -1 : a.shape()[a.rank() - 2], n = a.rank() < 2 ? -1 : a.shape().back();
  if (m < 0 || n < 0) {
    fail(Code::unimplemented, "The gradient of Svd needs matrices of known size, not ", a.shape());
  }
  const bool full = ctx.attr<bool>("full_matrices");
  Value s = cast(ctx.output(0), a.dtype()), u = ctx.output(1), v = ctx.output(2);
  Value du = gradient_or_zeros(ctx, 1), dv = gradient_or_zeros(ctx, 2);
  const bool turned = m > n;  // then that of a^H = v s u^H
  if (turned) {
    std::swap(m, n);
    std::swap(u, v);
    std::swap(du, dv);
  }
  if (full && n - m > 1) {
    fail(Code::unimplemented, "The gradient of Svd with full_matrices is not implemented for ",
         "sizes ", m, " and ", n, ", which differ by more than one");
  }
  const Value s_mat = diag(s), f = gaps(square(s)), s_inverse = diag(safe_reciprocal(s));
  const Value v1 = m == n || !full ? v : columns_of(v, 0, m);
  const Value dv1 = m == n || !full ? dv : columns_of(dv, 0, m);
  const Value v_dv = product(v1, dv1, true);
  const Value fu = mul(f, product(u, du, true)), fv = mul(f, v_dv);
  const Value middle =
      add(add(ds, product(add(fu, adjoint(fu)), s_mat)), product(s_mat, add(fv, adjoint(fv))));
  Value result = product(u, product(middle, v1, false, true));
  if (m != n) {
    const Value dv1_h = adjoint(dv1);
    Value rest = sub(dv1_h, product(product(dv1_h, v1), v1, false, true));
    if (full) {
      const Value v2 = columns_of(v, m, n), dv2 = columns_of(dv, m, n);
      rest = sub(rest, product(product(v1, dv2, true), v2, false, true));
    }
    result = add(result, product(product(u, s_inverse), rest));
  }
  if (is_complex(a.dtype())) {
    const Value on_diagonal = set_diag(zeros_like(v_dv), diag_part(v_dv));
    const Value third = product(s_inverse, sub(adjoint(on_diagonal), on_diagonal));
    const Value half = scalar_like(a, 0.5);
    result = add(result, mul(half, product(u, product(third, v1, false, true))));
  }
  return {turned ? adjoint(result) : result};
}

Values self_adjoint_eigen_gradient(const GradContext& ctx) {
  const Value middle_e = diag(gradient_or_zeros(ctx, 0));
  Value v, middle = middle_e;
  if (ctx.attr<bool>("compute_v")) {
    v = ctx.output(1);
    if (const Value& dv = ctx.output_gradient(1)) {
      middle = add(middle, mul(gaps(ctx.output(0)), product(v, dv, true)));
    }
  } else {
    v = ops::eigh(ctx.input(0)).vectors;
  }
  const Value g = product(v, product(middle, v, false, true));
  // Only the lower triangle is read.
  const Value lower = lower_part(add(g, adjoint(g)));
  return {set_diag(lower, mul(scalar_like(g, 0.5), diag_part(lower)))};
}

}  // namespace rill::linalg
