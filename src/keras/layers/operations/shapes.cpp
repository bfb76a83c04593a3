// Functions that move, repeat, join or cut values, and those that make new ones of a shape.
#include <algorithm>
#include <numeric>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/operation_table.h"

namespace rill::keras {
namespace {

Value shape_operand(const OperationCall& c) {
  return c.required(0, {"x", "input", "tensor", "a", "t", "value", "inputs", "array", "image"});
}
Values list(const OperationCall& c) { return c.values(0, {"xs", "x", "values", "tensors"}); }
std::vector<int> counting(int n) {
  std::vector<int> out(static_cast<size_t>(n));
  std::iota(out.begin(), out.end(), 0);
  return out;
}
Value flat(const Value& x) { return op::reshape(x, {-1}); }

Values concatenate(const OperationCall& c) {
  const Values parts = op::promoted(list(c));
  if (parts.empty()) fail(Code::invalid_argument, c.layer, ": nothing to concatenate");
  return {op::concat(parts, c.axis(1, {"axis"}, c.tensorflow ? 0 : -1, parts[0].rank()))};
}
// One tensor is the list of its rows.
Values stack(const OperationCall& c) {
  if (const Argument* only = c.spec.find(0, "values"); c.tensorflow && only && only->is_tensor()) {
    const Value x = c.inputs[static_cast<size_t>(only->tensor)];
    std::vector<int> order = counting(x.rank());
    order.erase(order.begin());
    order.insert(order.begin() + c.axis(1, {"axis"}, 0, x.rank()), 0);
    return {op::transpose(x, order)};
  }
  const Values parts = op::promoted(list(c));
  if (parts.empty()) fail(Code::invalid_argument, c.layer, ": nothing to stack");
  return {op::stack(parts, c.axis(1, {"axis"}, 0, parts[0].rank() + 1))};
}
// hstack, vstack, dstack: along the dimension kAxis, which all are given.
template <int kAxis>
Values joined(const OperationCall& c) {
  Values parts = op::promoted(list(c));
  for (Value& x : parts) {
    if (kAxis != 1 && x.rank() < 2) x = op::expand_dims(x, 0);
    if (kAxis == 2 && x.rank() < 3) x = op::expand_dims(x, 2);
  }
  return {op::concat(parts, std::min(kAxis, parts.at(0).rank() - 1))};
}
Values append(const OperationCall& c) {
  Values parts = op::promoted({c.required(0, {"x1"}), c.required(1, {"x2"})});
  if (c.constant(2, {"axis"})) return {op::concat(parts, c.axis(2, {"axis"}, 0, parts[0].rank()))};
  for (Value& x : parts) x = flat(x);
  return {op::concat(parts, 0)};
}

std::vector<Value> cut(const Value& x, const std::vector<int64_t>& ends, int axis) {
  std::vector<Value> out;
  int64_t begin = 0;
  for (const int64_t end : ends) {
    std::vector<op::Range> ranges(static_cast<size_t>(x.rank()));
    ranges[static_cast<size_t>(axis)] = {begin, end, 1};
    out.push_back(op::slice(x, ranges));
    begin = end;
  }
  return out;
}
// Into equal parts; at places (Keras), or into parts of given sizes (TensorFlow).
Values split_along_axis(const OperationCall& c, const Value& x, int axis) {
  const Json* parts = c.constant(1, {"indices_or_sections", "num_or_size_splits"});
  if (!parts) fail(Code::unimplemented, c.layer, ": a split by a tensor");
  if (parts->is_int()) return op::split(x, static_cast<int>(parts->as_int()), axis);
  std::vector<int64_t> ends;
  int64_t end = 0;
  for (const Json& item : parts->as_array()) {
    const int64_t n = item.as_int();
    if (c.tensorflow && n < 0) fail(Code::unimplemented, c.layer, ": a part of unknown size");
    end = c.tensorflow ? end + n : n;
    ends.push_back(end);
  }
  if (!c.tensorflow) ends.push_back(INT64_MAX);
  return cut(x, ends, axis);
}
Values split(const OperationCall& c) {
  const Value x = shape_operand(c);
  return split_along_axis(c, x, c.axis(2, {"axis"}, 0, x.rank()));
}
// hsplit, vsplit, dsplit.
template <int kAxis>
Values split_along(const OperationCall& c) {
  const Value x = shape_operand(c);
  return split_along_axis(c, x, std::min(kAxis, x.rank() - 1));
}
// The first parts are longer by one where it does not come out even.
Values array_split(const OperationCall& c) {
  const Value x = shape_operand(c);
  const int axis = c.axis(2, {"axis"}, 0, x.rank());
  const int64_t n = c.integer(1, {"indices_or_sections"}, 0);
  const int64_t size = x.shape()[axis];
  if (n < 1 || size < 0) fail(Code::unimplemented, c.layer, ": a split of unknown sizes");
  std::vector<int64_t> ends;
  for (int64_t i = 0, end = 0; i < n; ++i) ends.push_back(end += size / n + (i < size % n ? 1 : 0));
  return cut(x, ends, axis);
}
Values unstack(const OperationCall& c) {
  const Value x = shape_operand(c);
  const int axis = c.axis(2, {"axis"}, 0, x.rank());
  const int64_t count = c.integer(1, {"num"}, x.shape()[axis]);
  if (count < 0) fail(Code::invalid_argument, c.layer, ": the number of parts is not known");
  return op::unstack(x, static_cast<int>(count), axis);
}

Values expand_dims(const OperationCall& c) {
  Value x = shape_operand(c);
  const auto given = c.ints(1, {"axis", "dim"}).value_or(std::vector<int64_t>{-1});
  std::vector<int> axes = op::axes_of(c.layer, given, x.rank() + static_cast<int>(given.size()));
  std::sort(axes.begin(), axes.end());
  for (const int axis : axes) x = op::expand_dims(x, axis);
  return {x};
}
Values squeeze(const OperationCall& c) {
  return {emit(
      "Squeeze", {shape_operand(c)},
      {{"squeeze_dims", c.ints(1, {"axis", "squeeze_dims"}).value_or(std::vector<int64_t>{})}})};
}
Values reshape(const OperationCall& c) {
  const Value x = shape_operand(c);
  if (const auto dims = c.dims(1, {"newshape", "shape"})) return {op::reshape(x, *dims)};
  return {emit("Reshape", {x, c.shape(1, {"newshape", "shape"})})};
}
Values converted(const OperationCall& c) {
  const Value x = shape_operand(c);
  return {op::cast(x.without_weakness(), c.dtype(1, {"dtype"}, x.dtype()))};
}
Values ravel(const OperationCall& c) { return {flat(shape_operand(c))}; }
Values batch_flatten(const OperationCall& c) {
  const Value x = shape_operand(c);
  int64_t size = 1;
  for (int i = 1; i < x.rank(); ++i) size = x.shape()[i] < 0 || size < 0 ? -1 : size * x.shape()[i];
  if (size >= 0) return {op::reshape(x, {-1, size})};
  return {op::reshape(x, {op::dim(x, 0), -1})};
}
Values broadcast_to(const OperationCall& c) {
  const Value x = shape_operand(c);
  if (const auto dims = c.dims(1, {"shape"})) return {op::broadcast_to(x, *dims)};
  return {emit("BroadcastTo", {x, c.shape(1, {"shape"})})};
}

Values transpose(const OperationCall& c) {
  const Value x = shape_operand(c);
  std::vector<int> order = counting(x.rank());
  std::reverse(order.begin(), order.end());
  if (const auto given = c.ints(1, {"axes", "perm", "pattern"})) {
    order = op::axes_of(c.layer, *given, x.rank());
  }
  return {op::transpose(x, order)};
}
Values swapaxes(const OperationCall& c) {
  const Value x = shape_operand(c);
  std::vector<int> order = counting(x.rank());
  std::swap(order[static_cast<size_t>(c.axis(1, {"axis1"}, 0, x.rank()))],
            order[static_cast<size_t>(c.axis(2, {"axis2"}, 1, x.rank()))]);
  return {op::transpose(x, order)};
}
Values moveaxis(const OperationCall& c) {
  const Value x = shape_operand(c);
  const std::vector<int> from = c.axes(1, {"source"}, x.rank());
  const std::vector<int> to = c.axes(2, {"destination"}, x.rank());
  if (from.size() != to.size()) fail(Code::invalid_argument, c.layer, ": axes do not pair up");
  std::vector<int> order(static_cast<size_t>(x.rank()), -1);
  for (size_t i = 0; i < from.size(); ++i) order[static_cast<size_t>(to[i])] = from[i];
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (std::find(from.begin(), from.end(), axis) != from.end()) continue;
    *std::find(order.begin(), order.end(), -1) = axis;
  }
  return {op::transpose(x, order)};
}
Values flip(const OperationCall& c) {
  const Value x = shape_operand(c);
  return {op::reverse(x, c.axes(1, {"axis", "axes"}, x.rank()))};
}
template <int kAxis>
Values flipped(const OperationCall& c) {
  const Value x = shape_operand(c);
  return {op::reverse(x, {kAxis < 0 ? x.rank() + kAxis : kAxis})};
}
// TensorFlow turns images, numpy the first two axes.
Values rot90(const OperationCall& c) {
  const Value x = shape_operand(c);
  const std::vector<int64_t> usual =
      c.tensorflow ? std::vector<int64_t>{-3, -2} : std::vector<int64_t>{0, 1};
  const std::vector<int> axes = op::axes_of(c.layer, c.ints(2, {"axes"}).value_or(usual), x.rank());
  std::vector<int> order = counting(x.rank());
  std::swap(order[static_cast<size_t>(axes.at(0))], order[static_cast<size_t>(axes.at(1))]);
  const int64_t k = ((c.integer(1, {"k"}, 1) % 4) + 4) % 4;
  if (k == 0) return {x};
  if (k == 2) return {op::reverse(x, axes)};
  if (k == 1) return {op::transpose(op::reverse(x, {axes[1]}), order)};
  return {op::reverse(op::transpose(x, order), {axes[1]})};
}
Values roll(const OperationCall& c) {
  const Value x = shape_operand(c);
  const auto shift = c.ints(1, {"shift"});
  if (!shift) fail(Code::unimplemented, c.layer, ": a shift that is a tensor");
  const bool whole = !c.constant(2, {"axis"});
  std::vector<int> axes = whole ? std::vector<int>{0} : c.axes(2, {"axis"}, x.rank());
  std::vector<int64_t> shifts = *shift;
  if (shifts.size() == 1) shifts.resize(axes.size(), shifts[0]);
  const Value rolled =
      emit("Roll", {whole ? flat(x) : x, Tensor::vector(shifts),
                    Tensor::vector(std::vector<int64_t>(axes.begin(), axes.end()))});
  if (!whole) return {rolled};
  return {emit("Reshape", {rolled, emit("Shape", {x}, {{"out_type", DType::int32}})})};
}

// Each element so often: gathers along the axis.
Values repeat(const OperationCall& c) {
  Value x = shape_operand(c);
  int axis = 0;
  if (c.constant(2, {"axis"})) {
    axis = c.axis(2, {"axis"}, 0, x.rank());
  } else {
    x = flat(x);
  }
  const auto times = c.ints(1, {"repeats", "rep"});
  if (!times) fail(Code::unimplemented, c.layer, ": repeats that are a tensor");
  if (times->size() == 1) {
    std::vector<op::Dim> dims;
    std::vector<int64_t> tiles(static_cast<size_t>(x.rank()) + 1, 1);
    tiles[static_cast<size_t>(axis) + 1] = times->at(0);
    for (int i = 0; i < x.rank(); ++i) dims.push_back(op::dim(x, i));
    dims[static_cast<size_t>(axis)] = -1;
    return {op::reshape(op::tile(op::expand_dims(x, axis + 1), tiles), dims)};
  }
  std::vector<int32_t> places;
  for (size_t i = 0; i < times->size(); ++i) {
    if (times->at(i) < 0 || times->at(i) > (1 << 24)) {
      fail(Code::invalid_argument, c.layer, ": repeats are ", times->at(i));
    }
    places.insert(places.end(), static_cast<size_t>(times->at(i)), static_cast<int32_t>(i));
  }
  return {op::gather(x, Tensor::vector(std::move(places)), axis)};
}
Values tile(const OperationCall& c) {
  Value x = shape_operand(c);
  auto times = c.ints(1, {"repeats", "multiples", "n"});
  if (!times) return {emit("Tile", {x, c.shape(1, {"repeats", "multiples", "n"})})};
  while (static_cast<int>(times->size()) < x.rank()) times->insert(times->begin(), 1);
  while (static_cast<int>(times->size()) > x.rank()) x = op::expand_dims(x, 0);
  return {op::tile(x, *times)};
}

// One pair of numbers for each dimension, or one for all.
Values pad(const OperationCall& c) {
  const Value x = shape_operand(c);
  const Json* widths = c.constant(1, {"pad_width", "paddings"});
  if (!widths) fail(Code::unimplemented, c.layer, ": padding by a tensor");
  std::vector<std::pair<int64_t, int64_t>> pads(static_cast<size_t>(x.rank()));
  for (size_t i = 0; i < pads.size(); ++i) {
    const Json* item = widths;
    if (item->is_array() && !item->as_array().empty() && item->as_array()[0].is_array()) {
      const auto& pairs = item->as_array();
      if (pairs.size() != 1 && pairs.size() != pads.size()) {
        fail(Code::invalid_argument, c.layer, ": ", pairs.size(), " paddings for ", pads.size(),
             " dimensions");
      }
      item = &pairs[pairs.size() == 1 ? 0 : i];
    }
    if (item->is_int()) {
      pads[i] = {item->as_int(), item->as_int()};
    } else {
      const auto& pair = item->as_array();
      if (pair.empty()) fail(Code::invalid_argument, c.layer, ": a padding is empty");
      pads[i] = {pair.front().as_int(), pair.back().as_int()};
    }
  }
  std::string mode = c.word(2, {"mode"}, "constant");
  for (char& letter : mode) letter = static_cast<char>(letter | 0x20);
  if (mode == "constant") return {op::pad(x, pads, c.number(3, {"constant_values"}, 0))};
  if (mode != "reflect" && mode != "symmetric") {
    fail(Code::unimplemented, c.layer, ": padding mode ", quoted(mode));
  }
  std::vector<int32_t> flat_pads;
  for (const auto& [before, after] : pads) {
    flat_pads.push_back(static_cast<int32_t>(before));
    flat_pads.push_back(static_cast<int32_t>(after));
  }
  const Tensor paddings = Tensor::vector(std::move(flat_pads)).reshaped({x.rank(), 2});
  return {
      emit("MirrorPad", {x, paddings}, {{"mode", mode == "reflect" ? "REFLECT" : "SYMMETRIC"}})};
}
// Zeros around the rows (and columns) of a batch with channels last.
template <int kDims>
Values spatial_padding(const OperationCall& c) {
  const Value x = shape_operand(c);
  if (x.rank() != kDims + 2) fail(Code::invalid_argument, c.layer, ": an input of rank ", x.rank());
  std::vector<std::pair<int64_t, int64_t>> pads(static_cast<size_t>(x.rank()), {0, 0});
  const Json* given = c.constant(1, {"padding"});
  for (int i = 0; i < kDims; ++i) {
    auto& [before, after] = pads[static_cast<size_t>(i) + 1];
    before = after = 1;
    if (!given || !given->is_array()) continue;
    const auto& items = given->as_array();
    const Json& pair = kDims == 1 ? *given : items.at(static_cast<size_t>(i));
    before = pair.as_array().at(0).as_int();
    after = pair.as_array().at(1).as_int();
  }
  return {op::pad(x, pads)};
}

Values shape_of(const OperationCall& c) {
  return {
      emit("Shape", {shape_operand(c)}, {{"out_type", c.dtype(1, {"out_type"}, DType::int32)}})};
}
Values size_of(const OperationCall& c) {
  return {emit("Size", {shape_operand(c)}, {{"out_type", c.dtype(1, {"out_type"}, DType::int32)}})};
}
Values rank_of(const OperationCall& c) { return {emit("Rank", {shape_operand(c)})}; }

template <int kValue>
Values filled(const OperationCall& c) {
  return {emit("Fill", {c.shape(0, {"shape", "dims"}),
                        op::constant(kValue, c.dtype(1, {"dtype"}, DType::float32))})};
}
Values fill(const OperationCall& c) {
  const Value value = c.required(1, {"value", "fill_value"}).without_weakness();
  const DType made = value.dtype() == DType::float64 ? DType::float32 : value.dtype();
  return {
      emit("Fill", {c.shape(0, {"dims", "shape"}), op::cast(value, c.dtype(2, {"dtype"}, made))})};
}
template <Text kOp>
Values like(const OperationCall& c) {
  const Value x = shape_operand(c);
  return {op::cast(op::unary(kOp.value, x), c.dtype(1, {"dtype"}, x.dtype()))};
}
Values full_like(const OperationCall& c) {
  const Value x = shape_operand(c);
  const DType dtype = c.dtype(2, {"dtype"}, x.dtype());
  const Value value = op::cast(c.required(1, {"fill_value"}).without_weakness(), dtype);
  return {emit("Fill", {emit("Shape", {x}, {{"out_type", DType::int32}}), value})};
}
Values range(const OperationCall& c) {
  Value start = c.required(0, {"start"});
  Value limit = c.value(1, {"limit", "stop"});
  if (!limit) {
    limit = start;
    start = Tensor(int64_t{0});  // weak
  }
  Value step = c.value(2, {"delta", "step"});
  if (!step) step = Tensor(int64_t{1});
  Values v = op::promoted({start, limit, step});
  const DType dtype = c.dtype(3, {"dtype"}, v[0].is_weak() ? DType::int32 : v[0].dtype());
  for (Value& x : v) x = op::cast(x.without_weakness(), dtype);
  return {emit("Range", v)};
}
// `num` values from start to stop along a new axis; the step too where it is wanted.
Values linspace(const OperationCall& c) {
  const Values v = op::promoted({c.required(0, {"start"}), c.required(1, {"stop"})});
  const Value start = op::to_floating(v[0]), stop = op::to_floating(v[1]);
  const int64_t count = c.integer(2, {"num"}, 50);
  if (count < 0 || count > (1 << 24)) fail(Code::invalid_argument, c.layer, ": ", count, " values");
  const int64_t steps = c.flag(9, {"endpoint"}, true) ? count - 1 : count;
  const auto divisor = static_cast<double>(std::max<int64_t>(steps, 1));
  std::vector<double> shares;
  for (int64_t i = 0; i < count; ++i) shares.push_back(static_cast<double>(i) / divisor);
  const Value span = op::sub(stop, start);
  const int axis = c.axis(9, {"axis"}, 0, span.rank() + 1);
  std::vector<op::Dim> dims(static_cast<size_t>(span.rank()) + 1, op::Dim(1));
  dims[static_cast<size_t>(axis)] = count;
  const Value share = op::reshape(op::cast(Tensor::vector(std::move(shares)), start.dtype()), dims);
  const Value first = op::add(start, op::unary("ZerosLike", span));
  const Value all =
      op::add(op::expand_dims(first, axis), op::mul(share, op::expand_dims(span, axis)));
  const Value y = op::cast(all, c.dtype(9, {"dtype"}, all.dtype()));
  if (!c.flag(9, {"retstep"}, false)) return {y};
  return {y, op::div(span, op::constant_like(divisor, span))};
}
Values logspace(const OperationCall& c) {
  const Value exponents = linspace(c)[0];
  return {op::binary("Pow", op::constant_like(c.number(4, {"base"}, 10), exponents), exponents)};
}
// Steps that multiply; all have the sign of the start.
Values geomspace(const OperationCall& c) {
  const Value start = op::to_floating(c.required(0, {"start"}));
  const Value stop = op::to_floating(c.required(1, {"stop"}));
  const Values logs = {op::unary("Log", op::unary("Abs", start)),
                       op::unary("Log", op::unary("Abs", stop))};
  const CallSpec two = CallSpec::of_inputs(2, false);
  const Value exponents = linspace(OperationCall{logs, two, c.config, c.layer, c.tensorflow})[0];
  const int axis = c.axis(9, {"axis"}, 0, exponents.rank());
  const Value sign = op::unary("Sign", start);
  return {op::mul(op::unary("Exp", exponents),
                  sign.rank() == exponents.rank() - 1 ? op::expand_dims(sign, axis) : sign)};
}
Values meshgrid(const OperationCall& c) {
  Values given = c.values(0, {"x", "args"});
  if (given.size() < 2) given = c.inputs;
  const bool columns = c.word(9, {"indexing"}, "xy") == std::string("xy") && given.size() > 1;
  std::vector<op::Dim> full;
  for (const Value& x : given) full.push_back(op::dim(flat(x), 0));
  if (columns) std::swap(full[0], full[1]);
  Values out;
  for (size_t i = 0; i < given.size(); ++i) {
    std::vector<op::Dim> dims(given.size(), op::Dim(1));
    dims[columns && i < 2 ? 1 - i : i] = -1;
    out.push_back(op::broadcast_to(op::reshape(given[i], dims), full));
  }
  return out;
}

constexpr Operation kShapeOperations[] = {
    {"append", append},
    {"arange", range},
    {"array", converted},
    {"array_split", array_split},
    {"batch_flatten", batch_flatten},
    {"broadcast_to", broadcast_to},
    {"concat", concatenate},
    {"concatenate", concatenate},
    {"dsplit", split_along<2>},
    {"dstack", joined<2>},
    {"empty_like", like<"ZerosLike">},
    {"expand_dims", expand_dims},
    {"expand_dims_v2", expand_dims},
    {"fill", fill},
    {"flatten", ravel},
    {"flip", flip},
    {"flip_left_right", flipped<-2>},
    {"flip_up_down", flipped<-3>},
    {"fliplr", flipped<1>},
    {"flipud", flipped<0>},
    {"full", fill},
    {"full_like", full_like},
    {"geomspace", geomspace},
    {"hsplit", split_along<1>},
    {"hstack", joined<1>},
    {"linspace", linspace},
    {"logspace", logspace},
    {"meshgrid", meshgrid},
    {"moveaxis", moveaxis},
    {"ndim", rank_of},
    {"ones", filled<1>},
    {"ones_like", like<"OnesLike">},
    {"ones_like_v2", like<"OnesLike">},
    {"pad", pad},
    {"pad_v2", pad},
    {"permute_dimensions", transpose},
    {"range", range},
    {"rank", rank_of},
    {"ravel", ravel},
    {"repeat", repeat},
    {"repeat_elements", repeat},
    {"repeat_with_axis", repeat},
    {"reshape", reshape},
    {"reverse", flip},
    {"roll", roll},
    {"rot90", rot90},
    {"shape", shape_of},
    {"shape_v2", shape_of},
    {"size", size_of},
    {"size_v2", size_of},
    {"spatial_2d_padding", spatial_padding<2>},
    {"split", split},
    {"squeeze", squeeze},
    {"squeeze_v2", squeeze},
    {"stack", stack},
    {"swapaxes", swapaxes},
    {"temporal_padding", spatial_padding<1>},
    {"tile", tile},
    {"transpose", transpose},
    {"transpose_v2", transpose},
    {"unstack", unstack},
    {"vsplit", split_along<0>},
    {"vstack", joined<0>},
    {"zeros", filled<0>},
    {"zeros_like", like<"ZerosLike">},
    {"zeros_like_v2", like<"ZerosLike">},
};

}  // namespace

std::span<const Operation> shape_operations() { return kShapeOperations; }

}  // namespace rill::keras
