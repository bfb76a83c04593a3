// BatchFunction: a function of batches, as servers put the rows of many requests together. A run
// has one request; its rows are padded to a size that the function is allowed to see.
// Rules: tensorflow/core/kernels/batch_kernels.cc, batching_util/batch_resource_base.cc.
#include <algorithm>

#include "kernels/mover.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

// The first row in the place of those that are missing.
Tensor padded_batch_rows(const Tensor& t, int64_t rows) {
  const int64_t given = t.dim(0), row = given > 0 ? t.size() / given : 0;
  Tensor out(t.dtype(), join(Shape{rows}, sub_shape(t.shape(), 1, t.rank())));
  const kernels::Mover mover(t.dtype());
  mover.copy(t.raw(), out.raw(), t.size());
  for (int64_t i = given; i < rows; ++i) mover.copy(t.raw(), mover.at(out.raw(), i * row), row);
  return out;
}

void run_batch_function(KernelContext& ctx) {
  const auto count = static_cast<int>(ctx.attr<std::vector<DType>>("Tin").size());
  const int64_t rows = ctx.input(0).rank() > 0 ? ctx.input(0).dim(0) : 0;
  for (int i = 0; i < count; ++i) {
    const Tensor& t = ctx.input(i);
    ctx.require(t.rank() > 0, "Batching input tensors must have at least one dimension");
    ctx.require(t.dim(0) == rows,
                "Batching input tensors supplied in a given op invocation must have equal 0th-"
                "dimension size");
  }
  const auto most = ctx.attr<int64_t>("max_batch_size");
  ctx.require(rows <= most, "Task size ", rows, " is larger than maximum input batch size ", most);
  int64_t padded = rows;
  for (const int64_t size : ctx.attr_or<std::vector<int64_t>>("allowed_batch_sizes", {})) {
    if (size < rows || size > most) continue;
    padded = size;
    break;
  }
  std::vector<Tensor> args;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    const bool pad = i < count && rows > 0 && padded > rows;
    args.push_back(pad ? padded_batch_rows(ctx.input(i), padded) : ctx.input(i).owned());
  }
  const std::vector<Tensor> found =
      ctx.runtime().function(ctx.attr<NameAttrList>("f")).call(std::move(args));
  ctx.require(static_cast<int>(found.size()) == ctx.num_outputs(), "the function gives ",
              found.size(), " values, the node has ", ctx.num_outputs());
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    const Tensor& t = found[static_cast<size_t>(i)];
    ctx.require(t.dtype() == ctx.output_dtype(i), "result ", i, " is ", t.dtype(), ", not ",
                ctx.output_dtype(i));
    ctx.require(t.rank() > 0 && t.dim(0) >= rows,
                "Batched output tensor's 0th dimension does not "
                "equal the sum of the 0th dimension sizes of the input tensors: ",
                t.shape());
    ctx.set_output(i, t.dim(0) == rows ? t : t.rows(0, rows).owned());
  }
}

}  // namespace

void register_batch_function(OpRegistry& registry) {
  const auto sizes = [](const char* name) -> AttrDef { return int_list_attr(name, {}); };
  registry.add(
      {.signature = "BatchFunction(in_tensors: list(Tin), captured_tensors: list(Tcaptured)) -> "
                    "(out_tensors: list(Tout))",
       .attrs = {func_attr("f"), int_attr("num_batch_threads"), int_attr("max_batch_size"),
                 int_attr("batch_timeout_micros"), int_attr("max_enqueued_batches", 10),
                 sizes("allowed_batch_sizes"), string_attr("container", ""),
                 string_attr("shared_name", ""), string_attr("batching_queue", ""),
                 int_attr("low_priority_max_batch_size", 0),
                 int_attr("low_priority_batch_timeout_micros", 0),
                 sizes("low_priority_allowed_batch_sizes"),
                 int_attr("low_priority_max_enqueued_batches", 0),
                 string_attr("mixed_priority_policy", "low_priority_padding_with_max_batch_size"),
                 string_attr("batch_padding_policy", "PAD_UP"), type_list_attr("Tin", 1),
                 type_list_attr("Tcaptured"), type_list_attr("Tout", 1),
                 bool_attr("enable_large_batch_splitting", false)},
       .shape = shapes::unknown,
       .kernel = run_batch_function,
       .not_differentiable = true});
}

}  // namespace rill
