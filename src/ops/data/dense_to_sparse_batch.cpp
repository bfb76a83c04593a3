// DenseToSparseBatchDataset: tensors of different lengths as one sparse tensor a batch.
// Source of the rules:
// tensorflow/core/kernels/data/experimental/dense_to_sparse_batch_dataset_op.cc.
#include <algorithm>

#include "kernels/mover.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/composed.h"
#include "ops/dataset.h"

namespace rill {
namespace {

using Ints = std::vector<int64_t>;

// Every element of every row, in order, and the shape that holds them all.
Element sparse_batch(const std::string& name, const std::vector<Tensor>& rows,
                     const Ints& row_shape) {
  const auto rank = static_cast<int>(row_shape.size());
  Ints shape = row_shape;
  int64_t count = 0;
  for (const Tensor& row : rows) {
    if (row.rank() != rank) {
      fail(Code::invalid_argument, name, "Input element had shape (", row.shape(),
           ") that is incompatible with the row shape of rank ", rank);
    }
    for (int d = 0; d < rank; ++d) {
      const auto k = static_cast<size_t>(d);
      if (row_shape[k] < 0) {
        shape[k] = std::max(shape[k], row.dim(d));
      } else if (row.dim(d) > row_shape[k]) {
        fail(Code::data_loss, name, "Input element had shape (", row.shape(),
             ") that is incompatible with the row shape (", Shape(row_shape), ").");
      }
    }
    count += row.size();
  }
  Tensor indices(DType::int64, Shape{count, rank + 1});
  Tensor values(rows[0].dtype(), Shape{count});
  const kernels::Mover mover(values.dtype());
  auto* to = indices.data<int64_t>();
  int64_t filled = 0;
  for (size_t r = 0; r < rows.size(); ++r) {
    const Tensor& row = rows[r];
    mover.copy(row.raw(), mover.at(values.raw(), filled), row.size());
    filled += row.size();
    for (int64_t i = 0; i < row.size(); ++i) {
      int64_t rest = i;
      for (int d = rank; d > 0; --d) {
        to[d] = rest % row.dim(d - 1);
        rest /= row.dim(d - 1);
      }
      to[0] = static_cast<int64_t>(r);
      to += rank + 1;
    }
  }
  shape.insert(shape.begin(), static_cast<int64_t>(rows.size()));
  return run_op_now("SerializeSparse", {indices, values, Tensor::vector(shape)},
                    {{"T", values.dtype()}, {"out_type", DType::variant}});
}

void dense_to_sparse_batch(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto size = scalar_input<int64_t>(ctx, 1, "batch_size");
  ctx.require(size > 0, "Batch size must be greater than zero.");
  ctx.require(ctx.input(2).rank() == 1, "row_shape must be a vector");
  const Ints row_shape = ctx.input(2).to_vector<int64_t>();
  for (const int64_t dim : row_shape) {
    ctx.require(dim >= -1, "Dimension ", dim, " of row_shape must be >= -1");
  }
  output_dataset(ctx, {input}, [=, name = who(ctx)] {
    return iterator_of([=, in = std::shared_ptr<GraphIterator>(input->iterate())](
                           Runtime& runtime, Element& out) mutable {
      std::vector<Tensor> rows;
      Element element;
      while (static_cast<int64_t>(rows.size()) < size && in->next(runtime, element)) {
        runtime.check_cancelled();
        if (element.size() != 1) {
          fail(Code::unimplemented, name, "DenseToSparseBatchDataset only supports inputs with a ",
               "single component.");
        }
        rows.push_back(element[0]);
      }
      if (rows.empty()) return false;
      out = sparse_batch(name, rows, row_shape);
      return true;
    });
  });
}

}  // namespace

void register_dense_to_sparse_batch(OpRegistry& registry) {
  for (const char* prefix : {"", "Experimental"}) {
    registry.add({.signature = str(prefix,
                                   "DenseToSparseBatchDataset(input_dataset: variant, batch_size: "
                                   "int64, row_shape: int64) -> (handle: variant)"),
                  .attrs = {type_list_attr("output_types", 1), shape_list_attr("output_shapes")},
                  .shape = shapes::scalar,
                  .kernel = dense_to_sparse_batch,
                  .not_differentiable = true});
  }
}

}  // namespace rill
