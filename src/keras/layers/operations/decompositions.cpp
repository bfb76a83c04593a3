// Functions of matrices by their factors: eigenvalues, pseudo-inverses, least squares. Formulas of
// keras/src/backend/tensorflow/linalg.py and tensorflow/python/ops/linalg/linalg_impl.py.
#include <cmath>
#include <limits>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/matrices.h"

namespace rill::keras {

Value matrix_turned(const Value& x) {
  std::vector<int> order;
  for (int i = 0; i < x.rank(); ++i) order.push_back(i);
  if (order.size() < 2) fail(Code::invalid_argument, "a matrix is expected, not ", x.shape());
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return op::transpose(x, order);
}

Value singular_values(const Value& x) {
  return emit_all("Svd", {x}, {{"compute_uv", false}, {"full_matrices", false}})[0];
}

namespace {

using op::binary;
using op::constant_like;
using op::unary;

Value matrix_operand(const OperationCall& c) {
  return c.required(0, {"x", "a", "input", "tensor", "matrix"});
}
double epsilon_of(const Value& x) {
  return x.dtype() == DType::float64 ? std::numeric_limits<double>::epsilon()
                                     : std::numeric_limits<float>::epsilon();
}
// Rows or columns, whichever are more, as the matrix is.
Value longer_side(const Value& x) {
  const auto size = [&](int axis) {
    const op::Dim n = op::dim(x, axis);
    return n.value ? op::cast(n.value, x.dtype()) : constant_like(static_cast<double>(n.size), x);
  };
  return binary("Maximum", size(-2), size(-1));
}
Value least_share(const OperationCall& c, size_t position, const Value& x, double times) {
  if (const Json* given = c.constant(position, {"rcond", "tol"})) {
    return constant_like(given->as_double(), x);
  }
  return op::mul(longer_side(x), constant_like(times * epsilon_of(x), x));
}
Value triangular(const Value& matrix, const Value& right, bool lower, bool adjoint) {
  return emit("MatrixTriangularSolve", {matrix, right}, {{"lower", lower}, {"adjoint", adjoint}});
}
Value after_cholesky(const Value& factor, const Value& right) {
  return triangular(factor, triangular(factor, right, true, false), true, true);
}

Values eig(const OperationCall& c) {
  const Value x = matrix_operand(c);
  const bool wide = x.dtype() == DType::float64 || x.dtype() == DType::complex128;
  return emit_all("Eig", {x}, {{"Tout", wide ? DType::complex128 : DType::complex64}});
}
Values eigvals(const OperationCall& c) { return {eig(c)[0]}; }
Values eigh(const OperationCall& c) { return emit_all("SelfAdjointEigV2", {matrix_operand(c)}); }
Values eigvalsh(const OperationCall& c) { return {eigh(c)[0]}; }

Values matrix_transpose(const OperationCall& c) { return {matrix_turned(matrix_operand(c))}; }
Values adjoint(const OperationCall& c) {
  const Value x = matrix_turned(matrix_operand(c));
  return {is_complex(x.dtype()) ? unary("Conj", x) : x};
}

Values cholesky_solve(const OperationCall& c) {
  return {after_cholesky(c.required(0, {"chol"}), c.required(1, {"rhs"}))};
}
Values cholesky_inverse(const OperationCall& c) {
  const Value x = matrix_operand(c);
  const bool upper = c.flag(1, {"upper"}, false);
  const Value one = emit("MatrixDiag", {unary("OnesLike", emit("MatrixDiagPart", {x}))});
  const Value inverse = triangular(x, one, !upper, false);
  return {op::batch_matmul(inverse, inverse, !upper, upper)};
}
Values logdet(const OperationCall& c) {
  return {emit_all("LogMatrixDeterminant", {matrix_operand(c)})[1]};
}
// TensorFlow's permutation says where each row comes from, that of Keras where it goes.
Values lu_factor(const OperationCall& c) {
  const Values lu = emit_all("Lu", {matrix_operand(c)});
  return {lu[0], unary("InvertPermutation", lu[1])};
}

Values pinv(const OperationCall& c) {
  const Value x = matrix_operand(c);
  const Values suv = emit_all("Svd", {x}, {{"full_matrices", false}});
  const Value& s = suv[0];
  const int last = s.rank() - 1;
  const Value least = op::mul(op::reduce("Max", s, {last}, true), least_share(c, 1, x, 10));
  const Value kept = op::select(binary("Greater", s, least), s, constant_like(INFINITY, s));
  return {op::batch_matmul(op::div(suv[2], op::expand_dims(kept, last)), suv[1], false, true)};
}
Values matrix_rank(const OperationCall& c) {
  const Value x = matrix_operand(c);
  const Value s = singular_values(x);
  const int last = s.rank() - 1;
  Value least = least_share(c, 1, x, 1);
  if (!c.constant(1, {"tol"})) least = op::mul(least, op::reduce("Max", s, {last}, true));
  return {op::reduce("Sum", op::cast(binary("Greater", s, least), DType::int32), {last})};
}

// Keras by singular values; TensorFlow by the normal equations of the shorter side.
Values lstsq(const OperationCall& c) {
  const Value a = c.required(0, {"a", "matrix"});
  const Value b = op::cast(c.required(1, {"b", "rhs"}).without_weakness(), a.dtype());
  if (!c.tensorflow) {
    const bool vector = b.rank() == 1;
    const Value right = vector ? op::expand_dims(b, 1) : b;
    const Values suv = emit_all("Svd", {a}, {{"full_matrices", false}});
    const Value& s = suv[0];
    const Value least = op::mul(op::reduce("Max", s, {0}, true), least_share(c, 2, a, 1));
    const Value kept = op::select(binary("GreaterEqual", s, least), s, constant_like(INFINITY, s));
    const Value scaled =
        op::div(op::batch_matmul(suv[1], right, true, false), op::expand_dims(kept, 1));
    const Value x = op::batch_matmul(suv[2], scaled);
    return {vector ? op::reshape(x, {-1}) : x};
  }
  const int rank = a.rank();
  if (a.shape()[rank - 2] < 0 || a.shape()[rank - 1] < 0) {
    fail(Code::unimplemented, c.layer, ": a matrix of unknown size");
  }
  const bool tall = a.shape()[rank - 2] >= a.shape()[rank - 1];
  Value gram = op::batch_matmul(a, a, tall, !tall);
  if (const double l2 = c.number(2, {"l2_regularizer"}, 0); l2 != 0) {
    const Value diagonal = emit("MatrixDiagPart", {gram});
    gram = emit("MatrixSetDiag", {gram, op::add(diagonal, constant_like(l2, diagonal))});
  }
  const Value factor = unary("Cholesky", gram);
  if (tall) return {after_cholesky(factor, op::batch_matmul(a, b, true, false))};
  return {op::batch_matmul(a, after_cholesky(factor, b), true, false)};
}

Values kron(const OperationCall& c) {
  Values v = op::promoted({c.required(0, {"x1"}), c.required(1, {"x2"})});
  while (v[0].rank() < v[1].rank()) v[0] = op::expand_dims(v[0], 0);
  while (v[1].rank() < v[0].rank()) v[1] = op::expand_dims(v[1], 0);
  std::vector<op::Dim> left, right, out;
  for (int i = 0; i < v[0].rank(); ++i) {
    const op::Dim a = op::dim(v[0], i), b = op::dim(v[1], i);
    left.insert(left.end(), {a, op::Dim(1)});
    right.insert(right.end(), {op::Dim(1), b});
    const auto number = [](const op::Dim& d) {
      return d.value ? d.value : Value(Tensor::scalar(static_cast<int32_t>(d.size)));
    };
    out.push_back(a.size >= 0 && b.size >= 0 ? op::Dim(a.size * b.size)
                                             : op::Dim(op::mul(number(a), number(b))));
  }
  return {op::reshape(op::mul(op::reshape(v[0], left), op::reshape(v[1], right)), out)};
}
Values corrcoef(const OperationCall& c) {
  const Value x = op::to_floating(matrix_operand(c));
  const Value centred = op::sub(x, op::reduce("Mean", x, {x.rank() - 1}, true));
  const Value products = op::batch_matmul(centred, centred, false, true);
  const Value lengths = unary("Sqrt", emit("MatrixDiagPart", {products}));
  const int last = lengths.rank() - 1;
  const Value y = op::div(
      products, op::mul(op::expand_dims(lengths, last), op::expand_dims(lengths, last + 1)));
  return {binary("Maximum", binary("Minimum", y, constant_like(1, y)), constant_like(-1, y))};
}
// The distance of each row of one to each row of the other.
Values cdist(const OperationCall& c) {
  const Values v = op::promoted({c.required(0, {"x"}), c.required(1, {"y"})});
  const Value x = op::to_floating(v[0]), y = op::to_floating(v[1]);
  const Value difference =
      op::sub(op::expand_dims(x, x.rank() - 1), op::expand_dims(y, y.rank() - 2));
  return {unary("Sqrt", op::reduce("Sum", unary("Square", difference), {difference.rank() - 1}))};
}

Value length_of_all(const Values& values) {
  Value sum;
  for (const Value& x : values) {
    const Value square = op::reduce("Sum", op::reshape(unary("Square", x), {-1}), {0});
    sum = sum ? op::add(sum, square) : square;
  }
  return unary("Sqrt", sum);
}
Values global_norm(const OperationCall& c) {
  const Values values = c.values(0, {"t_list"});
  if (values.empty()) fail(Code::invalid_argument, c.layer, ": no tensors");
  return {length_of_all(values)};
}
// All by the same factor; then the length itself.
Values clip_by_global_norm(const OperationCall& c) {
  Values values = c.values(0, {"t_list"});
  if (values.empty()) fail(Code::invalid_argument, c.layer, ": no tensors");
  const Value length = length_of_all(values);
  const Value most = constant_like(c.number(1, {"clip_norm"}, 1), length);
  const Value factor = op::div(most, binary("Maximum", length, most));
  for (Value& x : values) x = op::mul(x, factor);
  values.push_back(length);
  return values;
}

// tf.linalg.expm: a quotient of polynomials of degree 7 of a matrix that halving has made small,
// then squares.
Values expm(const OperationCall& c) {
  const Value x = c.required(0, {"input"});
  const bool wide = x.dtype() == DType::float64 || x.dtype() == DType::complex128;
  const double small = wide ? 0.95 : 3.92;
  constexpr int kSquares = 24;  // beyond, rounding of the matrix moves the result more
  const int rank = x.rank();
  const DType real = wide ? DType::float64 : DType::float32;
  const Value size = op::cast(emit(is_complex(x.dtype()) ? "ComplexAbs" : "Abs", {x},
                                   is_complex(x.dtype()) ? AttrMap{{"Tout", real}} : AttrMap{}),
                              real);
  const Value norm = op::reduce("Max", op::reduce("Sum", size, {rank - 2}, true), {rank - 1}, true);
  const Value one = op::constant(1, real);
  Value halvings = op::constant(0, real), scale = one;
  for (int i = 0; i < kSquares; ++i) {
    const Value more =
        op::cast(op::binary("Greater", op::mul(norm, scale), op::constant(small, real)), real);
    halvings = op::add(halvings, more);
    scale = op::div(scale, op::add(one, more));
  }
  const Value a = op::mul(x, op::cast(scale, x.dtype()));
  const auto product = [](const Value& p, const Value& q) { return op::batch_matmul(p, q); };
  const auto times = [](double factor, const Value& v) {
    return op::mul(v, op::constant_like(factor, v));
  };
  // Ones on the diagonal of each matrix.
  const Value ones = op::reduce("Max", op::unary("OnesLike", size), {rank - 1});
  const Value eye = emit("MatrixDiag", {op::cast(ones, a.dtype())});
  const Value a2 = product(a, a), a4 = product(a2, a2), a6 = product(a4, a2);
  const auto sum = [&](double d6, double d4, double d2, double d0) {
    return op::add(op::add(times(d6, a6), times(d4, a4)), op::add(times(d2, a2), times(d0, eye)));
  };
  const Value odd = product(a, sum(1, 1512, 277200, 8648640));
  const Value even = sum(56, 25200, 1995840, 17297280);
  Value y = emit("MatrixSolve", {op::sub(even, odd), op::add(even, odd)});
  for (int i = 0; i < kSquares; ++i) {
    const Value again = op::binary("Greater", halvings, op::constant(i, real));
    y = op::select(again, product(y, y), y);
  }
  return {y};
}

constexpr Operation kDecompositionOperations[] = {
    {"adjoint", adjoint},
    {"c_dist", cdist},
    {"cholesky_inverse", cholesky_inverse},
    {"cholesky_solve", cholesky_solve},
    {"clip_by_global_norm", clip_by_global_norm},
    {"corrcoef", corrcoef},
    {"eig", eig},
    {"eigh", eigh},
    {"eigvals", eigvals},
    {"eigvalsh", eigvalsh},
    {"expm", expm},
    {"global_norm", global_norm},
    {"kron", kron},
    {"logdet", logdet},
    {"lstsq", lstsq},
    {"lu_factor", lu_factor},
    {"matrix_rank", matrix_rank},
    {"matrix_transpose", matrix_transpose},
    {"pinv", pinv},
};

}  // namespace

std::span<const Operation> decomposition_operations() { return kDecompositionOperations; }

}  // namespace rill::keras
