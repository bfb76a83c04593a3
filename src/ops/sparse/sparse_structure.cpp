// Sparse tensors put in order, given other dimensions, joined and cut.
#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "ops/sparse_tensor.h"

namespace rill {
namespace {

std::vector<int64_t> chosen_coordinates(const SparseInput& sparse,
                                        const std::vector<int64_t>& chosen) {
  std::vector<int64_t> out;
  out.reserve(chosen.size() * static_cast<size_t>(sparse.rank));
  for (const int64_t i : chosen) out.insert(out.end(), sparse.at(i), sparse.at(i) + sparse.rank);
  return out;
}

void reorder(KernelContext& ctx) {
  const SparseInput sparse = sparse_input(ctx, 0, 1, 2);
  require_in_bounds(ctx, sparse);
  if (sparse.rank == 0) {  // nothing to order by
    ctx.set_output(0, ctx.input(0));
    ctx.set_output(1, ctx.input(1));
    return;
  }
  const std::vector<int64_t> order = row_major_order(sparse.coordinates, sparse.rank);
  put_coordinates(ctx, 0, chosen_coordinates(sparse, order), sparse.rank);
  put_chosen(ctx, 1, *sparse.values, order);
}

void reorder_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.set_output(0, ctx.input(0));
  ctx.set_output(1, ctx.input(1));
}

void reshape(KernelContext& ctx) {
  const SparseInput in = sparse_input(ctx, 0, -1, 1);
  ctx.require(ctx.input(2).rank() == 1, "Target shape should be a vector but received shape ",
              ctx.input(2).shape());
  std::vector<int64_t> target = ints_of(ctx.input(2));
  const int64_t total = Shape(in.shape).num_elements();
  int64_t known = 1;
  int open = -1;
  for (size_t d = 0; d < target.size(); ++d) {
    if (target[d] == -1) {
      ctx.require(open < 0, "only one output dimension may be -1, not both ", open, " and ", d);
      open = static_cast<int>(d);
      continue;
    }
    ctx.require(target[d] >= 0, "size ", d, " must be non-negative, not ", target[d]);
    ctx.require(!__builtin_mul_overflow(known, target[d], &known), "the new shape is too large");
  }
  if (open >= 0) {
    ctx.require(known > 0,
                "reshape cannot infer the missing input size for an empty tensor unless all "
                "specified input sizes are non-zero");
    target[static_cast<size_t>(open)] = total / known;
    known *= total / known;
  }
  ctx.require(known == total, "Input to reshape is a SparseTensor with ", total,
              " dense values, but the requested shape requires ", known, ". input_shape=", in.shape,
              " output_shape=", target);
  require_in_bounds(ctx, in);
  const int rank = static_cast<int>(target.size());
  auto* out = ctx.output(0, Shape{in.count, rank}).data<int64_t>();
  for (int64_t i = 0; i < in.count; ++i) {
    int64_t offset = dense_offset(in, i);
    for (int d = rank - 1; d >= 0; --d) {
      // Offsets are not negative.
      const auto size = static_cast<uint64_t>(target[static_cast<size_t>(d)]);
      const auto rest = static_cast<uint64_t>(offset);
      const bool narrow = (rest | size) <= UINT32_MAX;  // divides faster
      const uint64_t next =
          narrow ? static_cast<uint32_t>(rest) / static_cast<uint32_t>(size) : rest / size;
      out[i * rank + d] = static_cast<int64_t>(rest - next * size);
      offset = static_cast<int64_t>(next);
    }
  }
  put_vector(ctx, 1, target);
}

void reshape_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 1);
  ctx.require_rank_exactly(2, 1);
  const int64_t rank = ctx.input(2).has_rank() ? ctx.input(2)[0] : -1;
  ctx.set_output(0, Shape{ctx.input(0).has_rank() ? ctx.input(0)[0] : -1, rank});
  ctx.set_output(1, Shape{rank});
}

