// Datasets that call a function of the graph's library: Map, ParallelMap, MapAndBatch, FlatMap,
// Interleave, ParallelInterleave, Filter, TakeWhile, Scan; and ReduceDataset.
// Source of the rules: tensorflow/core/kernels/data/{map,flat_map,interleave,filter,reduce}
// _dataset_op.cc, experimental/scan_dataset_op.cc.
#include "base/thread_pool.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/dataset.h"

namespace rill {
namespace {

std::unique_ptr<GraphIterator> mapped(const GraphDatasetPtr& input, const BoundFunction& f) {
  return iterator_of([f, in = std::shared_ptr(input->iterate())](Runtime& runtime, Element& out) {
    if (!in->next(runtime, out)) return false;
    out = f(runtime, std::move(out));
    return true;
  });
}

// As many as `input` has, where the node promises that no function ends the walk.
int64_t preserved_cardinality(const NodeAccess& node, const GraphDataset& input) {
  return node.attr_or<bool>("preserve_cardinality", false) ? input.cardinality() : kUnknownMany;
}

void map(KernelContext& ctx, int end) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  output_dataset(
      ctx, {input}, [input, f = bound_function(ctx, "f", 1, end)] { return mapped(input, f); },
      preserved_cardinality(ctx, *input));
}

void map_dataset(KernelContext& ctx) { map(ctx, ctx.num_inputs()); }
void parallel_map_dataset(KernelContext& ctx) { map(ctx, ctx.num_inputs() - 1); }

void map_and_batch_dataset(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const int end = ctx.num_inputs() - 3;
  const auto size = scalar_input<int64_t>(ctx, end, "batch_size");
  ctx.require(size > 0, "batch_size must be greater than zero.");
  const bool drop = scalar_input<bool>(ctx, end + 2, "drop_remainder");
  output_dataset(
      ctx, {input},
      [=, f = bound_function(ctx, "f", 1, end)] {
        return batches_of(mapped(input, f), size, drop);
      },
      batched_cardinality(preserved_cardinality(ctx, *input), size, drop));
}

// What does not pass is left out, or ends it all.
template <bool ends, int settings>
void filter_dataset(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const int end = ctx.num_inputs() - settings;
  output_dataset(ctx, {input}, [input, f = bound_function(ctx, "predicate", 1, end)] {
    return iterator_of([f, in = std::shared_ptr(input->iterate())](Runtime& runtime, Element& out) {
      while (in->next(runtime, out)) {
        runtime.check_cancelled();
        const Element answer = f(runtime, out);
        if (answer.size() != 1 || answer[0].dtype() != DType::bool_ || answer[0].size() != 1) {
          fail(Code::invalid_argument, "Filter predicate `f` must return a scalar bool.");
        }
        if (*answer[0].data<bool>()) return true;
        if (ends) return false;
      }
      return false;
    });
  });
}

// The states that a function takes before the element and gives first, back again.
struct States {
  int count = 0;  // inputs 1, 2, ...
  Element first;
  BoundFunction f;
};

States states_of(const KernelContext& ctx) {
  States out;
  out.count = static_cast<int>(ctx.attr<std::vector<DType>>("Tstate").size());
  for (int i = 1; i <= out.count; ++i) out.first.push_back(ctx.input(i).owned());
  out.f = bound_function(ctx, "f", 1 + out.count, ctx.num_inputs());
  return out;
}

Element called_with(const States& states, Runtime& runtime, Element state, const Element& element,
                    const std::string& name) {
  state.insert(state.end(), element.begin(), element.end());
  Element made = states.f(runtime, std::move(state));
  if (made.size() < static_cast<size_t>(states.count)) {
    fail(Code::invalid_argument, name, "`f` gives ", made.size(), " values; there are ",
         states.count, " states");
  }
  return made;
}

void scan_dataset(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  output_dataset(
      ctx, {input},
      [input, states = states_of(ctx), name = who(ctx)] {
        return iterator_of([=, in = std::shared_ptr(input->iterate()), state = states.first](
                               Runtime& runtime, Element& out) mutable {
          if (!in->next(runtime, out)) return false;
          Element made = called_with(states, runtime, std::move(state), out, name);
          const auto end = made.begin() + states.count;
          state.assign(made.begin(), end);
          out.assign(end, made.end());
          return true;
        });
      },
      preserved_cardinality(ctx, *input));
}

void reduce_dataset(KernelContext& ctx) {
  const auto in = ctx.resource<GraphDataset>(0)->iterate();
  const States states = states_of(ctx);
  Element state = states.first;
  for (Element element; in->next(ctx.runtime(), element); element.clear()) {
    ctx.runtime().check_cancelled();
    state = called_with(states, ctx.runtime(), std::move(state), element, who(ctx));
  }
  ctx.require(static_cast<int>(state.size()) == ctx.num_outputs(), "`f` gives ", state.size(),
              " values, the node has ", ctx.num_outputs());
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    Tensor& part = state[static_cast<size_t>(i)];
    ctx.require(part.dtype() == ctx.output_dtype(i), "component ", i, " is ", part.dtype(),
                ", not ", ctx.output_dtype(i));
    ctx.set_output(i, std::move(part));
  }
}

// A dataset that is walked.
struct Walk {
  GraphDatasetPtr dataset;
  std::shared_ptr<GraphIterator> iterator;
};

