// Ragged tensors as TensorFlow's functions and the methods of tf.RaggedTensor have them
// (tensorflow/python/ops/ragged).
#include "keras/layers/operations/ragged.h"

#include <algorithm>
#include <array>

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/ragged.h"
#include "keras/layers/operations/raw.h"

namespace rill::keras {
namespace {

Ragged self(const OperationCall& c) {
  return unpack_ragged(c.required(0, {"input", "rt_input", "input_tensor", "data", "self"}));
}
Value zero() { return Tensor::scalar(int64_t{0}); }
Value one() { return Tensor::scalar(int64_t{1}); }
Value all_but(const Value& splits, bool last) {
  return op::slice(splits, {last ? op::Range{0, -1} : op::Range{1}});
}

// Splits and values inside: a ragged tensor of values lies within the outer rows.
Value of_parts(const Value& splits, const Value& values) {
  Ragged out;
  if (is_ragged(values)) out = unpack_ragged(values);
  if (!out.values) out.values = values;
  out.splits.insert(out.splits.begin(), op::cast(splits.without_weakness(), DType::int64));
  return out.packed();
}
Value inner(const Ragged& x) {
  if (x.splits.size() == 1) return x.values;
  return Ragged{Values(x.splits.begin() + 1, x.splits.end()), x.values}.packed();
}

// What needs no arguments, by the name in the config.
Values part(const OperationCall& c) {
  const std::string name = member_text(c.config, "attr_name");
  const Ragged x = self(c);
  const Value& splits = x.splits[0];
  if (name == "nested_row_splits") return x.splits;
  Values out;
  if (name == "nested_row_lengths") {
    for (const Value& level : x.splits) out.push_back(row_lengths(level));
    return out;
  }
  out.push_back(name == "flat_values"    ? x.values
                : name == "values"       ? inner(x)
                : name == "row_splits"   ? splits
                : name == "row_lengths"  ? row_lengths(splits)
                : name == "row_starts"   ? all_but(splits, true)
                : name == "row_limits"   ? all_but(splits, false)
                : name == "nrows"        ? row_count(splits)
                : name == "value_rowids" ? row_of_each(splits)
                                         : x.packed());  // with_row_splits_dtype
  return out;
}
Values with_values(const OperationCall& c) {
  return {of_parts(self(c).splits[0], c.required(1, {"new_values"}))};
}
Values with_flat_values(const OperationCall& c) {
  return {self(c).with(c.required(1, {"new_values"})).packed()};
}
Values bounding_shape(const OperationCall& c) {
  const Ragged x = self(c);
  Values dims{op::expand_dims(row_count(x.splits[0]), 0)};
  for (const Value& splits : x.splits) {
    const Value longest = op::reduce("Max", row_lengths(splits), {0});
    dims.push_back(op::expand_dims(op::binary("Maximum", longest, zero()), 0));
  }
  const Value sizes = emit("Shape", {x.values}, {{"out_type", DType::int64}});
  dims.push_back(op::slice(sizes, {{1}}));
  return {op::concat(dims, 0)};
}

Values to_tensor(const OperationCall& c) {
  const Ragged x = self(c);
  Value filling = c.value(1, {"default_value"});
  if (!filling) filling = usual_filling(x.values.dtype());
  if (x.values.dtype() != DType::string) {
    filling = op::cast(filling.without_weakness(), x.values.dtype());
  }
  return {ragged_to_dense(x, filling, c.ints(2, {"shape"}).value_or(std::vector<int64_t>{}))};
}

Values merge_dims(const OperationCall& c) {
  Ragged x = self(c);
  const int rank = x.rank(), depth = static_cast<int>(x.splits.size());
  const int outer = c.axis(1, {"outer_axis"}, 0, rank);
  const int last = c.axis(2, {"inner_axis"}, 1, rank);
  if (outer >= last) fail(Code::invalid_argument, "merge_dims: from ", outer, " to ", last);
  if (last > depth) fail(Code::unimplemented, "merge_dims of dimensions that are not ragged");
  if (outer == 0) {
    x.splits.erase(x.splits.begin(), x.splits.begin() + last);
    return {x.splits.empty() ? x.values : x.packed()};
  }
  for (int i = outer; i < last; ++i) {
    Value& kept = x.splits[static_cast<size_t>(outer) - 1];
    kept = op::gather(x.splits[static_cast<size_t>(outer)], kept, 0);
    x.splits.erase(x.splits.begin() + outer);
  }
  return {x.packed()};
}

Value how_many(const Value& values) {
  if (is_ragged(values)) return row_count(unpack_ragged(values).splits[0]);
  return op::cast(op::reshape(op::shape_vector({op::dim(values, 0)}), {}), DType::int64);
}
// Rows of the values, which the second argument tells.
Values from_rows(const OperationCall& c) {
  const std::string name = member_text(c.config, "method_name");
  const Value inside = c.required(0, {"values"});
  const Value given = op::cast(c.required(1, {"row_splits", "row_lengths", "value_rowids",
                                              "row_starts", "row_limits", "uniform_row_length"})
                                   .without_weakness(),
                               DType::int64);
  Value splits = given;
  if (name == "from_row_lengths") splits = splits_from_lengths(given);
  if (name == "from_row_limits") splits = op::concat({op::expand_dims(zero(), 0), given}, 0);
  if (name == "from_row_starts") {
    splits = op::concat({given, op::expand_dims(how_many(inside), 0)}, 0);
  }
  if (name == "from_uniform_row_length") {
    splits = emit("Range", {zero(), op::add(how_many(inside), one()), given});
  }
  if (name == "from_value_rowids") {
    Value count = c.value(2, {"nrows"});
    if (!count) count = op::add(op::reduce("Max", given, {0}), one());
    splits = splits_from_rows(given, count);
  }
  return {of_parts(splits, inside)};
}
Values from_nested(const OperationCall& c, const char* what, Value (*splits_of)(const Value&)) {
  Value out = c.required(0, {"flat_values"});
  const Values levels = c.values(1, {what});
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    out = of_parts(splits_of(*level), out);
  }
  return {out};
}
Values from_nested_row_splits(const OperationCall& c) {
  return from_nested(c, "nested_row_splits", [](const Value& x) { return x; });
}
Values from_nested_row_lengths(const OperationCall& c) {
  return from_nested(c, "nested_row_lengths", splits_from_lengths);
}
// How long each row is without the padding at its end.
Value unpadded(const Value& x, const Value& padding) {
  Value other = op::binary("NotEqual", x, op::cast(padding.without_weakness(), x.dtype()));
  for (int i = x.rank() - 1; i > 1; --i) other = op::reduce("Any", other, {i});
  const op::Dim size = op::dim(x, 1);
  const Value end = size.size >= 0 ? Value(Tensor::scalar(size.size + 1))
                                   : op::add(op::cast(size.value, DType::int64), one());
  const Value places = emit("Range", {one(), end, one()});
  const Value reached = op::mul(op::cast(other, DType::int64), places);
  return op::binary("Maximum", op::reduce("Max", reached, {1}), zero());
}
Values from_tensor(const OperationCall& c) {
  const Value x = c.required(0, {"tensor"});
  Value counts = c.value(1, {"lengths"});
  const auto depth = static_cast<int>(c.integer(3, {"ragged_rank"}, 1));
  if (depth < 1 || depth >= x.rank()) {
    fail(Code::invalid_argument, "from_tensor: a ragged_rank of ", depth, " for a tensor of rank ",
         x.rank());
  }
  if (const Value padding = c.value(2, {"padding"}); padding && !counts) {
    counts = unpadded(x, padding);
  }
  if (!counts) return {ragged_from_dense(x, depth).packed()};
  if (depth > 1) fail(Code::unimplemented, "from_tensor with lengths of several dimensions");
  return {ragged_from_lengths(x, counts).packed()};
}

struct Reduction {
  const char* function;
  const char* flat;     // of all values
  const char* segment;  // of those of a row
};
constexpr Reduction kReductions[] = {
    {"reduce_sum", "Sum", "UnsortedSegmentSum"},   {"reduce_prod", "Prod", "UnsortedSegmentProd"},
    {"reduce_max", "Max", "UnsortedSegmentMax"},   {"reduce_min", "Min", "UnsortedSegmentMin"},
    {"reduce_mean", "Mean", "UnsortedSegmentSum"}, {"reduce_any", "Any", "UnsortedSegmentSum"},
    {"reduce_all", "All", "UnsortedSegmentMin"},
};

Value by_segments(const Reduction& r, Value x, const Value& ids, const Value& count) {
  const bool boolean = x.dtype() == DType::bool_;
  if (boolean) x = op::cast(x, DType::int32);
  const Value segments = op::cast(count, DType::int32);
  Value out = emit(r.segment, {x, ids, segments});
  if (boolean) return op::cast(out, DType::bool_);
  if (std::string_view(r.flat) != "Mean") return out;
  const Value sums = emit(r.segment, {op::unary("OnesLike", x), ids, segments});
  if (!is_integer(x.dtype())) return op::div(out, sums);
  return op::div(op::cast(out, DType::float64), op::cast(sums, DType::float64));
}

Value reduced_along(const OperationCall& c, const Reduction& r, const Value& given, int axis,
                    bool keep) {
  if (!is_ragged(given)) return op::reduce(r.flat, given, {axis}, keep);
  const Ragged x = unpack_ragged(given);
  const int depth = static_cast<int>(x.splits.size());
  if (axis > depth) return x.with(op::reduce(r.flat, x.values, {axis - depth}, keep)).packed();
  if (axis < depth && (axis > 0 || depth > 1)) {
    fail(Code::unimplemented, c.layer, ": reduction along axis ", axis, " of ", depth + 1,
         " ragged ones; known are the innermost and those behind");
  }
  if (axis == 0) {
    const Value counts = row_lengths(x.splits[0]);
    const Value longest = op::binary("Maximum", op::reduce("Max", counts, {0}), zero());
    const Value places = emit_all("RaggedRange", {zero(), counts, one()})[1];
    const Value y = by_segments(r, x.values, places, longest);
    return keep ? op::expand_dims(y, 0) : y;
  }
  const Value& splits = x.splits.back();
  Value y = by_segments(r, x.values, row_of_each(splits), row_count(splits));
  if (keep) y = op::expand_dims(y, 1);
  if (depth == 1) return y;
  return Ragged{Values(x.splits.begin(), x.splits.end() - 1), y}.packed();
}

Values reduced(const OperationCall& c, const Reduction& r) {
  const Ragged x = self(c);
  const bool keep = c.flag(2, {"keepdims"}, false);
  const auto given = c.ints(1, {"axis"});
  if (!given) {
    std::vector<int> all;
    for (int i = 0; i < x.values.rank(); ++i) all.push_back(i);
    Value y = op::reduce(r.flat, x.values, all);
    for (int i = 0; keep && i < x.rank(); ++i) y = op::expand_dims(y, 0);
    return {y};
  }
  std::vector<int> axes = op::axes_of(c.layer, *given, x.rank());
  std::sort(axes.rbegin(), axes.rend());
  const auto along_all = [&](const Reduction& how, Value y) {
    for (const int axis : axes) y = reduced_along(c, how, y, axis, keep);
    return y;
  };
  if (axes.size() == 1 || std::string_view(r.flat) != "Mean") return {along_all(r, x.packed())};
  // A mean of means would weigh short rows as long ones.
  const bool whole = is_integer(x.values.dtype());
  const Value values = whole ? op::cast(x.values, DType::float64) : x.values;
  const Value sums = along_all(kReductions[0], x.with(values).packed());
  const Value counts = along_all(kReductions[0], x.with(op::unary("OnesLike", values)).packed());
  if (!is_ragged(sums)) return {op::div(sums, counts)};
  const Ragged parts = unpack_ragged(sums);
  return {parts.with(op::div(parts.values, unpack_ragged(counts).values)).packed()};
}
template <size_t kAt>
Values reduction(const OperationCall& c) {
  return reduced(c, kReductions[kAt]);
}
Values reduce_join(const OperationCall& c) {
  const Ragged x = self(c);
  const auto axes = c.ints(1, {"axis"});
  const std::string separator = c.word(3, {"separator"}, "");
  const int depth = static_cast<int>(x.splits.size());
  const bool innermost = axes && axes->size() == 1 && x.values.rank() == 1 &&
                         op::axis_of(c.layer, axes->at(0), x.rank()) == depth;
  if (!innermost) fail(Code::unimplemented, c.layer, ": known is the join of the innermost axis");
  const Value& splits = x.splits.back();
  Value y = emit("UnsortedSegmentJoin",
                 {x.values, row_of_each(splits), op::cast(row_count(splits), DType::int32)},
                 {{"separator", separator}});
  if (c.flag(2, {"keepdims"}, false)) y = op::expand_dims(y, 1);
  if (depth == 1) return {y};
  return {Ragged{Values(x.splits.begin(), x.splits.end() - 1), y}.packed()};
}

// Indices into a dense table, or rows of a ragged one.
Values gathered(const OperationCall& c) {
  const Value params = c.required(0, {"params"}), indices = c.required(1, {"indices", "ids"});
  if (!is_ragged(params)) {
    const Ragged at = unpack_ragged(indices);
    return {at.with(op::gather(params, at.values, 0)).packed()};
  }
  const Ragged x = unpack_ragged(params);
  if (is_ragged(indices)) fail(Code::unimplemented, c.layer, ": ragged rows by ragged indices");
  Values inputs = x.splits;
  inputs.push_back(x.values);
  inputs.push_back(indices);
  const auto depth = static_cast<int64_t>(x.splits.size());
  Values parts =
      emit_all("RaggedGather", inputs,
               {{"PARAMS_RAGGED_RANK", depth}, {"OUTPUT_RAGGED_RANK", depth + indices.rank() - 1}});
  Ragged out{{}, std::move(parts.back())};
  parts.pop_back();
  out.splits = std::move(parts);
  return {out.packed()};
}

// [rows, items of each row, ...]: those behind are of the values.
Values sliced(const OperationCall& c) {
  Ragged x = self(c);
  const Json* key = c.constant(1, {"key", "slice_spec"});
  if (key == nullptr) {
    fail(Code::unimplemented, c.layer, ": known of a ragged tensor are slices that are constants");
  }
  Json items = Json::array();
  if (key->is_array())
    items = *key;
  else
    items.push_back(*key);
  std::vector<op::Range> ranges;
  for (const Json& item : items.as_array()) {
    if (!item.is_object() || !item.contains("start")) {
      fail(Code::unimplemented, c.layer, ": known of a ragged tensor are slices");
    }
    const auto number = [&](const char* name, int64_t otherwise) {
      const Json* found = item.find(name);
      return found && found->is_int() ? found->as_int() : otherwise;
    };
    ranges.push_back({number("start", 0), number("stop", INT64_MAX), number("step", 1)});
    if (ranges.size() <= 2 && ranges.back().step != 1) {
      fail(Code::unimplemented, c.layer, ": a step of ", ranges.back().step, " in ragged rows");
    }
  }
  if (ranges.size() > 2 && x.splits.size() > 1) {
    fail(Code::unimplemented, c.layer, ": slices of the third ragged dimension");
  }
  const auto all = [](const op::Range& r) { return r.begin == 0 && r.end == INT64_MAX; };
  Value starts = all_but(x.splits[0], true), limits = all_but(x.splits[0], false);
  if (!ranges.empty() && !all(ranges[0])) {
    starts = op::slice(starts, {ranges[0]});
    limits = op::slice(limits, {ranges[0]});
  }
  if (ranges.size() > 1) {
    const auto at = [&](int64_t n) {
      const Value from = op::add(n < 0 ? limits : starts, Tensor::scalar(n));
      return op::binary("Minimum", op::binary("Maximum", from, starts), limits);
    };
    const Value first = at(ranges[1].begin);
    if (ranges[1].end != INT64_MAX) limits = op::binary("Maximum", at(ranges[1].end), first);
    starts = first;
  }
  const Values places = emit_all("RaggedRange", {starts, limits, one()});
  const Value inside = inner(x);
  Value kept;
  if (is_ragged(inside)) {
    const Values inputs{inside, places[1]};
    const OperationCall rows{inputs, CallSpec::of_inputs(2, false), c.config, c.layer, true};
    kept = gathered(rows)[0];
  } else {
    kept = op::gather(inside, places[1], 0);
  }
  if (ranges.size() > 2) {
    ranges.erase(ranges.begin());
    ranges[0] = {};
    kept = op::slice(kept, ranges);
  }
  return {of_parts(places[0], kept)};
}

// Rows behind each other, or each row of one behind that of another.
Values concatenated(const OperationCall& c) {
  const Values parts = c.values(0, {"values"});
  const auto count = static_cast<int64_t>(parts.size());
  const int64_t axis = c.integer(1, {"axis"}, 0);
  Value values, splits;
  Values all_values, all_lengths;
  for (const Value& part : parts) {
    const Ragged x = is_ragged(part) ? unpack_ragged(part) : ragged_from_dense(part, 1);
    if (x.splits.size() != 1) fail(Code::unimplemented, c.layer, ": several ragged dimensions");
    all_values.push_back(x.values);
    all_lengths.push_back(row_lengths(x.splits[0]));
  }
  if (axis != 0 && axis != 1 && axis + 2 != 1) {
    fail(Code::unimplemented, c.layer, ": ragged tensors behind each other along axis ", axis);
  }
  const Ragged behind{{splits_from_lengths(op::concat(all_lengths, 0))}, op::concat(all_values, 0)};
  if (axis == 0) return {behind.packed()};
  const Value rows = op::cast(op::shape_vector({op::dim(all_lengths[0], 0)}), DType::int64);
  const Value total = op::mul(op::reshape(rows, {}), Tensor::scalar(count));
  const Value numbers = op::reshape(emit("Range", {zero(), total, one()}), {op::Dim(count), -1});
  const Value order = op::reshape(op::transpose(numbers, {1, 0}), {op::Dim(-1)});
  const Values inputs{behind.packed(), order};
  const OperationCall call{inputs, CallSpec::of_inputs(2, false), c.config, c.layer, true};
  Ragged out = unpack_ragged(gathered(call)[0]);
  out.splits[0] = op::slice(out.splits[0], {{0, INT64_MAX, count}});
  return {out.packed()};
}

constexpr Operation kOnRagged[] = {
    {"concat", concatenated},
    {"embedding_lookup", gathered},
    {"gather", gathered},
    {"reduce_all", reduction<6>},
    {"reduce_any", reduction<5>},
    {"reduce_max", reduction<2>},
    {"reduce_mean", reduction<4>},
    {"reduce_min", reduction<3>},
    {"reduce_prod", reduction<1>},
    {"reduce_sum", reduction<0>},
    {"strings.reduce_join", reduce_join},
};
// Beside those of the elementwise table.
constexpr std::string_view kByItem[] = {"cast",    "clip_by_value", "dropout", "hash",
                                        "one_hot", "ones_like",     "where",   "zeros_like"};
constexpr Operation kAlways[] = {
    {"ragged.bounding_shape", bounding_shape},
    {"ragged.flat_values", part},
    {"ragged.from_nested_row_lengths", from_nested_row_lengths},
    {"ragged.from_nested_row_splits", from_nested_row_splits},
    {"ragged.from_row_lengths", from_rows},
    {"ragged.from_row_limits", from_rows},
    {"ragged.from_row_splits", from_rows},
    {"ragged.from_row_starts", from_rows},
    {"ragged.from_tensor", from_tensor},
    {"ragged.from_uniform_row_length", from_rows},
    {"ragged.from_value_rowids", from_rows},
    {"ragged.merge_dims", merge_dims},
    {"ragged.nested_row_lengths", part},
    {"ragged.nested_row_splits", part},
    {"ragged.nrows", part},
    {"ragged.row_lengths", part},
    {"ragged.row_limits", part},
    {"ragged.row_splits", part},
    {"ragged.row_starts", part},
    {"ragged.to_tensor", to_tensor},
    {"ragged.value_rowids", part},
    {"ragged.values", part},
    {"ragged.with_flat_values", with_flat_values},
    {"ragged.with_row_splits_dtype", part},
    {"ragged.with_values", with_values},
    {"ragged_getitem", sliced},
};

}  // namespace