void concat(KernelContext& ctx) {
  const int n = ctx.num_inputs() / 3;
  std::vector<SparseInput> parts;
  for (int k = 0; k < n; ++k) parts.push_back(sparse_input(ctx, k, n + k, 2 * n + k));
  const int rank = parts[0].rank;
  const int64_t given = ctx.attr<int64_t>("concat_dim");
  ctx.require(given >= -rank && given < rank, "Concat dimension must be in range [", -rank, ", ",
              rank, "), got ", given);
  const auto axis = static_cast<size_t>(given < 0 ? given + rank : given);
  std::vector<int64_t> shape = parts[0].shape, coordinates, sources;
  shape[axis] = 0;
  int64_t entries = 0;
  for (int k = 0; k < n; ++k) {
    const SparseInput& part = parts[static_cast<size_t>(k)];
    ctx.require(part.rank == rank, "Ranks of all input tensors must match: expected ", rank,
                " but got ", part.rank, " at position ", k);
    for (size_t d = 0; d < shape.size(); ++d) {
      ctx.require(d == axis || part.shape[d] == shape[d], "Input shapes must match: expected ",
                  shape[d], " for dimension ", d, " but got ", part.shape[d], " at position ", k);
    }
    require_in_bounds(ctx, part);
    const size_t begin = coordinates.size();
    coordinates.insert(coordinates.end(), part.coordinates.begin(), part.coordinates.end());
    for (size_t i = begin + axis; i < coordinates.size(); i += static_cast<size_t>(rank)) {
      coordinates[i] += shape[axis];
    }
    ctx.require(!__builtin_add_overflow(shape[axis], part.shape[axis], &shape[axis]),
                "the concatenation is too large");
    entries += part.count;
  }
  const std::vector<int64_t> order = row_major_order(coordinates, rank);
  std::vector<int64_t> sorted(coordinates.size());
  for (size_t i = 0; i < order.size(); ++i) {
    std::copy_n(coordinates.begin() + order[i] * rank, rank,
                sorted.begin() + static_cast<int64_t>(i) * rank);
  }
  put_coordinates(ctx, 0, sorted, rank);
  Tensor& out = ctx.output(1, Shape{entries});
  dispatch_by_size(out.dtype(), "SparseConcat", [&]<typename T>() {
    std::vector<T> all;
    all.reserve(static_cast<size_t>(entries));
    for (const SparseInput& part : parts) {
      const T* from = static_cast<const T*>(part.values->raw());
      all.insert(all.end(), from, from + part.count);
    }
    for (size_t i = 0; i < order.size(); ++i) {
      static_cast<T*>(out.raw())[i] = all[static_cast<size_t>(order[i])];
    }
  });
  put_vector(ctx, 2, shape);
}

void concat_shape(ShapeContext& ctx) {
  const Shape& indices = ctx.input(0);
  const int64_t rank = indices.rank() == 2 ? indices[1] : -1;
  ctx.set_output(0, Shape{-1, rank});
  ctx.set_output(1, Shape{-1});
  ctx.set_output(2, Shape{rank});
}

// The entries within [start, start + size), as seen from start.
void cut(KernelContext& ctx, const SparseInput& in, const std::vector<int64_t>& start,
         const std::vector<int64_t>& size, int out_indices, int out_values, int out_shape) {
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < in.count; ++i) {
    bool inside = true;
    for (int d = 0; inside && d < in.rank; ++d) {
      const auto u = static_cast<size_t>(d);
      inside = in.at(i)[d] >= start[u] && in.at(i)[d] - start[u] < size[u];
    }
    if (inside) chosen.push_back(i);
  }
  const auto n = static_cast<int64_t>(chosen.size());
  auto* to = ctx.output(out_indices, Shape{n, in.rank}).data<int64_t>();
  for (const int64_t i : chosen) {
    for (int d = 0; d < in.rank; ++d) *to++ = in.at(i)[d] - start[static_cast<size_t>(d)];
  }
  put_chosen(ctx, out_values, *in.values, chosen);
  put_vector(ctx, out_shape, size);
}

void slice(KernelContext& ctx) {
  const SparseInput in = sparse_input(ctx, 0, 1, 2);
  for (int i = 3; i <= 4; ++i) {
    ctx.require(ctx.input(i).rank() == 1 && ctx.input(i).dim(0) == in.rank,
                i == 3 ? "Expected start" : "Expected size", " to be a vector of length ", in.rank,
                " but got shape ", ctx.input(i).shape());
  }
  const std::vector<int64_t> start = ints_of(ctx.input(3));
  std::vector<int64_t> size = ints_of(ctx.input(4));
  for (size_t d = 0; d < size.size(); ++d) {
    ctx.require(start[d] >= 0 && size[d] >= 0, "start and size must not be negative: start ", start,
                ", size ", size);
    size[d] = std::min(size[d], std::max<int64_t>(0, in.shape[d] - start[d]));
  }
  cut(ctx, in, start, size, 0, 1, 2);
}

// Gradient values of the sliced entries at their places among the input's entries.
void slice_grad(KernelContext& ctx) {
  const Tensor& gradient = ctx.input(0);
  const Tensor& in = ctx.input(1);
  const Tensor& out = ctx.input(3);
  ctx.require(in.rank() == 2 && out.rank() == 2 && in.dim(1) == out.dim(1),
              "indices must be matrices of one width, got ", in.shape(), " and ", out.shape());
  ctx.require(gradient.rank() == 1 && gradient.dim(0) == out.dim(0),
              "backprop_val_grad and output_indices do not match: ", gradient.shape(), " and ",
              out.shape());
  ctx.require(ctx.input(2).rank() == 1 && ctx.input(2).dim(0) == in.dim(1),
              "input_start must have ", in.dim(1), " elements, got shape ", ctx.input(2).shape());
  const int rank = static_cast<int>(in.dim(1));
  const std::vector<int64_t> start = ints_of(ctx.input(2));
  Tensor& result = ctx.output(0, Shape{in.dim(0)});
  dispatch_arithmetic(gradient.dtype(), "SparseSliceGrad", [&]<typename T>() {
    int64_t next = 0;
    for (int64_t i = 0; i < in.dim(0); ++i) {
      bool same = next < out.dim(0);
      for (int d = 0; same && d < rank; ++d) {
        same = in.data<int64_t>()[i * rank + d] ==
               plus(out.data<int64_t>()[next * rank + d], start[static_cast<size_t>(d)]);
      }
      result.data<T>()[i] = same ? gradient.data<T>()[next++] : T(0);
    }
    ctx.require(next == out.dim(0),
                "Elements of backprop_val_grad aren't all propagated. "
                "Num elements:",
                out.dim(0), ", used: ", next);
  });
}

