// Datasets that call a function of the graph's library: Map, ParallelMap, FlatMap, Filter.
// Source of the rules: tensorflow/core/kernels/data/{map,flat_map,filter}_dataset_op.cc.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/dataset.h"

namespace rill {
namespace {

// A function and the tensors it is given after an element's components.
struct Bound {
  NameAttrList function;
  Element captured;

  Element operator()(Runtime& runtime, Element args) const {
    args.insert(args.end(), captured.begin(), captured.end());
    return runtime.function(function).call(std::move(args));
  }
};

Bound bound_function(const KernelContext& ctx, const char* attr, int end) {
  Bound bound{ctx.attr<NameAttrList>(attr), {}};
  for (int i = 1; i < end; ++i) bound.captured.push_back(ctx.input(i).owned());
  return bound;
}

void map(KernelContext& ctx, int end) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  output_dataset(ctx, {input}, [input, f = bound_function(ctx, "f", end)] {
    return iterator_of([f, in = std::shared_ptr(input->iterate())](Runtime& runtime, Element& out) {
      if (!in->next(runtime, out)) return false;
      out = f(runtime, std::move(out));
      return true;
    });
  });
}

void map_dataset(KernelContext& ctx) { map(ctx, ctx.num_inputs()); }
void parallel_map_dataset(KernelContext& ctx) { map(ctx, ctx.num_inputs() - 1); }

void filter_dataset(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  output_dataset(ctx, {input}, [input, f = bound_function(ctx, "predicate", ctx.num_inputs())] {
    return iterator_of([f, in = std::shared_ptr(input->iterate())](Runtime& runtime, Element& out) {
      while (in->next(runtime, out)) {
        runtime.check_cancelled();
        const Element answer = f(runtime, out);
        if (answer.size() != 1 || answer[0].dtype() != DType::bool_ || answer[0].size() != 1) {
          fail(Code::invalid_argument, "Filter predicate `f` must return a scalar bool.");
        }
        if (*answer[0].data<bool>()) return true;
      }
      return false;
    });
  });
}

void flat_map_dataset(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const std::string name = who(ctx);
  output_dataset(ctx, {input}, [input, name, f = bound_function(ctx, "f", ctx.num_inputs())] {
    return iterator_of([f, name, in = std::shared_ptr(input->iterate()),
                        inner = std::shared_ptr<GraphIterator>(),
                        keeper = GraphDatasetPtr()](Runtime& runtime, Element& out) mutable {
      for (;;) {
        runtime.check_cancelled();
        if (inner && inner->next(runtime, out)) return true;
        inner.reset();
        if (!in->next(runtime, out)) return false;
        const Element made = f(runtime, std::move(out));
        keeper = made.size() == 1 && made[0].dtype() == DType::variant && made[0].size() == 1
                     ? std::dynamic_pointer_cast<const GraphDataset>(made[0].opaque_at(0))
                     : nullptr;
        if (!keeper) fail(Code::invalid_argument, name, "`f` must return a single dataset");
        inner = keeper->iterate();
      }
    });
  });
}

}  // namespace

void register_dataset_functions(OpRegistry& registry) {
  const auto add = [&](const char* signature, const char* function, std::vector<AttrDef> more,
                       void (*kernel)(KernelContext&)) {
    std::vector<AttrDef> attrs = {func_attr(function), type_list_attr("Targuments"),
                                  type_list_attr("output_types", 1),
                                  shape_list_attr("output_shapes"), string_attr("metadata", "")};
    attrs.insert(attrs.end(), more.begin(), more.end());
    registry.add({.signature = signature,
                  .attrs = attrs,
                  .shape = shapes::scalar,
                  .kernel = kernel,
                  .not_differentiable = true});
  };
  const AttrDef parallel = bool_attr("use_inter_op_parallelism", true);
  const AttrDef preserve = bool_attr("preserve_cardinality", false);
  add("MapDataset(input_dataset: variant, other_arguments: list(Targuments)) -> (handle: variant)",
      "f", {parallel, preserve, bool_attr("force_synchronous", false)}, map_dataset);
  add("ParallelMapDataset(input_dataset: variant, other_arguments: list(Targuments), "
      "num_parallel_calls: int32) -> (handle: variant)",
      "f", {parallel, preserve, bool_attr("sloppy", false)}, parallel_map_dataset);
  add("ParallelMapDatasetV2(input_dataset: variant, other_arguments: list(Targuments), "
      "num_parallel_calls: int64) -> (handle: variant)",
      "f",
      {parallel, preserve, string_attr("deterministic", "default"),
       bool_attr("use_unbounded_threadpool", false)},
      parallel_map_dataset);
  add("FlatMapDataset(input_dataset: variant, other_arguments: list(Targuments)) -> (handle: "
      "variant)",
      "f", {}, flat_map_dataset);
  add("FilterDataset(input_dataset: variant, other_arguments: list(Targuments)) -> (handle: "
      "variant)",
      "predicate", {}, filter_dataset);
}

}  // namespace rill
