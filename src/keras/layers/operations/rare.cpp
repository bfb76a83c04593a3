// Functions of TensorFlow that few models call.
#include <algorithm>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/core/ragged.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/sorting.h"
#include "rill/keras/losses.hpp"

namespace rill::keras {
namespace {

using op::constant_like;
using op::unary;

Value rare_operand(const OperationCall& c) {
  return c.required(0, {"x", "inputs", "t", "input", "images", "per_example_loss", "value"});
}

// Whether each element compares so with the one before.
template <Text kOp>
Values monotonic(const OperationCall& c) {
  const Value flat = op::reshape(rare_operand(c), {-1});
  const Value later = op::slice(flat, {{1}}), earlier = op::slice(flat, {{0, -1}});
  return {op::reduce("All", op::binary(kOp.value, later, earlier), {0})};
}

Values isotonic_regression(const OperationCall& c) {
  const Value x = rare_operand(c);
  const bool decreasing = c.flag(1, {"decreasing"}, true);
  const int axis = c.axis(2, {"axis"}, -1, x.rank());
  const Value last = axis_to_end(x, axis);
  const Value rows = op::reshape(last, {op::Dim(-1), op::dim(last, -1)});
  const DType in = x.dtype();
  const bool small = in == DType::int8 || in == DType::int16;
  const bool kept = in == DType::float32 || in == DType::float16 || in == DType::bfloat16;
  const DType dtype = kept ? in : small ? DType::float32 : DType::float64;
  Values out = emit_all("IsotonicRegression", {decreasing ? rows : unary("Neg", rows)},
                        {{"output_dtype", dtype}});
  if (!decreasing) out[0] = unary("Neg", out[0]);
  for (Value& y : out) y = axis_from_end(op::reshape(y, op::dims(last)), axis);
  return out;
}

// The diagonal above, the main one and the one below, a row each.
Value three_diagonals(const OperationCall& c) {
  const std::string format = c.word(2, {"diagonals_format"}, "compact");
  if (format == "sequence") return op::stack(c.values(0, {"diagonals"}), -2);
  const Value x = c.required(0, {"diagonals"});
  if (format == "compact") return x;
  if (format != "matrix") fail(Code::invalid_argument, c.layer, ": diagonals_format ", format);
  return emit("MatrixDiagPartV3",
              {x, Tensor::vector(std::vector<int32_t>{-1, 1}), constant_like(0, x)},
              {{"align", "LEFT_RIGHT"}});
}
Values tridiagonal_matmul(const OperationCall& c) {
  const Value all = three_diagonals(c);
  const Values rows = op::split(all, 3, all.rank() - 2);
  return {emit("TridiagonalMatMul", {rows[0], rows[1], rows[2], c.required(1, {"rhs"})})};
}
Values tridiagonal_solve(const OperationCall& c) {
  const Value all = three_diagonals(c);
  Value rhs = c.required(1, {"rhs"});
  const bool vector = rhs.rank() == all.rank() - 1;
  const bool turned = c.flag(3, {"transpose_rhs"}, false);
  if (c.flag(4, {"conjugate_rhs"}, false)) rhs = unary("Conj", rhs);
  if (vector) rhs = op::expand_dims(rhs, rhs.rank());
  const auto swapped = [](const Value& x) {
    std::vector<int> order;
    for (int i = 0; i < x.rank(); ++i) order.push_back(i);
    std::swap(order[order.size() - 1], order[order.size() - 2]);
    return op::transpose(x, order);
  };
  if (turned && !vector) rhs = swapped(rhs);
  Value y = emit("TridiagonalSolve", {all, rhs},
                 {{"partial_pivoting", c.flag(6, {"partial_pivoting"}, true)},
                  {"perturb_singular", c.flag(7, {"perturb_singular"}, false)}});
  if (turned && !vector) y = swapped(y);
  return {vector ? op::squeeze(y, y.rank() - 1) : y};
}

Values checked(const OperationCall& c) {
  return {
      emit("CheckNumerics", {rare_operand(c)}, {{"message", c.word(1, {"message", "msg"}, "")}})};
}
// The norm is taken of all elements, over how many they are.
Values clip_by_average_norm(const OperationCall& c) {
  const Value x = rare_operand(c);
  const Value most = op::cast(c.required(1, {"clip_norm"}).without_weakness(), x.dtype());
  const Value flat = op::reshape(x, {-1});
  const Value inverse = unary("Rsqrt", op::reduce("Sum", unary("Square", flat), {0}));
  const Value count = op::cast(emit("Size", {x}), x.dtype());
  const Value scale = op::binary("Minimum", op::mul(inverse, count), unary("Reciprocal", most));
  return {op::mul(op::mul(x, most), scale)};
}
Values average_loss(const OperationCall& c) {
  Value x = rare_operand(c);
  if (const Value weights = c.value(1, {"sample_weight"})) {
    x = op::mul(x, op::cast(weights.without_weakness(), x.dtype()));
  }
  std::vector<int> all;
  for (int i = 0; i < x.rank(); ++i) all.push_back(i);
  Value count = c.value(2, {"global_batch_size"});
  if (!count) count = op::squeeze(op::slice(emit("Shape", {x}), {{0, 1}}), 0);
  return {op::div(op::reduce("Sum", x, all), op::cast(count.without_weakness(), x.dtype()))};
}

// Rank 2 stands for one row, or one column, of each of the batch.
Values batch_dot(const OperationCall& c) {
  const Values v = op::promoted({c.required(0, {"x"}), c.required(1, {"y"})});
  const int ranks[] = {v[0].rank(), v[1].rank()};
  Ints axes{ranks[0] - 1, ranks[1] == 2 ? 1 : ranks[1] - 2};
  if (const auto given = c.ints(2, {"axes"})) axes = {given->front(), given->back()};
  std::string names[2], out = "a";
  char next = 'c';
  for (size_t i = 0; i < 2; ++i) {
    const int along = op::axis_of(c.layer, axes[i], ranks[i]);
    if (along == 0) fail(Code::invalid_argument, c.layer, ": a product along the batch");
    for (int d = 0; d < ranks[i]; ++d) {
      names[i] += d == 0 ? 'a' : d == along ? 'b' : next++;
      if (d > 0 && d != along) out += names[i].back();
    }
  }
  Value y = op::einsum(names[0] + "," + names[1] + "->" + out, v);
  return {y.rank() == 1 ? op::expand_dims(y, 1) : y};
}

Values splits_to_segments(const OperationCall& c) {
  const Value splits = op::cast(c.required(0, {"splits"}), DType::int64);
  return {op::cast(row_of_each(splits), c.dtype(2, {"out_type"}, DType::int64))};
}
Values segments_to_splits(const OperationCall& c) {
  const Value ids = op::cast(c.required(0, {"segment_ids"}), DType::int64);
  Value count = c.value(1, {"num_segments"});
  if (!count) count = op::add(op::reduce("Max", ids, {0}), constant_like(1, ids));
  return {op::cast(splits_from_rows(ids, count), c.dtype(2, {"out_type"}, DType::int64))};
}
Values ragged_range(const OperationCall& c) {
  Value starts = c.required(0, {"starts"}), limits = c.value(1, {"limits"});
  if (!limits) {
    limits = starts;
    starts = op::cast(Tensor::scalar(int32_t{0}), limits.dtype());
  }
  Value deltas = c.value(2, {"deltas"});
  if (!deltas) deltas = Tensor(int64_t{1});
  Values all = op::promoted({starts, limits, deltas});
  const DType dtype = c.dtype(3, {"dtype"}, all[0].dtype());
  for (Value& x : all) x = op::cast(x.without_weakness(), dtype);
  const Values made = emit_all("RaggedRange", all, {{"Tsplits", DType::int64}});
  return {Ragged{{made[0]}, made[1]}.packed()};
}
// The rows of a mask of rank 2 are kept apart.
Values ragged_mask(const OperationCall& c) {
  const Value x = c.required(0, {"data"});
  const Value mask = op::cast(c.required(1, {"mask"}).without_weakness(), DType::bool_);
  if (is_ragged(x) || is_ragged(mask) || mask.rank() != 2) {
    fail(Code::unimplemented, c.layer, ": known is a dense mask of rank 2");
  }
  const Value counts = op::reduce("Sum", op::cast(mask, DType::int64), {1});
  const Value values = emit("GatherNd", {x, emit("Where", {mask})});
  return {Ragged{{splits_from_lengths(counts)}, values}.packed()};
}

template <Value (*kLoss)(const Value&, const Value&)>
Values loss_of(const OperationCall& c) {
  const Value y = c.required(1, {"y_pred"});
  return {kLoss(op::cast(c.required(0, {"y_true"}).without_weakness(), y.dtype()), y)};
}
Values categorical_focal_crossentropy(const OperationCall& c) {
  const Value y = c.required(1, {"output"});
  losses::CategoricalFocalOptions o;
  o.alpha = c.number(2, {"alpha"}, 0.25);
  o.gamma = c.number(3, {"gamma"}, 2);
  o.from_logits = c.flag(4, {"from_logits"}, false);
  o.axis = c.axis(5, {"axis"}, -1, y.rank());
  const Value target = op::cast(c.required(0, {"target"}).without_weakness(), y.dtype());
  return {losses::categorical_focal_crossentropy(target, y, o)};
}

constexpr Operation kRareOperations[] = {
    {"assert_all_finite", checked},
    {"batch_dot", batch_dot},
    {"categorical_focal_crossentropy", categorical_focal_crossentropy},
    {"clip_by_average_norm", clip_by_average_norm},
    {"compute_average_loss", average_loss},
    {"hinge", loss_of<losses::hinge>},
    {"is_non_decreasing", monotonic<"GreaterEqual">},
    {"is_strictly_increasing", monotonic<"Greater">},
    {"isotonic_regression", isotonic_regression},
    {"ragged.boolean_mask", ragged_mask},
    {"ragged.range", ragged_range},
    {"ragged.row_splits_to_segment_ids", splits_to_segments},
    {"ragged.segment_ids_to_row_splits", segments_to_splits},
    {"squared_hinge", loss_of<losses::squared_hinge>},
    {"tridiagonal_matmul", tridiagonal_matmul},
    {"tridiagonal_solve", tridiagonal_solve},
    {"verify_tensor_all_finite", checked},
};

}  // namespace

std::span<const Operation> rare_operations() { return kRareOperations; }

}  // namespace rill::keras