void slice_grad_shape(ShapeContext& ctx) {
  ctx.set_output(0, Shape{ctx.input(1).rank() == 2 ? ctx.input(1)[0] : -1});
}

// The first (size % parts) parts are longer by one.
void split(KernelContext& ctx) {
  const SparseInput in = sparse_input(ctx, 1, 2, 3);
  ctx.require(ctx.input(0).rank() == 0, "split_dim must be a scalar, got shape ",
              ctx.input(0).shape());
  const auto given = ctx.input(0).item<int64_t>();
  ctx.require(given >= -in.rank && given < in.rank, "Input split_dim should be between -", in.rank,
              " and ", in.rank, ", got ", given);
  const auto axis = static_cast<size_t>(given < 0 ? given + in.rank : given);
  const int64_t parts = ctx.attr<int64_t>("num_split");
  ctx.require(parts >= 1 && parts <= in.shape[axis],
              "Input num_split should be between 1 and the "
              "splitting dimension size (",
              in.shape[axis], "), got ", parts);
  require_in_bounds(ctx, in);
  const int64_t base = in.shape[axis] / parts, longer = in.shape[axis] % parts;
  std::vector<int64_t> start(in.shape.size(), 0), size = in.shape;
  const int n = static_cast<int>(parts);
  for (int k = 0; k < n; ++k) {
    size[axis] = base + (k < longer ? 1 : 0);
    cut(ctx, in, start, size, k, n + k, 2 * n + k);
    start[axis] += size[axis];
  }
}

void split_shape(ShapeContext& ctx) {
  const int n = ctx.num_outputs() / 3;
  const int64_t rank = ctx.input(1).rank() == 2 ? ctx.input(1)[1] : -1;
  for (int k = 0; k < n; ++k) {
    ctx.set_output(k, Shape{-1, rank});
    ctx.set_output(n + k, Shape{-1});
    ctx.set_output(2 * n + k, Shape{rank});
  }
}

// Formulas of the gradients: tensorflow/python/ops/sparse_grad.py.
Values reorder_gradient(const GradContext& ctx) {
  const Value& indices = ctx.input(0);
  const Value count = grads::item(grads::shape_of(indices), 0);
  const Values sorted =
      emit_all("SparseReorder", {indices, grads::range(Value(0), count), ctx.input(2)});
  const Value back = emit("InvertPermutation", {sorted[1]});
  return {{}, grads::gather(grads::output_gradient(ctx, 1), back), {}};
}

Values slice_gradient(const GradContext& ctx) {
  return grads::only(ctx, 1,
                     emit("SparseSliceGrad", {grads::output_gradient(ctx, 1), ctx.input(0),
                                              ctx.input(3), ctx.output(0)}));
}

}  // namespace

void register_sparse_structure(OpRegistry& registry) {
  registry.add({.signature = "SparseReorder(input_indices: int64, input_values: T, input_shape: "
                             "int64) -> (output_indices: int64, output_values: T)",
                .attrs = {type_attr("T")},
                .shape = reorder_shape,
                .kernel = reorder,
                .gradient = reorder_gradient});
  registry.add({.signature = "SparseReshape(input_indices: int64, input_shape: int64, new_shape: "
                             "int64) -> (output_indices: int64, output_shape: int64)",
                .shape = reshape_shape,
                .kernel = reshape});
  registry.add({.signature = "SparseConcat(indices: N*int64, values: N*T, shapes: N*int64) -> "
                             "(output_indices: int64, output_values: T, output_shape: int64)",
                .attrs = {int_attr("concat_dim"), at_least(2, int_attr("N")), type_attr("T")},
                .shape = concat_shape,
                .kernel = concat,
                .not_differentiable = true});
  registry.add({.signature = "SparseSlice(indices: int64, values: T, shape: int64, start: int64, "
                             "size: int64) -> (output_indices: int64, output_values: T, "
                             "output_shape: int64)",
                .attrs = {type_attr("T")},
                .shape = shapes::sparse_like_input,
                .kernel = slice,
                .gradient = slice_gradient});
  registry.add({.signature = "SparseSliceGrad(backprop_val_grad: T, input_indices: int64, "
                             "input_start: int64, output_indices: int64) -> (val_grad: T)",
                .attrs = {type_attr("T", kNumberTypes)},
                .shape = slice_grad_shape,
                .kernel = slice_grad});
  registry.add({.signature = "SparseSplit(split_dim: int64, indices: int64, values: T, shape: "
                             "int64) -> (output_indices: num_split*int64, output_values: "
                             "num_split*T, output_shape: num_split*int64)",
                .attrs = {at_least(1, int_attr("num_split")), type_attr("T")},
                .shape = split_shape,
                .kernel = split});
}

}  // namespace rill