void flat_map_dataset(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const std::string name = who(ctx);
  output_dataset(ctx, {input}, [input, name, f = bound_function(ctx, "f", 1, ctx.num_inputs())] {
    return iterator_of([f, name, in = std::shared_ptr(input->iterate()), inner = Walk()](
                           Runtime& runtime, Element& out) mutable {
      for (;;) {
        runtime.check_cancelled();
        if (inner.iterator && inner.iterator->next(runtime, out)) return true;
        inner = {};
        if (!in->next(runtime, out)) return false;
        inner.dataset = made_dataset(f, runtime, std::move(out), name);
        inner.iterator = inner.dataset->iterate();
      }
    });
  });
}

// `cycle` datasets at a time, `block` elements of one after the other. What TensorFlow fetches in
// parallel comes in the same order.
void interleave(KernelContext& ctx, int end) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const std::string name = who(ctx);
  auto cycle = scalar_input<int64_t>(ctx, end, "cycle_length");
  const auto block = scalar_input<int64_t>(ctx, end + 1, "block_length");
  if (cycle == -1) cycle = max_threads();  // TensorFlow's AUTOTUNE
  constexpr int64_t kMostOpen = 1 << 16;
  ctx.require(cycle > 0 && cycle <= kMostOpen, "`cycle_length` must be > 0");
  ctx.require(block > 0, "`block_length` must be > 0");
  output_dataset(ctx, {input}, [=, f = bound_function(ctx, "f", 1, end)] {
    return iterator_of([=, in = std::shared_ptr(input->iterate()),
                        open = std::vector<Walk>(static_cast<size_t>(cycle)), more = true,
                        at = size_t{0},
                        given = int64_t{0}](Runtime& runtime, Element& out) mutable {
      for (size_t idle = 0; more || idle < open.size();) {
        runtime.check_cancelled();
        Walk& now = open[at];
        if (!now.iterator && more) {
          more = in->next(runtime, out);
          if (!more) continue;
          now.dataset = made_dataset(f, runtime, std::move(out), name);
          now.iterator = now.dataset->iterate();
        }
        const bool found = now.iterator && now.iterator->next(runtime, out);
        idle = now.iterator ? 0 : idle + 1;
        if (!found) now = {};
        if (!found || ++given == block) {
          given = 0;
          at = (at + 1) % open.size();
        }
        if (found) return true;
      }
      return false;
    });
  });
}

template <int settings>
void interleave_dataset(KernelContext& ctx) {
  interleave(ctx, ctx.num_inputs() - settings);
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
      "predicate", {}, filter_dataset<false, 0>);
  add("ParallelFilterDataset(input_dataset: variant, other_arguments: list(Targuments), "
      "num_parallel_calls: int64) -> (handle: variant)",
      "predicate", {string_attr("deterministic", "default")}, filter_dataset<false, 1>);
  const std::string states =
      "(input_dataset: variant, initial_state: list(Tstate), other_arguments: list(Targuments)) "
      "-> ";
  for (const std::string prefix : {"", "Experimental"}) {
    const auto called = [&](const char* rest) { return prefix + rest; };
    add(called("TakeWhileDataset(input_dataset: variant, other_arguments: list(Targuments)) -> "
               "(handle: variant)")
            .c_str(),
        "predicate", {}, filter_dataset<true, 0>);
    add(called("MapAndBatchDataset(input_dataset: variant, other_arguments: list(Targuments), "
               "batch_size: int64, num_parallel_calls: int64, drop_remainder: bool) -> "
               "(handle: variant)")
            .c_str(),
        "f", {preserve}, map_and_batch_dataset);
    add((prefix + "ScanDataset" + states + "(handle: variant)").c_str(), "f",
        {type_list_attr("Tstate", 1), preserve, bool_attr("use_default_device", true)},
        scan_dataset);
  }
  registry.add({.signature = "ReduceDataset" + states + "(components: list(output_types))",
                .attrs = {func_attr("f"), type_list_attr("Tstate", 1), type_list_attr("Targuments"),
                          type_list_attr("output_types", 1), shape_list_attr("output_shapes"),
                          parallel, string_attr("metadata", "")},
                .shape = shapes::unknown,
                .kernel = reduce_dataset,
                .stateful = true,
                .not_differentiable = true});
  const std::string cycle =
      "(input_dataset: variant, other_arguments: list(Targuments), cycle_length: int64, "
      "block_length: int64";
  const AttrDef order = string_attr("deterministic", "default");
  add(("InterleaveDataset" + cycle + ") -> (handle: variant)").c_str(), "f", {},
      interleave_dataset<2>);
  add(("ParallelInterleaveDatasetV2" + cycle + ", num_parallel_calls: int64) -> (handle: variant)")
          .c_str(),
      "f", {bool_attr("sloppy", false)}, interleave_dataset<3>);
  add(("ParallelInterleaveDatasetV3" + cycle + ", num_parallel_calls: int64) -> (handle: variant)")
          .c_str(),
      "f", {order}, interleave_dataset<3>);
  add(("ParallelInterleaveDatasetV4" + cycle +
       ", buffer_output_elements: int64, prefetch_input_elements: int64, num_parallel_calls: "
       "int64) -> (handle: variant)")
          .c_str(),
      "f", {order}, interleave_dataset<5>);
  add(("LegacyParallelInterleaveDatasetV2" + cycle +
       ", buffer_output_elements: int64, prefetch_input_elements: int64) -> (handle: variant)")
          .c_str(),
      "f", {order}, interleave_dataset<4>);
  for (const std::string prefix : {"", "Experimental"}) {
    add((prefix + "ParallelInterleaveDataset" + cycle +
         ", sloppy: bool, buffer_output_elements: int64, prefetch_input_elements: int64) -> "
         "(handle: variant)")
            .c_str(),
        "f", {}, interleave_dataset<5>);
  }
}

}  // namespace rill
