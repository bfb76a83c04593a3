// TensorDataset, TensorSliceDataset, SparseTensorSliceDataset, RangeDataset.
// Source of the rules: tensorflow/core/kernels/data/{tensor,tensor_slice,sparse_tensor_slice,range}
// _dataset_op.cc.
#include <algorithm>

#include "kernels/cast.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/dataset.h"

namespace rill {
namespace {

Element components(const KernelContext& ctx) {
  Element all;
  for (const Tensor& t : ctx.inputs()) all.push_back(t.owned());
  return all;
}

void tensor_dataset(KernelContext& ctx) {
  output_dataset(
      ctx, {},
      [all = components(ctx)] {
        return iterator_of([all, done = false](Runtime&, Element& out) mutable {
          if (done) return false;
          out = all;
          return done = true;
        });
      },
      1);
}

void slice_dataset(KernelContext& ctx) {
  const Element all = components(ctx);
  for (const Tensor& t : all) {
    ctx.require(t.rank() >= 1, "All components must be at least 1-dimensional");
    ctx.require(t.dim(0) == all[0].dim(0),
                "All components must have the same size in the 0th dimension");
  }
  output_dataset(
      ctx, {},
      [all] {
        return iterator_of([all, row = int64_t{0}](Runtime&, Element& out) mutable {
          if (row == all[0].dim(0)) return false;
          out.clear();
          for (const Tensor& t : all) {
            out.push_back(t.rows(row, row + 1).reshaped(sub_shape(t.shape(), 1, t.rank())));
          }
          ++row;
          return true;
        });
      },
      all[0].dim(0));
}

// Element i is the sparse tensor of row i: indices, values and shape.
void sparse_slice_dataset(KernelContext& ctx) {
  const Tensor indices = ctx.input(0).owned(), values = ctx.input(1).owned(),
               shape = ctx.input(2).owned();
  ctx.require(indices.rank() == 2, "Input indices must be a matrix. Got: ", indices.shape());
  ctx.require(values.rank() == 1, "Input values must be a vector. Got: ", values.shape());
  ctx.require(shape.rank() == 1 && shape.size() > 0,
              "Input shape must be a vector. Got: ", shape.shape());
  const int64_t count = indices.dim(0), rank = indices.dim(1);
  ctx.require(values.size() == count, "Number of values must match first dimension of indices. ",
              "Got ", values.size(), " values, indices shape: ", indices.shape());
  ctx.require(rank == shape.size(), "Number of dimensions must match second dimension of indices. ",
              "Got ", shape.size(), " dimensions, indices shape: ", indices.shape());
  const auto* at = indices.data<int64_t>();
  const int64_t rows = *shape.data<int64_t>();
  for (int64_t i = 0; i < count; ++i) {
    const int64_t row = at[i * rank];
    ctx.require(row >= (i > 0 ? at[(i - 1) * rank] : 0) && row < rows,
                "The SparseTensor must be ordered in the batch dimension; handling arbitrarily "
                "ordered input is not currently supported.");
  }
  output_dataset(
      ctx, {},
      [=] {
        return iterator_of(
            [=, row = int64_t{0}, used = int64_t{0}](Runtime&, Element& out) mutable {
              if (row >= rows) return false;
              const auto* from = indices.data<int64_t>();
              int64_t end = used;
              while (end < count && from[end * rank] == row) ++end;
              Tensor inner(DType::int64, Shape{end - used, rank - 1});
              auto* to = inner.data<int64_t>();
              for (int64_t i = used; i < end; ++i) {
                to = std::copy_n(from + i * rank + 1, rank - 1, to);
              }
              out = {std::move(inner), values.rows(used, end), shape.rows(1, rank)};
              used = end;
              ++row;
              return true;
            });
      },
      rows);
}

// ceil((stop - start) / step), however far they lie apart.
int64_t range_cardinality(int64_t start, int64_t stop, int64_t step) {
  if (step > 0 ? start >= stop : start <= stop) return 0;
  const auto from = static_cast<uint64_t>(start), to = static_cast<uint64_t>(stop);
  const uint64_t reach = step > 0 ? to - from : from - to;
  const uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : -static_cast<uint64_t>(step);
  return static_cast<int64_t>(std::min<uint64_t>((reach - 1) / stride + 1, INT64_MAX));
}

void range_dataset(KernelContext& ctx) {
  const auto start = scalar_input<int64_t>(ctx, 0, "start");
  const auto stop = scalar_input<int64_t>(ctx, 1, "stop");
  const auto step = scalar_input<int64_t>(ctx, 2, "step");
  ctx.require(step != 0, "step must be a non-zero integer.");
  const auto& types = ctx.attr<std::vector<DType>>("output_types");
  ctx.require(types.size() == 1, "a range has one component, not ", types.size());
  const kernels::Cast cast = kernels::prepare_cast(DType::int64, types[0], 1);
  output_dataset(
      ctx, {},
      [=, dtype = types[0]] {
        return iterator_of([=, at = start, done = false](Runtime&, Element& out) mutable {
          if (done || (step > 0 ? at >= stop : at <= stop)) return false;
          Tensor number(dtype, Shape{});
          cast.run(&at, number.raw());
          out = {std::move(number)};
          done = __builtin_add_overflow(at, step, &at);
          return true;
        });
      },
      range_cardinality(start, stop, step));
}

}  // namespace

void register_dataset_sources(OpRegistry& registry) {
  const std::vector<AttrDef> typed = {type_list_attr("Toutput_types", 1),
                                      shape_list_attr("output_shapes"),
                                      string_attr("metadata", "")};
  registry.add({.signature = "TensorDataset(components: list(Toutput_types)) -> (handle: variant)",
                .attrs = typed,
                .shape = shapes::scalar,
                .kernel = tensor_dataset,
                .stateful = true,
                .not_differentiable = true});
  std::vector<AttrDef> slices = typed;
  slices.push_back(bool_attr("is_files", false));
  slices.push_back(bool_attr("replicate_on_split", false));
  registry.add(
      {.signature = "TensorSliceDataset(components: list(Toutput_types)) -> (handle: variant)",
       .attrs = slices,
       .shape = shapes::scalar,
       .kernel = slice_dataset,
       .stateful = true,
       .not_differentiable = true});
  registry.add({.signature = "SparseTensorSliceDataset(indices: int64, values: Tvalues, "
                             "dense_shape: int64) -> (handle: variant)",
                .attrs = {type_attr("Tvalues")},
                .shape = shapes::scalar,
                .kernel = sparse_slice_dataset,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "RangeDataset(start: int64, stop: int64, step: int64) -> "
                             "(handle: variant)",
                .attrs = {type_list_attr("output_types", 1), shape_list_attr("output_shapes"),
                          string_attr("metadata", ""), bool_attr("replicate_on_split", false)},
                .shape = shapes::scalar,
                .kernel = range_dataset,
                .stateful = true,
                .not_differentiable = true});
}

}  // namespace rill
