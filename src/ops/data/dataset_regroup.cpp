// Shard, Unbatch, PaddedBatch (V2), and the one element of a dataset.
// Source of the rules: tensorflow/core/kernels/data/{shard,padded_batch}
// _dataset_op.cc, dataset_ops.cc, experimental/unbatch_dataset_op.cc.
#include <utility>

#include "kernels/mover.h"
#include "op/registry.h"
#include "op/result_size.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/dataset.h"
#include "tensor/memory_limit.h"

namespace rill {
namespace {

using IteratorPtr = std::shared_ptr<GraphIterator>;

// Row i, without its first dimension.
Tensor row_of(const Tensor& t, int64_t i) {
  return t.rows(i, i + 1).reshaped(sub_shape(t.shape(), 1, t.rank()));
}

void shard(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto shards = scalar_input<int64_t>(ctx, 1, "num_shards");
  const auto index = scalar_input<int64_t>(ctx, 2, "index");
  ctx.require(shards > 0,
              "Number of shards must be greater than zero (currently num_shards = ", shards, ").");
  ctx.require(index >= 0 && index < shards, "Index must be between 0 and ", shards - 1,
              " (currently index = ", index, ").");
  const int64_t n = input->cardinality();
  output_dataset(
      ctx, {input},
      [=] {
        return iterator_of([=, in = IteratorPtr(input->iterate()), skipped = index](
                               Runtime& runtime, Element& out) mutable {
          for (; skipped > 0; --skipped) {
            runtime.check_cancelled();
            if (!in->next(runtime, out)) return false;
          }
          skipped = shards - 1;
          return in->next(runtime, out);
        });
      },
      n < 0 ? n : n / shards + (index < n % shards ? 1 : 0));
}

// By elements, not by files: no worker is here that would read the others.
void auto_shard(KernelContext& ctx) {
  constexpr int64_t kOff = -1, kAuto = 0, kByData = 2;
  const auto policy = ctx.attr_or<int64_t>("auto_shard_policy", kAuto);
  if (policy == kOff || scalar_input<int64_t>(ctx, 1, "num_workers") == 1) {
    return ctx.set_output(0, ctx.input(0));
  }
  if (policy != kAuto && policy != kByData) {
    ctx.fail(Code::unimplemented, "auto_shard_policy ", policy, "; known are ", kOff, " (off), ",
             kAuto, " and ", kByData, " (by data)");
  }
  shard(ctx);
}

void unbatch(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  output_dataset(ctx, {input}, [input, name = who(ctx)] {
    return iterator_of([name, in = IteratorPtr(input->iterate()), whole = Element(),
                        row = int64_t{0}](Runtime& runtime, Element& out) mutable {
      while (whole.empty() || row == whole[0].dim(0)) {
        runtime.check_cancelled();
        if (!in->next(runtime, whole)) return false;
        row = 0;
        for (const Tensor& t : whole) {
          if (t.rank() == 0) {
            fail(Code::invalid_argument, name, "Input element must have a non-scalar shape");
          }
          if (t.dim(0) != whole[0].dim(0)) {
            fail(Code::invalid_argument, name,
                 "Input element must have the same batch size in "
                 "each component. One had ",
                 whole[0].dim(0), ", another ", t.dim(0), ".");
          }
        }
      }
      out.clear();
      for (const Tensor& t : whole) out.push_back(row_of(t, row));
      ++row;
      return true;
    });
  });
}

// What a batch pads its components to: -1 is the largest of the batch.
struct Pads {
  std::string name;
  std::vector<std::vector<int64_t>> shapes;
  Element values;

  Shape shape_of(const std::vector<Element>& rows, size_t c) const {
    std::vector<int64_t> dims = shapes[c];
    for (const Element& row : rows) {
      const Shape& shape = row[c].shape();
      if (shape.rank() != static_cast<int>(dims.size())) {
        fail(Code::invalid_argument, name,
             "All elements in a batch must have the same rank as "
             "the padded shape for component",
             c, ": expected rank ", dims.size(),
             " but got "
             "element with rank ",
             shape.rank());
      }
      for (int d = 0; d < shape.rank(); ++d) {
        const int64_t wanted = shapes[c][static_cast<size_t>(d)];
        int64_t& dim = dims[static_cast<size_t>(d)];
        if (wanted < 0) {
          dim = std::max(dim, shape[d]);
        } else if (shape[d] > wanted) {
          fail(Code::data_loss, name, "Attempted to pad to a smaller size than the input element.");
        }
      }
    }
    dims.insert(dims.begin(), static_cast<int64_t>(rows.size()));
    for (int64_t& d : dims) d = std::max<int64_t>(d, 0);
    return Shape(dims);
  }

  Element operator()(const std::vector<Element>& rows) const {
    Element out;
    for (size_t c = 0; c < shapes.size(); ++c) {
      const Shape shape = shape_of(rows, c);
      const DType dtype = values[c].dtype();
      const int64_t bytes = result_bytes(dtype, shape);
      if (bytes > kLargeResult && static_cast<size_t>(bytes) > largest_asked_tensor()) {
        fail(Code::resource_exhausted, name, "a batch of shape ", shape, " takes ", bytes,
             " bytes; at most ", largest_asked_tensor(), " are allowed (RILL_TENSOR_BYTES)");
      }
      const kernels::Mover mover(dtype);
      Tensor all(dtype, shape);
      mover.fill(values[c].raw(), all.raw(), all.size());
      for (size_t i = 0; i < rows.size(); ++i) {
        const Tensor& part = rows[i][c];
        if (part.dtype() != dtype) fail(Code::invalid_argument, name, "Mismatched type");
        copy_corner(mover, part, shape, all, static_cast<int64_t>(i));
      }
      out.push_back(std::move(all));
    }
    return out;
  }

