// Functions that take elements by their place, or put them there.
#include <algorithm>

#include "base/fail.h"
#include "keras/core/promote.h"
#include "keras/layers/operation_table.h"
#include "keras/layers/operations/sorting.h"

namespace rill::keras {
namespace {

using op::binary;

Value indexing_operand(const OperationCall& c) {
  return c.required(0, {"x", "input", "input_", "tensor", "a", "params", "inputs", "reference"});
}

Value in_range(const Value& indices, const Value& size) {
  const Value zero = op::constant_like(0, indices);
  return op::select(binary("Less", indices, zero), op::add(indices, size), indices);
}
Value size_along(const Value& x, int axis, DType dtype) {
  const op::Dim n = op::dim(x, axis);
  if (n.size >= 0) return op::constant(static_cast<double>(n.size), dtype);
  return op::cast(n.value, dtype);
}
Value whole_numbers(const Value& x) {
  const Value plain = x.without_weakness();
  return plain.dtype() == DType::int64 || plain.dtype() == DType::int32
             ? plain
             : op::cast(plain, DType::int32);
}

Values take(const OperationCall& c) {
  Value x = indexing_operand(c);
  int axis = 0;
  if (c.constant(2, {"axis"})) {
    axis = c.axis(2, {"axis"}, 0, x.rank());
  } else {
    x = op::reshape(x, {-1});
  }
  const Value indices = whole_numbers(c.required(1, {"indices"}));
  return {op::gather(x, in_range(indices, size_along(x, axis, indices.dtype())), axis)};
}
Values gather(const OperationCall& c) {
  const Value x = indexing_operand(c);
  const Value indices = whole_numbers(c.required(1, {"indices", "ids"}));
  const int64_t batch = c.integer(4, {"batch_dims"}, 0);
  const int axis = c.axis(3, {"axis"}, batch, x.rank());
  return {emit("GatherV2", {x, indices, Tensor::scalar(static_cast<int32_t>(axis))},
               {{"batch_dims", batch < 0 ? batch + indices.rank() : batch}})};
}
Values batch_gather(const OperationCall& c) {
  const Value x = indexing_operand(c);
  const Value indices = whole_numbers(c.required(1, {"indices"}));
  const int batch = indices.rank() - 1;
  return {emit("GatherV2", {x, indices, Tensor::scalar(static_cast<int32_t>(batch))},
               {{"batch_dims", batch}})};
}
// The batch dimensions become one: each row is looked up at its own number.
Values gather_nd(const OperationCall& c) {
  const Value x = indexing_operand(c);
  Value indices = whole_numbers(c.required(1, {"indices"}));
  const int batch = static_cast<int>(c.integer(2, {"batch_dims"}, 0));
  if (batch < 0 || batch >= indices.rank()) {
    fail(Code::invalid_argument, c.layer, ": batch_dims is ", batch);
  }
  for (int axis = batch - 1; axis >= 0; --axis) {
    std::vector<op::Dim> dims(static_cast<size_t>(indices.rank()), op::Dim(1));
    std::vector<op::Dim> full;
    for (int i = 0; i < indices.rank() - 1; ++i) full.push_back(op::dim(indices, i));
    full.emplace_back(1);
    dims[static_cast<size_t>(axis)] = -1;
    const Value rows =
        emit("Range", {op::constant_like(0, indices), size_along(indices, axis, indices.dtype()),
                       op::constant_like(1, indices)});
    indices =
        op::concat({op::broadcast_to(op::reshape(rows, dims), full), indices}, indices.rank() - 1);
  }
  return {emit("GatherNd", {x, indices})};
}
Values take_along_axis(const OperationCall& c) {
  Value x = indexing_operand(c);
  Value indices = whole_numbers(c.required(1, {"indices"}));
  int axis = 0;
  if (c.constant(2, {"axis"})) {
    axis = c.axis(2, {"axis"}, 0, x.rank());
  } else {
    x = op::reshape(x, {-1});
    indices = op::reshape(indices, {-1});
  }
  indices = in_range(indices, size_along(x, axis, indices.dtype()));
  const Value rows = axis_to_end(x, axis), places = axis_to_end(indices, axis);
  return {axis_from_end(
      emit("GatherV2", {rows, places, Tensor::scalar(static_cast<int32_t>(x.rank() - 1))},
           {{"batch_dims", x.rank() - 1}}),
      axis)};
}
// x[a:b:c, i, ..., newaxis] as one StridedSlice. An index may be a tensor.
Values getitem(const OperationCall& c) {
  const Value x = indexing_operand(c);
  const Json* key = c.constant(1, {"slice_spec", "key"});
  if (!key) fail(Code::unimplemented, c.layer, ": an index that is a tensor");
  Json single = Json::array();
  const bool list = key->is_array();
  if (!list) single.push_back(*key);
  const Json& items = list ? *key : single;
  std::vector<int32_t> begin, end, step;
  int64_t begin_mask = 0, end_mask = 0, shrink = 0, new_axis = 0, ellipsis = 0;
  for (const Json& raw : items.as_array()) {
    const int64_t bit = int64_t{1} << begin.size();
    begin.push_back(0);
    end.push_back(0);
    step.push_back(1);
    const Json* class_name = raw.find("class_name");
    const std::string kind = class_name && class_name->is_string() ? class_name->as_string() : "";
    const Json& item = raw.contains("config") ? raw.at("config") : raw;
    if (raw.is_int()) {
      begin.back() = static_cast<int32_t>(raw.as_int());
      end.back() = begin.back() + 1;
      shrink |= bit;
      if (begin.back() == -1) end_mask |= bit;  // -1:0 would be nothing
    } else if (raw.is_null()) {
      new_axis |= bit;
    } else if (kind == "__ellipsis__" ||
               (raw.is_string() && raw.as_string().find("llipsis") != std::string::npos)) {
      ellipsis |= bit;
    } else if (item.is_object()) {
      const auto part = [&](const char* name, int32_t& out) {
        const Json* v = item.find(name);
        if (!v || v->is_null()) return false;
        out = static_cast<int32_t>(v->as_int());
        return true;
      };
      if (!part("start", begin.back())) begin_mask |= bit;
      if (!part("stop", end.back())) end_mask |= bit;
      part("step", step.back());
    } else {
      fail(Code::unimplemented, c.layer, ": an index of kind ", raw.kind());
    }
  }
  return {emit("StridedSlice",
               {x, Tensor::vector(begin), Tensor::vector(end), Tensor::vector(step)},
               {{"begin_mask", begin_mask},
                {"end_mask", end_mask},
                {"shrink_axis_mask", shrink},
                {"new_axis_mask", new_axis},
                {"ellipsis_mask", ellipsis}})};
}
Values slice(const OperationCall& c) {
  return {emit("Slice", {indexing_operand(c), c.shape(1, {"start_indices", "begin"}),
                         c.shape(2, {"shape", "size"})})};
}
Values strided_slice(const OperationCall& c) {
  AttrMap masks;
  for (const char* mask :
       {"begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"}) {
    masks.set(mask, c.integer(9, {mask}, 0));
  }
  const Value begin = c.shape(1, {"begin"});
  const Value steps =
      c.constant(3, {"strides"}) ? c.shape(3, {"strides"}) : op::unary("OnesLike", begin);
  return {emit("StridedSlice", {indexing_operand(c), begin, c.shape(2, {"end"}), steps},
               std::move(masks))};
}

// The places of a box in rows, each a column of numbers: what TensorScatterUpdate takes.
Values slice_update(const OperationCall& c) {
  const Value x = indexing_operand(c);
  const Value start = c.shape(1, {"start_indices"});
  const Value updates = op::cast(c.required(2, {"updates"}).without_weakness(), x.dtype());
  const int rank = x.rank();
  if (updates.rank() != rank) {
    fail(Code::invalid_argument, c.layer, ": an update of rank ", updates.rank());
  }
  const std::vector<op::Dim> box = op::dims(updates);
  const Values corner = op::unstack(start, rank, 0);
  Values places;
  for (int axis = 0; axis < rank; ++axis) {
    std::vector<op::Dim> row(static_cast<size_t>(rank), op::Dim(1));
    row[static_cast<size_t>(axis)] = -1;
    const Value along =
        emit("Range", {Tensor::scalar(int32_t{0}), size_along(updates, axis, DType::int32),
                       Tensor::scalar(int32_t{1})});
    const Value at = op::add(along, corner[static_cast<size_t>(axis)]);
    places.push_back(op::broadcast_to(op::reshape(at, row), box));
  }
  return {emit("TensorScatterUpdate", {x, op::stack(places, rank), updates})};
}
Values scatter_update(const OperationCall& c) {
  const Value x = indexing_operand(c);
  const std::string how = c.word(3, {"reduction"}, "");
  const char* kind = how.empty()    ? "TensorScatterUpdate"
                     : how == "add" ? "TensorScatterAdd"
                     : how == "max" ? "TensorScatterMax"
                     : how == "min" ? "TensorScatterMin"
                                    : nullptr;
  if (!kind) fail(Code::unimplemented, c.layer, ": reduction ", quoted(how));
  return {emit(kind, {x, whole_numbers(c.required(1, {"indices"})),
                      op::cast(c.required(2, {"updates"}).without_weakness(), x.dtype())})};
}
template <Text kOp>
Values scattered(const OperationCall& c) {
  const Value x = c.required(0, {"tensor"});
  return {emit(kOp.value, {x, whole_numbers(c.required(1, {"indices"})),
                           op::cast(c.required(2, {"updates"}).without_weakness(), x.dtype())})};
}
Values scatter_nd(const OperationCall& c) {
  const Value indices = whole_numbers(c.required(0, {"indices"}));
  const Value shape = op::cast(c.shape(2, {"shape"}), indices.dtype());
  return {emit("ScatterNd", {indices, c.required(1, {"updates", "values"}), shape})};
}

Values select(const OperationCall& c) {
  const Values conditions = c.values(0, {"condlist"});
  const Values choices = c.values(1, {"choicelist"});
  if (conditions.empty() || conditions.size() != choices.size()) {
    fail(Code::invalid_argument, c.layer, ": conditions and choices do not pair up");
  }
  Values all = choices;
  const Value otherwise = c.value(2, {"default"});
  all.push_back(otherwise ? otherwise : Value(Tensor(int64_t{0})));
  all = op::promoted(all);
  Value y = all.back();
  for (size_t i = conditions.size(); i-- > 0;) {
    y = op::select(op::cast(conditions[i], DType::bool_), all[i], y);
  }
  return {y};
}

Values one_hot(const OperationCall& c) {
  const Value x = whole_numbers(c.required(0, {"x", "indices"}));
  const auto depth = static_cast<int32_t>(c.integer(1, {"num_classes", "depth"}, 0));
  if (depth < 1) fail(Code::invalid_argument, c.layer, ": the number of classes is not known");
  const DType dtype = c.dtype(5, {"dtype"}, DType::float32);
  return {emit("OneHot",
               {x, Tensor::scalar(depth), op::constant(c.number(2, {"on_value"}, 1), dtype),
                op::constant(c.number(3, {"off_value"}, 0), dtype)},
               {{"axis", c.integer(4, {"axis"}, -1)}})};
}
Values multi_hot(const OperationCall& c) {
  const Value hot = one_hot(c)[0];
  const Value x = c.required(0, {"inputs"});
  const int axis = x.rank() > 1 ? 1 : 0;
  return {op::reduce("Max", hot, {axis})};
}
Values top_k(const OperationCall& c) {
  const auto k = static_cast<int32_t>(c.integer(1, {"k"}, 1));
  return emit_all("TopKV2", {c.required(0, {"x", "input"}), Tensor::scalar(k)},
                  {{"sorted", c.flag(2, {"sorted"}, true)}});
}
Values in_top_k(const OperationCall& c) {
  const auto k = static_cast<int32_t>(c.integer(2, {"k"}, 1));
  // TensorFlow 1 takes the predictions first.
  const bool first = c.config.value<std::string>("function", "").starts_with("compat.v1");
  return {
      emit("InTopKV2", {c.required(first ? 0 : 1, {"predictions"}),
                        whole_numbers(c.required(first ? 1 : 0, {"targets"})), Tensor::scalar(k)})};
}
Values digitize(const OperationCall& c) {
  const Value x = op::cast(indexing_operand(c), DType::float32);
  const auto bins = c.numbers(1, {"bins"});
  if (!bins) fail(Code::unimplemented, c.layer, ": bins that are a tensor");
  return {emit("Bucketize", {x}, {{"boundaries", std::vector<float>(bins->begin(), bins->end())}})};
}
Values isin(const OperationCall& c) {
  const Values v = op::promoted({c.required(0, {"x1"}), c.required(1, {"x2"})});
  const Value list = op::reshape(v[1], {-1});
  const Value same = binary("Equal", op::expand_dims(v[0], v[0].rank()), list);
  const Value found = op::reduce("Any", same, {v[0].rank()});
  return {c.flag(9, {"invert"}, false) ? op::unary("LogicalNot", found) : found};
}
template <Text kOp>
Values segments(const OperationCall& c) {
  const Value x = c.required(0, {"data"});
  const Value ids = whole_numbers(c.required(1, {"segment_ids"}));
  const Json* count = c.constant(2, {"num_segments"});
  const Value most = op::add(op::reduce("Max", ids, {0}), op::constant_like(1, ids));
  return {
      emit(kOp.value,
           {x, ids, count ? Value(Tensor::scalar(static_cast<int32_t>(count->as_int()))) : most})};
}
Values sequence_mask(const OperationCall& c) {
  const Value lengths = c.required(0, {"lengths"});
  const Json* most = c.constant(1, {"maxlen"});
  Value limit = op::reduce("Max", op::reshape(lengths, {-1}), {0});
  if (most) limit = op::constant_like(most->as_double(), lengths);
  const Value row =
      emit("Range", {op::constant_like(0, lengths), limit, op::constant_like(1, lengths)});
  const Value mask = binary("Less", row, op::expand_dims(lengths, lengths.rank()));
  return {op::cast(mask, c.dtype(2, {"dtype"}, DType::bool_))};
}

constexpr Operation kIndexingOperations[] = {
    {"digitize", digitize},
    {"embedding_lookup", gather},
    {"embedding_lookup_v2", gather},
    {"batch_gather", batch_gather},
    {"gather", gather},
    {"gather_nd", gather_nd},
    {"gather_v2", gather},
    {"get_item", getitem},
    {"getitem", getitem},
    {"in_top_k", in_top_k},
    {"is_in", isin},
    {"isin", isin},
    {"multi_hot", multi_hot},
    {"one_hot", one_hot},
    {"scatter", scatter_nd},
    {"scatter_nd", scatter_nd},
    {"scatter_update", scatter_update},
    {"segment_max", segments<"UnsortedSegmentMax">},
    {"segment_min", segments<"UnsortedSegmentMin">},
    {"segment_prod", segments<"UnsortedSegmentProd">},
    {"segment_sum", segments<"UnsortedSegmentSum">},
    {"select", select},
    {"sequence_mask", sequence_mask},
    {"slice", slice},
    {"slice_update", slice_update},
    {"strided_slice", strided_slice},
    {"take", take},
    {"take_along_axis", take_along_axis},
    {"tensor_scatter_nd_add", scattered<"TensorScatterAdd">},
    {"tensor_scatter_nd_update", scattered<"TensorScatterUpdate">},
    {"top_k", top_k},
    {"unsorted_segment_max", segments<"UnsortedSegmentMax">},
    {"unsorted_segment_min", segments<"UnsortedSegmentMin">},
    {"unsorted_segment_prod", segments<"UnsortedSegmentProd">},
    {"unsorted_segment_sum", segments<"UnsortedSegmentSum">},
};

}  // namespace

std::span<const Operation> indexing_operations() { return kIndexingOperations; }

}  // namespace rill::keras
