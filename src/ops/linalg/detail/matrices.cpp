// Functions of matrices that are made of others. Formulas: tensorflow/python/ops/linalg_ops.py and
// math_ops.py (tensordot).
#include <algorithm>
#include <string>

#include "base/fail.h"
#include "rill/ops/array.hpp"
#include "rill/ops/linalg.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill {
namespace {

std::vector<int64_t> canonical_axes(const Value& x, const std::vector<int64_t>& axes) {
  const int rank = x.shape().rank();
  if (rank < 0) fail(Code::invalid_argument, "tensordot() needs operands of known rank");
  std::vector<int64_t> out;
  for (const int64_t axis : axes) {
    if (axis < -rank || axis >= rank) {
      fail(Code::invalid_argument, "tensordot(): axis ", axis, " of a tensor of rank ", rank);
    }
    out.push_back(axis < 0 ? axis + rank : axis);
  }
  return out;
}

}  // namespace

Value ops::eye(int64_t num_rows, int64_t num_columns, DType dtype) {
  if (num_columns < 0) num_columns = num_rows;
  if (num_rows < 0) fail(Code::invalid_argument, "eye() of ", num_rows, " rows");
  const Value one = cast(Value(1), dtype);
  const Value diagonal = fill(Tensor::vector({std::min(num_rows, num_columns)}), one);
  return matrix_diag(diagonal, Value(0), Value(static_cast<int32_t>(num_rows)),
                     Value(static_cast<int32_t>(num_columns)), cast(Value(0), dtype));
}

Value ops::trace(const Value& x) { return reduce_sum(matrix_diag_part(x), {-1}); }

Value ops::matrix_transpose(const Value& x) { return swap_axes(x, -2, -1); }

Value ops::norm(const Value& x, const Axes& axes, bool keep_dims) {
  if (is_complex(x.dtype())) return sqrt(reduce_sum(real(x * conj(x)), axes, keep_dims));
  return sqrt(reduce_sum(x * x, axes, keep_dims));
}

Value ops::tensordot(const Value& a, const Value& b, const std::vector<int64_t>& axes_a,
                     const std::vector<int64_t>& axes_b) {
  const std::vector<int64_t> of_a = canonical_axes(a, axes_a), of_b = canonical_axes(b, axes_b);
  if (of_a.size() != of_b.size()) {
    fail(Code::invalid_argument, "tensordot() sums over ", of_a.size(), " axes of a, but over ",
         of_b.size(), " of b");
  }
  // Letters of an Einsum: those of a, then new ones for what only b has.
  std::string left, right, out;
  for (int i = 0; i < a.shape().rank(); ++i) left += static_cast<char>('a' + i);
  for (int i = 0; i < b.shape().rank(); ++i) {
    const auto found = std::find(of_b.begin(), of_b.end(), i);
    right += found == of_b.end()
                 ? static_cast<char>('A' + i)
                 : left[static_cast<size_t>(of_a[static_cast<size_t>(found - of_b.begin())])];
  }
  for (const char c : left) {
    if (right.find(c) == std::string::npos) out += c;
  }
  for (const char c : right) {
    if (left.find(c) == std::string::npos) out += c;
  }
  return einsum(left + "," + right + "->" + out, {a, b});
}

Value ops::tensordot(const Value& a, const Value& b, int64_t axes) {
  const int rank = a.shape().rank();
  if (axes < 0 || (rank >= 0 && axes > rank)) {
    fail(Code::invalid_argument, "tensordot() over ", axes, " axes of a tensor of rank ", rank);
  }
  std::vector<int64_t> of_a, of_b;
  for (int64_t i = 0; i < axes; ++i) {
    of_a.push_back(i - axes);
    of_b.push_back(i);
  }
  return tensordot(a, b, of_a, of_b);
}

}  // namespace rill
