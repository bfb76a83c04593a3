// map_fn, scan, foldl and foldr over while_loop and lists of tensors.
#include "base/fail.h"
#include "function/branch_body.h"
#include "function/vectorize.h"
#include "op/emit.h"
#include "rill/control_flow.hpp"

namespace rill {
namespace {

using Step = std::function<Value(const Value& accumulator, const Value& row)>;

Value int32(int32_t n) { return Tensor::scalar(n); }

Value row_of(const Value& elems, const Value& i) {
  return emit("GatherV2", {elems, i, int32(0)}, {{"batch_dims", int64_t{0}}});
}

Value length_of(const Value& elems) {
  if (elems.shape().has_rank() && elems.rank() == 0) {
    fail(Code::invalid_argument, "elems must have at least one dimension; it is a scalar");
  }
  if (elems.shape().has_rank() && elems.dim(0) != Shape::kUnknownDim) {
    return int32(static_cast<int32_t>(elems.dim(0)));
  }
  const Value one = Tensor::vector<int32_t>({1});
  return emit("StridedSlice", {emit("Shape", {elems}), Tensor::vector<int32_t>({0}), one, one},
              {{"shrink_axis_mask", int64_t{1}}});
}

Value shape_argument(const Shape& shape) {
  if (!shape.has_rank()) return int32(-1);
  std::vector<int32_t> dims;
  for (int i = 0; i < shape.rank(); ++i) dims.push_back(static_cast<int32_t>(shape[i]));
  return Tensor::vector(dims);
}

Shape first_row(const Shape& shape) {
  if (!shape.has_rank()) return Shape::unknown_rank();
  std::vector<int64_t> dims;
  for (int i = 1; i < shape.rank(); ++i) dims.push_back(shape[i]);
  return Shape(dims);
}

struct Folded {
  Value last;
  Value all;
};

Folded fold(const Step& fn, const Value& elems, const Value& initializer, bool reverse, bool keep) {
  const Value n = length_of(elems);
  const Value at = emit("Sub", {n, int32(1)});  // the last row
  const bool given = static_cast<bool>(initializer);
  const Value first = given ? initializer : row_of(elems, reverse ? at : int32(0));
  Value list;
  const Shape& element = first.shape();
  if (keep) {
    list =
        emit("TensorListReserve", {shape_argument(element), n}, {{"element_dtype", first.dtype()}});
    if (!given) {
      list = emit("TensorListSetItem", {list, reverse ? at : int32(0), first});
    }
  }
  Values vars{int32(given ? 0 : 1), first};
  if (keep) vars.push_back(list);
  const Values out = while_loop(
      [&](const Values& v) {
        return emit("Less", {v[0], n});
      },
      [&](const Values& v) {
        const Value i = reverse ? emit("Sub", {at, v[0]}) : v[0];
        const Value accumulator = fn(v[1], row_of(elems, i));
        Values next{emit("AddV2", {v[0], int32(1)}), accumulator};
        if (keep) next.push_back(emit("TensorListSetItem", {v[2], i, accumulator}));
        return next;
      },
      vars);
  Folded folded;
  folded.last = out[1];
  if (keep) {
    folded.all = emit("TensorListStack", {out[2], shape_argument(element)},
                      {{"element_dtype", first.dtype()}});
  }
  return folded;
}

}  // namespace

Value map_fn(const std::function<Value(const Value& row)>& fn, const Value& elems) {
  const Value n = length_of(elems);
  if (!elems.is_symbolic() && !current_graph()) {
    Values rows;
    for (int32_t i = 0; i < n.item<int32_t>(); ++i) rows.push_back(fn(row_of(elems, int32(i))));
    if (rows.empty()) {
      fail(Code::invalid_argument, "map_fn of no rows cannot know the shape of its results");
    }
    return emit("Pack", rows, {{"axis", int64_t{0}}});
  }
  // The list is made before the loop, so what `fn` gives is found out first.
  const std::shared_ptr<GraphImpl> graph = current_graph() ? current_graph() : elems.rep()->graph;
  const TracedBody probe =
      trace_body(graph, "map_probe", {elems.dtype()}, {first_row(elems.shape())},
                 [&](const Values& row) { return Values{fn(row[0])}; });
  const Endpoint result = probe.body->graph->node(probe.body->returns[0]).inputs[0];
  const Value like = probe.body->graph->tensor(result);
  graph->library->bodies.erase(probe.body->name);
  const DType dtype = like.dtype();
  const Shape& shape = like.shape();
  const Value list =
      emit("TensorListReserve", {shape_argument(shape), n}, {{"element_dtype", dtype}});
  const Values out = while_loop(
      [&](const Values& v) {
        return emit("Less", {v[0], n});
      },
      [&](const Values& v) {
        return Values{emit("AddV2", {v[0], int32(1)}),
                      emit("TensorListSetItem", {v[1], v[0], fn(row_of(elems, v[0]))})};
      },
      {int32(0), list});
  return emit("TensorListStack", {out[1], shape_argument(shape)}, {{"element_dtype", dtype}});
}

Value vectorized_map(const std::function<Value(const Value& row)>& fn, const Value& elems) {
  const std::optional<Value> all = vectorize(fn, elems);
  return all ? *all : map_fn(fn, elems);
}

Value scan(const Step& fn, const Value& elems, const Value& initializer,
           const ScanOptions& options) {
  return fold(fn, elems, initializer, options.reverse, true).all;
}

Value foldl(const Step& fn, const Value& elems, const Value& initializer) {
  return fold(fn, elems, initializer, false, false).last;
}

Value foldr(const Step& fn, const Value& elems, const Value& initializer) {
  return fold(fn, elems, initializer, true, false).last;
}

}  // namespace rill