std::span<const Operation> ragged_operations() { return kAlways; }

bool has_ragged(const Values& inputs) {
  return std::any_of(inputs.begin(), inputs.end(), is_ragged);
}

Values on_ragged(const std::string& function, OperationFn fn, const OperationCall& call) {
  for (const Operation& operation : kOnRagged) {
    if (function == operation.name) return operation.fn(call);
  }
  const auto holds = [fn](std::span<const Operation> family) {
    return fn != nullptr && std::any_of(family.begin(), family.end(),
                                        [fn](const Operation& o) { return o.fn == fn; });
  };
  if (holds(kAlways) || holds(ragged_text_operations())) return fn(call);
  const bool by_item = holds(elementwise_operations()) || (!fn && function.starts_with("strings."));
  if (!by_item &&
      std::find(std::begin(kByItem), std::end(kByItem), function) == std::end(kByItem)) {
    fail(Code::unimplemented, "layer ", quoted(call.layer), ": ", function, " of ragged tensors");
  }
  Ragged rows;
  Values flat;
  for (const Value& x : call.inputs) {
    flat.push_back(x);
    if (is_ragged(x)) {
      if (rows.splits.empty()) rows = unpack_ragged(x);
      flat.back() = unpack_ragged(x).values;
    } else if (x.rank() != 0) {
      fail(Code::unimplemented, "layer ", quoted(call.layer), ": ", function,
           " of a ragged tensor and one of shape ", x.shape());
    }
  }
  const OperationCall inner{flat, call.spec, call.config, call.layer, call.tensorflow};
  Values out = fn ? fn(inner) : raw_operation(function, inner);
  for (Value& y : out) y = rows.with(y).packed();
  return out;
}

}  // namespace rill::keras
