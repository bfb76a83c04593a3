#include "keras/core/ragged.h"

#include "base/fail.h"
#include "graph/graph.h"
#include "ops/ragged_value.h"

namespace rill::keras {
namespace {

// The node that made it; null for any other value.
const rill::Node* packing_node(const Value& x) {
  if (!x || !x.is_symbolic() || x.dtype() != DType::variant) return nullptr;
  const rill::Node& node = x.rep()->graph->node(x.rep()->node);
  return node.op == "RaggedTensorToVariant" ? &node : nullptr;
}

const RaggedValue* dense_value(const Value& x) {
  if (!x || !x.is_dense() || x.dtype() != DType::variant || x.rank() != 0) return nullptr;
  return dynamic_cast<const RaggedValue*>(x.opaque_at().get());
}

Value wide(const Value& splits) { return op::cast(splits.without_weakness(), DType::int64); }

}  // namespace

Value Ragged::packed() const {
  Values inputs = splits;
  inputs.push_back(values);
  return emit("RaggedTensorToVariant", inputs,
              {{"RAGGED_RANK", static_cast<int64_t>(splits.size())}, {"batched_input", false}});
}

Shape Ragged::shape() const {
  const Shape& outer = splits.at(0).shape();
  const int64_t rows = outer.rank() == 1 && outer[0] > 0 ? outer[0] - 1 : Shape::kUnknownDim;
  Shape out{rows};
  for (size_t i = 0; i < splits.size(); ++i) out.push_back(Shape::kUnknownDim);
  for (int i = 1; i < values.rank(); ++i) out.push_back(values.shape()[i]);
  return out;
}

bool is_ragged(const Value& x) { return packing_node(x) || dense_value(x); }

Ragged unpack_ragged(const Value& x) {
  if (const rill::Node* node = packing_node(x)) {
    Ragged out;
    for (const Endpoint& e : node->inputs) out.splits.push_back(x.rep()->graph->tensor(e));
    out.values = std::move(out.splits.back());
    out.splits.pop_back();
    return out;
  }
  const RaggedValue* value = dense_value(x);
  if (value == nullptr) fail(Code::invalid_argument, "expected a ragged tensor, found ", x.shape());
  Ragged out{{}, value->values};
  for (const Tensor& splits : value->splits) out.splits.push_back(wide(splits));
  return out;
}

Ragged unpack_ragged(const Value& x, int ragged_rank, DType dtype) {
  if (is_ragged(x)) return unpack_ragged(x);
  Values parts = emit_all("RaggedTensorFromVariant", {x},
                          {{"input_ragged_rank", int64_t{ragged_rank}},
                           {"output_ragged_rank", int64_t{ragged_rank}},
                           {"Tvalues", dtype},
                           {"Tsplits", DType::int64}});
  Ragged out{{}, std::move(parts.back())};
  parts.pop_back();
  out.splits = std::move(parts);
  return out;
}

Ragged ragged_from_dense(const Value& x, int ragged_rank) {
  Ragged out;
  const std::vector<op::Dim> dims = op::dims(x);
  const auto size = [&](int i) {
    const op::Dim& d = dims[static_cast<size_t>(i)];
    return d.size >= 0 ? Value(Tensor::scalar(d.size)) : op::cast(d.value, DType::int64);
  };
  Value rows = size(0);
  const Value one = Tensor::scalar(int64_t{1});
  for (int i = 1; i <= ragged_rank; ++i) {
    const Value numbers = emit("Range", {Tensor::scalar(int64_t{0}), op::add(rows, one), one});
    out.splits.push_back(op::mul(numbers, size(i)));
    rows = op::mul(rows, size(i));
  }
  std::vector<op::Dim> flat{op::Dim(-1)};
  flat.insert(flat.end(), dims.begin() + ragged_rank + 1, dims.end());
  out.values = op::reshape(x, flat);
  return out;
}

Ragged ragged_from_lengths(const Value& dense, const Value& lengths) {
  const Value counts = wide(lengths);
  const op::Dim most = op::dim(dense, 1);
  const Value longest = most.size >= 0 ? Value(Tensor::scalar(most.size)) : wide(most.value);
  const Value kept = op::binary("Minimum", counts, longest);
  const Value places =
      emit("Range", {Tensor::scalar(int64_t{0}), longest, Tensor::scalar(int64_t{1})});
  const Value mask = op::binary("Less", places, op::expand_dims(kept, 1));
  const Value values = emit("GatherNd", {dense, emit("Where", {mask})});
  return {{splits_from_lengths(kept)}, values};
}

Value splits_from_lengths(const Value& lengths) {
  const Value ends = emit("Cumsum", {wide(lengths), Tensor::scalar(int32_t{0})});
  return op::concat({Tensor::vector(std::vector<int64_t>{0}), ends}, 0);
}

Value splits_from_rows(const Value& row_of_each, const Value& rows) {
  const Value places = wide(row_of_each);
  const Value count = op::cast(rows.without_weakness(), DType::int32);
  return splits_from_lengths(
      emit("UnsortedSegmentSum", {op::unary("OnesLike", places), places, count}));
}

Value row_lengths(const Value& splits) {
  return op::sub(op::slice(splits, {{1}}), op::slice(splits, {{0, -1}}));
}

Value row_count(const Value& splits) {
  const Value one = Tensor::scalar(int64_t{1});
  return op::sub(emit("Size", {splits}, {{"out_type", DType::int64}}), one);
}

Value row_of_each(const Value& splits) {
  const Value last = op::squeeze(op::slice(splits, {{-1}}), 0);
  const Value places =
      emit("Range", {Tensor::scalar(int64_t{0}), last, Tensor::scalar(int64_t{1})});
  const Value after = emit("UpperBound", {op::expand_dims(splits, 0), op::expand_dims(places, 0)},
                           {{"out_type", DType::int64}});
  return op::sub(op::squeeze(after, 0), Tensor::scalar(int64_t{1}));
}

Ragged with_rows_reversed(const Ragged& x) {
  const Value &splits = x.splits.at(0), one = Tensor::scalar(int64_t{1});
  const Value rows = row_of_each(splits);
  const Value ends = op::add(op::gather(op::slice(splits, {{0, -1}}), rows, 0),
                             op::gather(op::slice(splits, {{1}}), rows, 0));
  const Value last = op::squeeze(op::slice(splits, {{-1}}), 0);
  const Value places = emit("Range", {Tensor::scalar(int64_t{0}), last, one});
  return x.with(op::gather(x.values, op::sub(op::sub(ends, one), places), 0));
}

Value ragged_to_dense(const Ragged& x, const Value& filling, const std::vector<int64_t>& shape) {
  std::vector<int64_t> wanted = shape;
  const auto rank = static_cast<size_t>(x.rank());
  if (!wanted.empty() && wanted.size() != rank) {
    fail(Code::invalid_argument, "to_tensor: a shape of rank ", wanted.size(),
         " for a ragged tensor of rank ", rank);
  }
  if (wanted.empty()) wanted.assign(rank, -1);
  for (size_t i = x.splits.size() + 1; i < rank; ++i) {
    if (wanted[i] < 0) wanted[i] = x.values.shape()[static_cast<int>(i - x.splits.size())];
  }
  Values inputs{Tensor::vector(wanted), x.values, filling};
  inputs.insert(inputs.end(), x.splits.begin(), x.splits.end());
  const std::vector<std::string> kinds(x.splits.size(), "ROW_SPLITS");
  return emit("RaggedTensorToTensor", inputs, {{"row_partition_types", kinds}});
}

Value usual_filling(DType dtype) {
  if (dtype == DType::string) return Tensor(std::string());
  return op::constant(0, dtype);
}

}  // namespace rill::keras
