// TensorDataset, TensorSliceDataset, RangeDataset.
// Source of the rules: tensorflow/core/kernels/data/{tensor,tensor_slice,range}_dataset_op.cc.
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
  output_dataset(ctx, {}, [all = components(ctx)] {
    return iterator_of([all, done = false](Runtime&, Element& out) mutable {
      if (done) return false;
      out = all;
      return done = true;
    });
  });
}

void slice_dataset(KernelContext& ctx) {
  const Element all = components(ctx);
  for (const Tensor& t : all) {
    ctx.require(t.rank() >= 1, "All components must be at least 1-dimensional");
    ctx.require(t.dim(0) == all[0].dim(0),
                "All components must have the same size in the 0th dimension");
  }
  output_dataset(ctx, {}, [all] {
    return iterator_of([all, row = int64_t{0}](Runtime&, Element& out) mutable {
      if (row == all[0].dim(0)) return false;
      out.clear();
      for (const Tensor& t : all) {
        out.push_back(t.rows(row, row + 1).reshaped(sub_shape(t.shape(), 1, t.rank())));
      }
      ++row;
      return true;
    });
  });
}

void range_dataset(KernelContext& ctx) {
  const auto start = scalar_input<int64_t>(ctx, 0, "start");
  const auto stop = scalar_input<int64_t>(ctx, 1, "stop");
  const auto step = scalar_input<int64_t>(ctx, 2, "step");
  ctx.require(step != 0, "step must be a non-zero integer.");
  const auto& types = ctx.attr<std::vector<DType>>("output_types");
  ctx.require(types.size() == 1, "a range has one component, not ", types.size());
  const kernels::Cast cast = kernels::prepare_cast(DType::int64, types[0], 1);
  output_dataset(ctx, {}, [=, dtype = types[0]] {
    return iterator_of([=, at = start, done = false](Runtime&, Element& out) mutable {
      if (done || (step > 0 ? at >= stop : at <= stop)) return false;
      Tensor number(dtype, Shape{});
      cast.run(&at, number.raw());
      out = {std::move(number)};
      done = __builtin_add_overflow(at, step, &at);
      return true;
    });
  });
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
