// Places of values: searched, counted, made unique, gathered in segments.
#include <algorithm>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/sorting.h"

namespace rill::keras {
namespace {

using op::binary;
using op::constant_like;
using op::unary;

Value order_operand(const OperationCall& c) {
  return c.required(0, {"x", "condition", "tensor", "data", "values", "arr", "input"});
}
Tensor whole(int64_t n) { return Tensor::scalar(static_cast<int32_t>(n)); }
Value size_of_last(const Value& x) {
  const op::Dim n = op::dim(x, -1);
  return n.value ? n.value : Value(whole(n.size));
}

// The places of all that are true, a row each.
Value places_where(const Value& x) {
  return emit("Where", {op::cast(x.without_weakness(), DType::bool_)});
}
Values nonzero(const OperationCall& c) {
  const Value x = order_operand(c);
  return op::unstack(op::cast(places_where(x), DType::int32), x.rank(), 1);
}
// Three arguments choose; one alone gives places.
Values where(const OperationCall& c) {
  const Value condition = c.required(0, {"condition"});
  const Value x = c.value(1, {"x1", "x", "then_expression"});
  if (!x && !c.tensorflow) return nonzero(c);
  if (!x) return {places_where(condition)};
  const Values v = op::promoted({x, c.required(2, {"x2", "y", "else_expression"})});
  return {op::select(op::cast(condition.without_weakness(), DType::bool_), v[0], v[1])};
}
// The elements, or parts, where the mask is true: its dimensions become one.
Values boolean_mask(const OperationCall& c) {
  const Value x = order_operand(c);
  const Value mask =
      op::cast(c.required(1, {"mask", "slice_spec"}).without_weakness(), DType::bool_);
  const int axis = c.axis(3, {"axis"}, 0, x.rank());
  const int covered = mask.rank();
  if (covered < 1 || axis + covered > x.rank()) {
    fail(Code::invalid_argument, c.layer, ": a mask of rank ", covered, " along axis ", axis);
  }
  std::vector<op::Dim> dims = op::dims(x);
  dims.erase(dims.begin() + axis, dims.begin() + axis + covered);
  dims.insert(dims.begin() + axis, op::Dim(-1));
  const Value places = op::squeeze(places_where(op::reshape(mask, {-1})), 1);
  return {op::gather(covered == 1 ? x : op::reshape(x, dims), places, axis)};
}

Values search_sorted(const OperationCall& c) {
  const Value sequence = c.required(0, {"sorted_sequence"});
  const Value wanted = op::cast(c.required(1, {"values"}).without_weakness(), sequence.dtype());
  const bool right = c.word(2, {"side"}, "left") == "right";
  const auto rows = [](const Value& x) {
    return op::reshape(x, {op::Dim(-1), op::dim(x, x.rank() - 1)});
  };
  const Value y = emit(right ? "UpperBound" : "LowerBound", {rows(sequence), rows(wanted)},
                       {{"out_type", c.dtype(3, {"out_type"}, DType::int32)}});
  return {op::reshape(y, op::dims(wanted))};
}
// Keras takes the sides of a vector's shape from behind, those of another from the front.
Values unravel_index(const OperationCall& c) {
  Value rest = c.required(0, {"indices"});
  auto sides = c.ints(1, {"shape"});
  if (!sides) fail(Code::invalid_argument, c.layer, ": the shape is missing");
  if (rest.rank() == 1) std::reverse(sides->begin(), sides->end());
  Values out;
  for (const int64_t side : *sides) {
    if (side < 1) fail(Code::invalid_argument, c.layer, ": a side of ", side);
    const Value n = constant_like(static_cast<double>(side), rest);
    out.insert(out.begin(), binary("FloorMod", rest, n));
    rest = binary("FloorDiv", rest, n);
  }
  return out;
}
// The kth smallest and those below, then the rest (argpartition() of keras.ops: by int32).
Values argpartition(const OperationCall& c) {
  Value x = op::cast(order_operand(c).without_weakness(), DType::int32);
  const bool flat = c.config.contains("axis") && !c.constant(2, {"axis"});
  if (flat) x = op::reshape(x, {-1});
  const int axis = flat ? 0 : c.axis(2, {"axis"}, -1, x.rank());
  x = axis_to_end(x, axis);
  const Value n = size_of_last(x);
  const Value kth =
      binary("Maximum", binary("Minimum", whole(c.integer(1, {"kth"}, 0)), op::sub(n, whole(1))),
             whole(0));
  const Value lower = emit_all("TopKV2", {unary("Neg", x), op::add(kth, whole(1))})[1];
  const Value hot = emit("OneHot", {lower, n, whole(1), whole(0)});
  const Value taken = places_where(op::reduce("Sum", hot, {hot.rank() - 2}));
  const Value zeros =
      emit("Fill", {op::shape_vector({op::dim(taken, 0)}), op::constant(0, DType::int32)});
  const Value others = emit("TensorScatterUpdate", {x, taken, zeros});
  const Value upper = emit_all("TopKV2", {others, op::sub(op::sub(n, kth), whole(1))})[1];
  return {axis_from_end(op::concat({lower, upper}, lower.rank() - 1), axis)};
}

// Each value once, sorted, and what is asked for beside: first places, the way back, counts.
Values unique_sorted(const OperationCall& c) {
  const Value x = order_operand(c);
  if (c.constant(99, {"axis"})) fail(Code::unimplemented, c.layer, ": unique rows");
  const Value flat = op::reshape(x, {-1});
  const Values found = emit_all("UniqueWithCounts", {flat}, {{"out_idx", DType::int32}});
  const Value places = emit("Range", {whole(0), size_of_last(flat), whole(1)});
  Values out = {found[0]};
  const Value count = size_of_last(found[0]);
  Value first = emit("UnsortedSegmentMin", {places, found[1], count});
  Value back = found[1], counts = found[2];
  if (c.flag(99, {"sorted"}, true)) {
    const Value order = sorted(found[0], 0, false).indices;
    out[0] = op::gather(found[0], order, 0);
    first = op::gather(first, order, 0);
    counts = op::gather(counts, order, 0);
    back = op::gather(unary("InvertPermutation", order), back, 0);
  }
  if (const Json* size = c.constant(99, {"size"})) {
    const Value kept = binary("Minimum", count, whole(size->as_int()));
    const Value more = op::sub(whole(size->as_int()), kept);
    const auto fitted = [&](const Value& v, double fill) {
      const Value cut =
          emit("Slice", {v, op::shape_vector({op::Dim(0)}), op::expand_dims(kept, 0)});
      const Value pads = op::expand_dims(op::stack({whole(0), more}, 0), 0);
      return op::reshape(emit("PadV2", {cut, pads, constant_like(fill, v)}),
                         {op::Dim(size->as_int())});
    };
    out[0] = fitted(out[0], c.number(99, {"fill_value"}, 0));
    first = fitted(first, 1);
    counts = fitted(counts, 0);
  }
  if (c.flag(99, {"return_index"}, false)) out.push_back(first);
  if (c.flag(99, {"return_inverse"}, false)) out.push_back(op::reshape(back, op::dims(x)));
  if (c.flag(99, {"return_counts"}, false)) out.push_back(counts);
  return out;
}
// TensorFlow leaves them in the order of appearance.
template <bool kCounts>
Values unique(const OperationCall& c) {
  if (!c.tensorflow) return unique_sorted(c);
  return emit_all(kCounts ? "UniqueWithCounts" : "Unique", {order_operand(c)},
                  {{"out_idx", c.dtype(1, {"out_idx"}, DType::int32)}});
}

// How often each number occurs. TensorFlow counts all at once unless an axis is given.
Values bincount(const OperationCall& c) {
  Value x = order_operand(c).without_weakness();
  if (x.dtype() != DType::int64) x = op::cast(x, DType::int32);
  if (c.tensorflow && !c.constant(99, {"axis"})) x = op::reshape(x, {-1});
  const Value most = op::add(op::reduce("Max", op::reshape(x, {-1}), {0}), constant_like(1, x));
  Value size = binary("Maximum", most,
                      constant_like(static_cast<double>(c.integer(2, {"minlength"}, 0)), x));
  if (const Json* limit = c.constant(99, {"maxlength"})) {
    size = binary("Minimum", size, constant_like(limit->as_double(), x));
  }
  Value weights = c.value(1, {"weights"});
  weights = weights ? weights.without_weakness()
                    : Value(Tensor(c.dtype(99, {"dtype"}, DType::int32), Shape{0}));
  return {emit("DenseBincount", {x, size, weights},
               {{"binary_output", c.flag(99, {"binary_output"}, false)}})};
}
Values histogram_bins(const OperationCall& c) {
  const Value x = order_operand(c);
  const Value range = op::cast(c.required(1, {"value_range"}).without_weakness(), x.dtype());
  const Values ends = op::unstack(range, 2, 0);
  const auto bins = static_cast<double>(c.integer(2, {"nbins"}, 100));
  const Value share = op::div(op::sub(x, ends[0]), op::sub(ends[1], ends[0]));
  const Value place = unary("Floor", op::mul(share, constant_like(bins, share)));
  const Value inside = binary("Minimum", binary("Maximum", place, constant_like(0, place)),
                              constant_like(bins - 1, place));
  return {op::cast(inside, c.dtype(3, {"dtype"}, DType::int32))};
}
Values confusion_matrix(const OperationCall& c) {
  const Value labels = op::cast(c.required(0, {"labels"}), DType::int64);
  const Value predictions = op::cast(c.required(1, {"predictions"}), DType::int64);
  const int64_t classes = c.integer(2, {"num_classes"}, 0);
  if (classes < 1) fail(Code::unimplemented, c.layer, ": an unknown number of classes");
  const DType dtype = c.dtype(4, {"dtype"}, DType::int32);
  const Value weights = c.value(3, {"weights"});
  const Value ones = weights ? op::cast(weights.without_weakness(), dtype)
                             : op::cast(unary("OnesLike", labels), dtype);
  return {emit("ScatterNd", {op::stack({labels, predictions}, labels.rank()), ones,
                             Tensor::vector(std::vector<int64_t>{classes, classes})})};
}

// The sum of each segment over the number of its rows, or over the root of that.
template <bool kRoot>
Values segment_means(const OperationCall& c) {
  Value x = order_operand(c);
  if (is_integer(x.dtype())) x = op::cast(x, DType::float64);
  const Value ids = op::cast(c.required(1, {"segment_ids"}), DType::int32);
  const Value count = whole(c.integer(2, {"num_segments"}, 0));
  const Value ones = op::cast(unary("OnesLike", ids), x.dtype());
  Value rows = emit("UnsortedSegmentSum", {ones, ids, count});
  rows = binary("Maximum", rows, constant_like(1, rows));
  for (int i = ids.rank(); i < x.rank(); ++i) rows = op::expand_dims(rows, rows.rank());
  return {op::div(emit("UnsortedSegmentSum", {x, ids, count}), kRoot ? unary("Sqrt", rows) : rows)};
}

constexpr Operation kOrderOperations[] = {
    {"argpartition", argpartition},
    {"bincount", bincount},
    {"boolean_mask", boolean_mask},
    {"boolean_mask_v2", boolean_mask},
    {"confusion_matrix", confusion_matrix},
    {"histogram_fixed_width_bins", histogram_bins},
    {"nonzero", nonzero},
    {"search_sorted", search_sorted},
    {"searchsorted", search_sorted},
    {"unique", unique<false>},
    {"unique_with_counts", unique<true>},
    {"unravel_index", unravel_index},
    {"unsorted_segment_mean", segment_means<false>},
    {"unsorted_segment_sqrt_n", segment_means<true>},
    {"where", where},
    {"where_v2", where},
};

}  // namespace

std::span<const Operation> order_operations() { return kOrderOperations; }

}  // namespace rill::keras
