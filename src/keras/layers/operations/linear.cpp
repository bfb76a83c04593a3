// Products, norms and matrices.
#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/matrices.h"
#include "keras/layers/operations/sorting.h"

namespace rill::keras {
namespace {

using op::constant_like;
using op::unary;

Value linear_operand(const OperationCall& c) {
  return c.required(0, {"x", "a", "input", "tensor", "t", "matrix", "inputs", "diagonal"});
}
Values factors(const OperationCall& c) {
  return op::promoted({c.required(0, {"x1", "a", "x"}), c.required(1, {"x2", "b", "y"})});
}

// Vectors become rows and columns.
Value product(Value a, Value b, bool turn_a, bool turn_b) {
  const bool row = a.rank() == 1, column = b.rank() == 1;
  if (row) a = op::expand_dims(a, 0);
  if (column) b = op::expand_dims(b, 1);
  Value y = b.rank() == 2 && a.rank() > 2 && !turn_a && !turn_b
                ? op::dense(a, b)
                : op::batch_matmul(a, b, turn_a && !row, turn_b && !column);
  if (column) y = op::squeeze(y, y.rank() - 1);
  if (row) y = op::squeeze(y, y.rank() - (column ? 1 : 2));
  return y;
}
Values matmul(const OperationCall& c) {
  const Values v = factors(c);
  const auto turned = [&](size_t position, const char* transpose, const char* adjoint) {
    return c.flag(position, {transpose}, false) || c.flag(position + 2, {adjoint}, false);
  };
  return {product(v[0], v[1], turned(2, "transpose_a", "adjoint_a"),
                  turned(3, "transpose_b", "adjoint_b"))};
}
Values matvec(const OperationCall& c) {
  const Values v = factors(c);
  const Value y = op::batch_matmul(v[0], op::expand_dims(v[1], v[1].rank()),
                                   c.flag(2, {"transpose_a"}, false), false);
  return {op::squeeze(y, y.rank() - 1)};
}

// Sums over axes of both: the rest of a, then the rest of b.
Value contracted(const Value& a, const Value& b, const std::vector<int>& over_a,
                 const std::vector<int>& over_b) {
  const auto rest_of = [](const Value& x, const std::vector<int>& over) {
    std::vector<int> rest;
    for (int i = 0; i < x.rank(); ++i) {
      if (std::find(over.begin(), over.end(), i) == over.end()) rest.push_back(i);
    }
    return rest;
  };
  std::vector<int> left = rest_of(a, over_a), right = over_b;
  const std::vector<int> rest_b = rest_of(b, over_b);
  std::vector<op::Dim> out;
  for (const int axis : left) out.push_back(op::dim(a, axis));
  for (const int axis : rest_b) out.push_back(op::dim(b, axis));
  int64_t size = 1;
  Value counted;
  for (const int axis : over_b) {
    const op::Dim n = op::dim(b, axis);
    if (n.size >= 0) {
      size *= n.size;
    } else {
      counted = counted ? op::mul(counted, n.value) : n.value;
    }
  }
  const op::Dim inner = counted
                            ? op::Dim(op::mul(counted, Tensor::scalar(static_cast<int32_t>(size))))
                            : op::Dim(size);
  left.insert(left.end(), over_a.begin(), over_a.end());
  right.insert(right.end(), rest_b.begin(), rest_b.end());
  const Value rows = op::reshape(op::transpose(a, left), {-1, inner});
  const Value columns = op::reshape(op::transpose(b, right), {inner, -1});
  return op::reshape(op::matmul(rows, columns), out);
}
Values tensordot(const OperationCall& c) {
  const Values v = factors(c);
  const Json* axes = c.constant(2, {"axes"});
  std::vector<int> over_a, over_b;
  if (!axes || axes->is_int()) {
    const int n = axes ? static_cast<int>(axes->as_int()) : 2;
    for (int i = 0; i < n; ++i) {
      over_a.push_back(op::axis_of(c.layer, i - n, v[0].rank()));
      over_b.push_back(op::axis_of(c.layer, i, v[1].rank()));
    }
  } else {
    const auto side = [&](size_t i) {
      std::vector<int64_t> out;
      const Json& given = axes->as_array().at(i);
      if (given.is_int()) return std::vector<int64_t>{given.as_int()};
      for (const Json& axis : given.as_array()) out.push_back(axis.as_int());
      return out;
    };
    over_a = op::axes_of(c.layer, side(0), v[0].rank());
    over_b = op::axes_of(c.layer, side(1), v[1].rank());
  }
  return {contracted(v[0], v[1], over_a, over_b)};
}
// numpy.dot: the last axis of the one with the last but one of the other.
Values dot(const OperationCall& c) {
  const Values v = factors(c);
  if (v[0].rank() == 0 || v[1].rank() == 0) return {op::mul(v[0], v[1])};
  return {contracted(v[0], v[1], {v[0].rank() - 1}, {std::max(0, v[1].rank() - 2)})};
}
Values inner(const OperationCall& c) {
  const Values v = factors(c);
  return {contracted(v[0], v[1], {v[0].rank() - 1}, {v[1].rank() - 1})};
}
Values outer(const OperationCall& c) {
  const Values v = factors(c);
  return {op::mul(op::reshape(v[0], {-1, 1}), op::reshape(v[1], {1, -1}))};
}
Values vdot(const OperationCall& c) {
  const Values v = factors(c);
  return {op::reduce("Sum", op::mul(op::reshape(v[0], {-1}), op::reshape(v[1], {-1})), {0})};
}
// Of vectors of two or three numbers; two of two have a number as their product.
Values cross(const OperationCall& c) {
  Values v = factors(c);
  const auto axis = [&](const char* name) -> int64_t {
    const Json* given = c.constant(99, {"axis"});
    return given ? given->as_int() : c.integer(99, {name}, -1);
  };
  v[0] = axis_to_end(v[0], op::axis_of(c.layer, axis("axisa"), v[0].rank()));
  v[1] = axis_to_end(v[1], op::axis_of(c.layer, axis("axisb"), v[1].rank()));
  const bool flat = v[0].shape().back() == 2 && v[1].shape().back() == 2;
  for (Value& x : v) {
    if (x.shape().back() != 2) continue;
    std::vector<std::pair<int64_t, int64_t>> pads(static_cast<size_t>(x.rank()));
    pads.back().second = 1;
    x = op::pad(x, pads);
  }
  std::vector<op::Dim> shape = op::dims(v[0].rank() > v[1].rank() ? v[0] : v[1]);
  for (Value& x : v) {
    if (x.rank() != static_cast<int>(shape.size())) x = op::broadcast_to(x, shape);
  }
  const Value y = emit("Cross", {v[0], v[1]});
  if (!flat) return {axis_from_end(y, op::axis_of(c.layer, axis("axisc"), y.rank()))};
  std::vector<op::Range> third(static_cast<size_t>(y.rank()));
  third.back().begin = 2;
  return {op::squeeze(op::slice(y, third), y.rank() - 1)};
}
Values einsum(const OperationCall& c) {
  const Json* equation = c.constant(0, {"equation", "subscripts"});
  if (!equation || !equation->is_string()) fail(Code::invalid_argument, "einsum has no equation");
  Values operands;  // TensorFlow's equation is the first argument, that of keras.ops is a setting
  for (size_t i = c.tensorflow ? 1 : 0; const Value operand = c.value(i, {"operands"}); ++i) {
    operands.push_back(operand);
  }
  return {op::einsum(equation->as_string(), op::promoted(operands))};
}

Values l2_normalize(const OperationCall& c) {
  const Value x = linear_operand(c);
  const std::vector<int> axes = c.axes(1, {"axis", "dim"}, x.rank());
  const Value sum = op::reduce("Sum", unary("Square", x), axes, true);
  return {op::mul(x, unary("Rsqrt", op::binary("Maximum", sum, constant_like(1e-12, x))))};
}

// The singular values of the matrices over two axes, in a new last dimension.
Value spectrum_of(const Value& x, const std::vector<int>& axes) {
  std::vector<int> order;
  for (int i = 0; i < x.rank(); ++i) {
    if (i != axes[0] && i != axes[1]) order.push_back(i);
  }
  order.insert(order.end(), axes.begin(), axes.end());
  return singular_values(op::transpose(x, order));
}
// With dimensions of 1 where the axes were, if they are kept.
Value in_place_of(Value y, std::vector<int> axes, bool keep) {
  std::sort(axes.begin(), axes.end());
  for (const int axis : axes) {
    if (keep) y = op::expand_dims(y, axis);
  }
  return y;
}

// Of vectors along one axis, or of matrices over two.
Value norm_of(const OperationCall& c, const Value& given, const std::vector<int>& axes, bool keep) {
  const Value x = op::to_floating(given);
  const Json* order = c.constant(1, {"ord", "order"});
  const std::string word = order && order->is_string() ? order->as_string() : "";
  const Value size = unary("Abs", x);
  if (!order || word == "euclidean" || word == "fro") {
    return unary("Sqrt", op::reduce("Sum", unary("Square", size), axes, keep));
  }
  const bool matrix = axes.size() == 2 && (!c.tensorflow || c.constant(2, {"axis"}));
  const bool nuclear = word == "nuc" && matrix;
  if (nuclear || (matrix && word.empty() && std::abs(order->as_double()) == 2)) {
    const Value s = spectrum_of(x, axes);
    const char* how = nuclear ? "Sum" : order->as_double() > 0 ? "Max" : "Min";
    return in_place_of(op::reduce(how, s, {s.rank() - 1}), axes, keep);
  }
  if (!word.empty() && word != "inf" && word != "Infinity" && word != "-inf") {
    fail(Code::unimplemented, c.layer, ": a norm of order ", quoted(word));
  }
  const double p = word.empty() ? order->as_double() : word[0] == '-' ? -INFINITY : INFINITY;
  if (matrix && !c.tensorflow) {
    if (std::abs(p) != 1 && !std::isinf(p)) {
      fail(Code::unimplemented, c.layer, ": a matrix norm of order ", p);
    }
    const bool columns = std::abs(p) == 1;
    const Value sums = op::reduce("Sum", size, {axes[columns ? 0 : 1]}, true);
    return op::reduce(p > 0 ? "Max" : "Min", sums, axes, keep);
  }
  if (std::isinf(p)) return op::reduce(p > 0 ? "Max" : "Min", size, axes, keep);
  if (p == 0) {
    const Value there = op::binary("NotEqual", x, constant_like(0, x));
    return op::reduce("Sum", op::cast(there, x.dtype()), axes, keep);
  }
  if (p == 1) return op::reduce("Sum", size, axes, keep);
  const Value sum = op::reduce("Sum", op::binary("Pow", size, constant_like(p, size)), axes, keep);
  return op::binary("Pow", sum, constant_like(1 / p, sum));
}
Values norm(const OperationCall& c) {
  const Value x = linear_operand(c);
  return {norm_of(c, x, c.axes(2, {"axis"}, x.rank()), c.flag(3, {"keepdims"}, false))};
}
// Keras gives x over its norm (no smaller than epsilon), TensorFlow that and the norm.
Values normalize(const OperationCall& c) {
  const Value x = op::to_floating(linear_operand(c));
  if (c.tensorflow) {
    const Value length = norm_of(c, x, c.axes(2, {"axis"}, x.rank()), true);
    return {op::div(x, length), length};
  }
  const auto given = c.ints(1, {"axis"}).value_or(std::vector<int64_t>{-1});
  const Value length = norm_of(c, x, op::axes_of(c.layer, given, x.rank()), true);
  const Value least = constant_like(c.number(3, {"epsilon"}, 1e-12), x);
  return {op::div(x, op::binary("Maximum", length, least))};
}
Values clip_by_norm(const OperationCall& c) {
  const Value x = linear_operand(c);
  const std::vector<int> axes = c.axes(2, {"axes"}, x.rank());
  const Value most = op::cast(c.required(1, {"clip_norm"}).without_weakness(), x.dtype());
  const Value length = unary("Sqrt", op::reduce("Sum", unary("Square", x), axes, true));
  return {op::div(op::mul(x, most), op::binary("Maximum", length, most))};
}

template <Text kOp>
Values one_factor(const OperationCall& c) {
  return {unary(kOp.value, linear_operand(c))};
}
// keras.ops takes vectors as right sides, too.
Value solved(const char* op, const OperationCall& c, AttrMap attrs) {
  const Value a = c.required(0, {"a", "matrix"});
  Value b = c.required(1, {"b", "rhs"});
  const bool vector = !c.tensorflow && b.rank() == a.rank() - 1;
  if (vector) b = op::expand_dims(b, b.rank());
  const Value y = emit(op, {a, b}, std::move(attrs));
  return vector ? op::squeeze(y, y.rank() - 1) : y;
}
Values solve(const OperationCall& c) { return {solved("MatrixSolve", c, {})}; }
Values solve_triangular(const OperationCall& c) {
  return {solved("MatrixTriangularSolve", c, {{"lower", c.flag(2, {"lower"}, false)}})};
}
Values cholesky(const OperationCall& c) {
  const Value lower = unary("Cholesky", linear_operand(c));
  if (!c.flag(1, {"upper"}, false)) return {lower};
  return {matrix_turned(lower)};
}
Values qr(const OperationCall& c) {
  const bool full = c.word(1, {"mode"}, "reduced") == std::string("complete") ||
                    c.flag(1, {"full_matrices"}, false);
  return emit_all("Qr", {linear_operand(c)}, {{"full_matrices", full}});
}
Values svd(const OperationCall& c) {
  const bool vectors = c.flag(2, {"compute_uv"}, true);
  const Values suv = emit_all(
      "Svd", {linear_operand(c)},
      {{"full_matrices", c.flag(1, {"full_matrices"}, !c.tensorflow)}, {"compute_uv", vectors}});
  if (!vectors) return {suv[0]};
  if (c.tensorflow) return suv;
  return {suv[1], suv[0], matrix_turned(suv[2])};
}
Values slogdet(const OperationCall& c) {
  return emit_all("LogMatrixDeterminant", {linear_operand(c)});
}

// Keeps what lies between two diagonals.
Value band(const Value& x, int64_t lower, int64_t upper) {
  return emit("MatrixBandPart", {x, Tensor::scalar(lower), Tensor::scalar(upper)});
}
Values band_part(const OperationCall& c) {
  return {
      band(linear_operand(c), c.integer(1, {"num_lower"}, -1), c.integer(2, {"num_upper"}, -1))};
}
// Diagonal k and all below (or above): what is beyond it is taken away.
template <bool kLower>
Values triangle(const OperationCall& c) {
  const Value x = linear_operand(c);
  const int64_t k = c.integer(1, {"k"}, 0);
  if (kLower) return {k >= 0 ? band(x, -1, k) : op::sub(x, band(x, -k - 1, -1))};
  return {k <= 0 ? band(x, -k, -1) : op::sub(x, band(x, -1, k - 1))};
}
Value diagonal_of(const OperationCall& c) {
  const Value x = linear_operand(c);
  const int64_t k = c.integer(1, {"offset", "k"}, 0);
  const int rank = x.rank();
  const int a = c.axis(2, {"axis1"}, c.tensorflow ? -2 : 0, rank);
  const int b = c.axis(3, {"axis2"}, c.tensorflow ? -1 : 1, rank);
  std::vector<int> order;
  for (int i = 0; i < rank; ++i) {
    if (i != a && i != b) order.push_back(i);
  }
  order.push_back(a);
  order.push_back(b);
  return emit("MatrixDiagPartV2", {op::transpose(x, order), Tensor::scalar(static_cast<int32_t>(k)),
                                   constant_like(0, x)});
}
// Matrices with x on diagonal k, the rest filled.
Value with_diagonal(const Value& x, int64_t k, double fill) {
  const Tensor any = Tensor::scalar(int32_t{-1});
  return emit("MatrixDiagV2",
              {x, Tensor::scalar(static_cast<int32_t>(k)), any, any, constant_like(fill, x)});
}
// Keras takes the diagonal of a matrix by the same name.
Values diag(const OperationCall& c) {
  const Value x = linear_operand(c);
  if (!c.tensorflow && x.rank() == 2) return {diagonal_of(c)};
  return {with_diagonal(x, c.integer(2, {"k"}, 0), c.number(5, {"padding_value"}, 0))};
}
Values diagflat(const OperationCall& c) {
  return {with_diagonal(op::reshape(linear_operand(c), {-1}), c.integer(1, {"k"}, 0), 0)};
}
Values diagonal(const OperationCall& c) { return {diagonal_of(c)}; }
Values trace(const OperationCall& c) {
  const Value d = diagonal_of(c);
  return {op::reduce("Sum", d, {d.rank() - 1})};
}
Values set_diag(const OperationCall& c) {
  return {emit("MatrixSetDiag", {linear_operand(c), c.required(1, {"diagonal"})})};
}

Values make_complex(const OperationCall& c) {
  return {emit("Complex", {c.required(0, {"real"}), c.required(1, {"imag"})})};
}
Values scalar_mul(const OperationCall& c) {
  const Value x = c.required(1, {"x"});
  return {op::mul(op::cast(c.required(0, {"scalar"}).without_weakness(), x.dtype()), x)};
}

Values cast_to_floatx(const OperationCall& c) {
  return {op::cast(c.required(0, {"x"}), DType::float32)};
}

// Whole numbers stay whole.
Values old_division(const OperationCall& c) {
  const Value x = c.required(0, {"x"}), y = c.required(1, {"y"});
  return {op::binary(is_integer(x.dtype()) ? "FloorDiv" : "RealDiv", x, y)};
}

Values xw_plus_b(const OperationCall& c) {
  return {op::bias_add(op::matmul(c.required(0, {"x"}), c.required(1, {"weights"})),
                       c.required(2, {"biases"}))};
}
Values relu_layer(const OperationCall& c) { return {unary("Relu", xw_plus_b(c)[0])}; }

constexpr Operation kLinearOperations[] = {
    {"band_part", band_part},
    {"cast_to_floatx", cast_to_floatx},
    {"cholesky", cholesky},
    {"clip_by_norm", clip_by_norm},
    {"complex", make_complex},
    {"cross", cross},
    {"det", one_factor<"MatrixDeterminant">},
    {"diag", diag},
    {"diag_part", diagonal},
    {"diagflat", diagflat},
    {"diagonal", diagonal},
    {"div", old_division},
    {"dot", dot},
    {"einsum", einsum},
    {"inner", inner},
    {"inv", one_factor<"MatrixInverse">},
    {"l2_normalize", l2_normalize},
    {"l2_normalize_v2", l2_normalize},
    {"matmul", matmul},
    {"matrix_band_part", band_part},
    {"matrix_determinant", one_factor<"MatrixDeterminant">},
    {"matrix_inverse", one_factor<"MatrixInverse">},
    {"matvec", matvec},
    {"norm", norm},
    {"norm_v2", norm},
    {"normalize", normalize},
    {"outer", outer},
    {"qr", qr},
    {"relu_layer", relu_layer},
    {"scalar_mul", scalar_mul},
    {"set_diag", set_diag},
    {"slogdet", slogdet},
    {"solve", solve},
    {"solve_triangular", solve_triangular},
    {"svd", svd},
    {"tensordot", tensordot},
    {"trace", trace},
    {"tril", triangle<true>},
    {"triu", triangle<false>},
    {"vdot", vdot},
    {"xw_plus_b", xw_plus_b},
};

}  // namespace

std::span<const Operation> linear_operations() { return kLinearOperations; }

}  // namespace rill::keras
