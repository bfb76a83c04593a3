#include "ops/gradient_tools.h"

#include <algorithm>

#include "graph/graph.h"
#include "tensor/dispatch.h"

namespace rill::grads {
namespace {

Value index_vector(const std::vector<int64_t>& items, DType dtype) {
  Tensor out(dtype, Shape{static_cast<int64_t>(items.size())});
  dispatch_integer(dtype, "a gradient", [&]<typename T>() {
    for (size_t i = 0; i < items.size(); ++i) out.data<T>()[i] = static_cast<T>(items[i]);
  });
  return out;
}

}  // namespace

Values none(const GradContext& ctx) { return Values(static_cast<size_t>(ctx.num_inputs())); }

Values only(const GradContext& ctx, int i, Value gradient) {
  Values out = none(ctx);
  out[static_cast<size_t>(i)] = std::move(gradient);
  return out;
}

Value output_gradient(const GradContext& ctx, int i) {
  const Value& given = ctx.output_gradient(i);
  return given ? given : zeros_like(ctx.output(i));
}

Values pair(const GradContext& ctx, const Value& x, const Value& y) {
  const Value &a = ctx.input(0), &b = ctx.input(1);
  return {x ? sum_to(x, a, b) : Value(), y ? sum_to(y, b, a) : Value()};
}

std::optional<std::vector<int64_t>> known_ints(const Value& x) {
  if (!x || !is_integer(x.dtype())) return {};
  if (x.is_dense()) return x.to_vector<int64_t>();
  if (!x.is_symbolic()) return {};
  const auto& graph = x.rep()->graph;
  std::lock_guard lock(graph->mutex());
  const Node& node = graph->node(x.rep()->node);
  if (node.op == "Const") {
    const AttrValue* value = node.attrs.find("value");
    const Tensor* tensor = value ? value->get_if<Tensor>() : nullptr;
    if (tensor) return tensor->to_vector<int64_t>();
  }
  const auto partial = node.partials.find(x.rep()->output);
  if (partial != node.partials.end() && partial->second.fully_known()) {
    return partial->second.items;
  }
  return {};
}

Value sub_vector(const Value& vector, int64_t begin, int64_t end) {
  if (vector.is_dense()) {
    const auto items = vector.to_vector<int64_t>();
    const auto n = static_cast<int64_t>(items.size());
    const int64_t last = end < 0 ? n : std::min(end, n);
    const int64_t first = std::min(begin, last);
    return index_vector({items.begin() + first, items.begin() + last}, vector.dtype());
  }
  return emit(
      "StridedSlice",
      {vector, int_vector({begin}), int_vector({std::max<int64_t>(end, 0)}), int_vector({1})},
      {{"end_mask", int64_t{end < 0}}});
}

Value join(const Values& vectors) {
  if (std::all_of(vectors.begin(), vectors.end(), [](const Value& v) { return v.is_dense(); })) {
    std::vector<int64_t> all;
    for (const Value& v : vectors) {
      const auto items = v.to_vector<int64_t>();
      all.insert(all.end(), items.begin(), items.end());
    }
    return index_vector(all, vectors.front().dtype());
  }
  return concat(vectors, 0);
}

Value concat(const Values& values, int64_t axis) {
  if (values.size() == 1) return values.front();
  Values inputs = values;
  inputs.push_back(Tensor::scalar(static_cast<int32_t>(axis)));
  return emit("ConcatV2", inputs);
}

Value rank_of(const Value& x) {
  if (x.shape().has_rank()) return Tensor::scalar<int32_t>(x.rank());
  return emit("Rank", {x});
}

Value size_of(const Value& x) {
  if (x.shape().is_fully_defined() && x.size() <= INT32_MAX) {
    return Tensor::scalar(static_cast<int32_t>(x.size()));
  }
  return emit("Size", {x});
}

Value range(const Value& start, const Value& limit, const Value& delta) {
  const auto plain = [](const Value& v) {
    return v.is_weak() ? Value(Tensor::scalar(v.item<int32_t>())) : v;
  };
  return emit("Range", {plain(start), plain(limit), plain(delta)});
}

Value fill(const Value& shape, double number, DType dtype) {
  const Value like = Tensor::zeros(dtype, Shape{});
  return emit("Fill", {shape, scalar_like(like, number)});
}

Value reduced_shape(const Value& input, const Value& axes) {
  return reduced_dims(shape_of(input), axes);
}

Value reduced_dims(const Value& shape, const Value& axes) {
  const auto known = known_ints(axes), sizes = known_ints(shape);
  if (known && sizes) {
    std::vector<int64_t> dims = *sizes;
    const int rank = static_cast<int>(dims.size());
    for (const int64_t axis : *known) {
      dims[static_cast<size_t>(canonical_axis("a gradient", axis, rank))] = 1;
    }
    return int_vector(dims, shape.dtype());
  }
  // Every dimension d becomes d, and 1 where it is reduced: the later of two stitched wins.
  const Value rank = size_of(shape);
  const Value flat = reshape(cast(axes, DType::int32), int_vector({-1}));
  const Value positive = emit("FloorMod", {flat + rank, rank});
  const Value one = fill(emit("Shape", {positive}), 1, shape.dtype());
  return emit("DynamicStitch", {range(Value(0), rank), positive, shape, one}, {{"N", int64_t{2}}});
}

Value sum_all(const Value& x) {
  if (x.shape().has_rank()) {
    if (x.rank() == 0) return x;
    std::vector<int64_t> axes;
    for (int d = 0; d < x.rank(); ++d) axes.push_back(d);
    return sum(x, int_vector(axes));
  }
  return sum(x, range(Value(0), rank_of(x)));
}

Value select(const Value& condition, const Value& x, const Value& y) {
  return emit("SelectV2", {condition, x, y});
}

Value gather(const Value& params, const Value& indices) {
  return emit("GatherV2", {params, indices, Tensor::scalar<int32_t>(0)});
}

Value gather_nd(const Value& params, const Value& indices) {
  return emit("GatherNd", {params, indices});
}

}  // namespace rill::grads