 private:
  // Each innermost row of `part` to its place in element `i` of `all`.
  static void copy_corner(const kernels::Mover& mover, const Tensor& part, const Shape& shape,
                          Tensor& all, int64_t i) {
    if (part.size() == 0) return;
    const int rank = part.rank();
    const int64_t length = rank > 0 ? part.dim(rank - 1) : 1;
    for (int64_t r = 0; r < part.size() / length; ++r) {
      int64_t left = r, to = 0, step = rank > 0 ? shape[rank] : 1;
      for (int d = rank - 2; d >= 0; --d) {
        to += left % part.dim(d) * step;
        left /= part.dim(d);
        step *= shape[d + 1];
      }
      mover.copy(mover.at(part.raw(), r * length), mover.at(all.raw(), i * step + to), length);
    }
  }
};

void padded_batch(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto size = scalar_input<int64_t>(ctx, 1, "batch_size");
  ctx.require(size > 0, "Batch size must be greater than zero.");
  const int n = static_cast<int>(ctx.attr<int64_t>("N"));
  ctx.require(ctx.num_inputs() >= 2 + 2 * n, "there are ", n, " padded shapes, but only ",
              ctx.num_inputs() - 2 - n, " padding values");
  Pads pads{who(ctx), {}, {}};
  for (int i = 0; i < n; ++i) {
    ctx.require(ctx.input(2 + i).rank() == 1, "All padded shapes must be vectors");
    pads.shapes.push_back(ctx.input(2 + i).to_vector<int64_t>());
    ctx.require(ctx.input(2 + n + i).rank() == 0, "All padding values must be scalars");
    pads.values.push_back(ctx.input(2 + n + i).owned());
  }
  const int last = ctx.num_inputs() - 1;
  const bool drop = last == 2 + 2 * n && scalar_input<bool>(ctx, last, "drop_remainder");
  output_dataset(
      ctx, {input},
      [=] {
        return iterator_of([=, in = IteratorPtr(input->iterate())](Runtime& runtime, Element& out) {
          std::vector<Element> rows;
          for (Element row; static_cast<int64_t>(rows.size()) < size && in->next(runtime, row);) {
            runtime.check_cancelled();
            if (row.size() != pads.shapes.size()) {
              fail(Code::invalid_argument, pads.name, "Number of components does not match");
            }
            rows.push_back(std::exchange(row, {}));
          }
          if (rows.empty() || (drop && static_cast<int64_t>(rows.size()) < size)) return false;
          out = pads(rows);
          return true;
        });
      },
      batched_cardinality(input->cardinality(), size, drop));
}

void single_element(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto in = input->iterate();
  Element only, more;
  ctx.require(in->next(ctx.runtime(), only), "Dataset was empty.");
  ctx.require(!in->next(ctx.runtime(), more), "Dataset had more than one element.");
  ctx.require(static_cast<int>(only.size()) == ctx.num_outputs(), "the dataset has ", only.size(),
              " components, not ", ctx.num_outputs());
  for (size_t i = 0; i < only.size(); ++i) ctx.set_output(static_cast<int>(i), only[i]);
}

}  // namespace

void register_dataset_regroup(OpRegistry& registry) {
  const AttrDef types = type_list_attr("output_types", 1),
                output_shapes = shape_list_attr("output_shapes"),
                meta = string_attr("metadata", "");
  const auto add = [&](const std::string& signature, std::vector<AttrDef> attrs,
                       void (*kernel)(KernelContext&), bool stateful = false) {
    attrs.push_back(output_shapes);
    attrs.push_back(meta);
    registry.add({.signature = signature,
                  .attrs = attrs,
                  .shape = stateful ? shapes::unknown : shapes::scalar,
                  .kernel = kernel,
                  .stateful = stateful,
                  .not_differentiable = true});
  };
  add("ShardDataset(input_dataset: variant, num_shards: int64, index: int64) -> (handle: variant)",
      {bool_attr("require_non_empty", false), types}, shard);
  for (const std::string prefix : {"", "Experimental"}) {
    add(prefix + "UnbatchDataset(input_dataset: variant) -> (handle: variant)", {types}, unbatch);
    add(prefix +
            "AutoShardDataset(input_dataset: variant, num_workers: int64, index: int64) -> "
            "(handle: variant)",
        {int_attr("auto_shard_policy", 0), int_attr("num_replicas", 0), types}, auto_shard);
  }
  const std::string padded =
      "(input_dataset: variant, batch_size: int64, padded_shapes: N*int64, padding_values: "
      "list(Toutput_types)";
  const AttrDef padded_types = type_list_attr("Toutput_types", 1), n = at_least(1, int_attr("N"));
  add("PaddedBatchDataset" + padded + ") -> (handle: variant)", {padded_types, n}, padded_batch);
  add("PaddedBatchDatasetV2" + padded + ", drop_remainder: bool) -> (handle: variant)",
      {bool_attr("parallel_copy", false), padded_types, n}, padded_batch);
  add("DatasetToSingleElement(dataset: variant) -> (components: list(output_types))", {types},
      single_element, true);
}

}  // namespace rill
