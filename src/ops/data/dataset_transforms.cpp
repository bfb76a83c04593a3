// Datasets made of datasets without functions: Batch, Repeat, Take, Skip, Prefetch, Zip,
// Concatenate, Cache, and those that only carry settings.
// Source of the rules: tensorflow/core/kernels/data/*_dataset_op.cc.
#include <algorithm>
#include <mutex>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/dataset.h"

namespace rill {
namespace {

using IteratorPtr = std::shared_ptr<GraphIterator>;

void batch(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto size = scalar_input<int64_t>(ctx, 1, "batch_size");
  ctx.require(size > 0, "Batch size must be greater than zero.");
  const int last = ctx.num_inputs() - 1;
  const bool drop = last > 1 && scalar_input<bool>(ctx, last, "drop_remainder");
  output_dataset(
      ctx, {input}, [=] { return batches_of(input->iterate(), size, drop); },
      batched_cardinality(input->cardinality(), size, drop));
}

void repeat(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto count = scalar_input<int64_t>(ctx, 1, "count");
  output_dataset(
      ctx, {input},
      [=] {
        return iterator_of(
            [=, in = IteratorPtr(), round = int64_t{0}](Runtime& runtime, Element& out) mutable {
              for (;;) {
                runtime.check_cancelled();
                const bool fresh = in == nullptr;
                if (fresh) {
                  if (count >= 0 && round == count) return false;
                  ++round;
                  in = input->iterate();
                }
                if (in->next(runtime, out)) return true;
                if (fresh && count < 0) return false;  // for ever nothing
                in.reset();
              }
            });
      },
      repeated_cardinality(input->cardinality(), count));
}

int64_t taken_cardinality(int64_t n, int64_t count) {
  if (n == kUnknownMany || count < 0) return n;
  return n == kInfinitelyMany ? count : std::min(n, count);
}

void take(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto count = scalar_input<int64_t>(ctx, 1, "count");
  output_dataset(
      ctx, {input},
      [=] {
        return iterator_of([in = IteratorPtr(input->iterate()), left = count](
                               Runtime& runtime, Element& out) mutable {
          if (left == 0) return false;
          if (left > 0) --left;
          return in->next(runtime, out);
        });
      },
      taken_cardinality(input->cardinality(), count));
}

void skip(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto count = scalar_input<int64_t>(ctx, 1, "count");
  const int64_t n = input->cardinality();
  output_dataset(
      ctx, {input},
      [=] {
        return iterator_of([in = IteratorPtr(input->iterate()), left = count](
                               Runtime& runtime, Element& out) mutable {
          if (left < 0) return false;
          for (; left > 0; --left) {
            runtime.check_cancelled();
            if (!in->next(runtime, out)) return false;
          }
          return in->next(runtime, out);
        });
      },
      count < 0 ? 0
      : n < 0   ? n
                : std::max<int64_t>(0, n - count));
}

void zip(KernelContext& ctx) {
  std::vector<GraphDatasetPtr> inputs;
  int deepest = 0;
  int64_t fewest = kInfinitelyMany;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    inputs.push_back(ctx.resource<GraphDataset>(i));
    if (inputs.back()->depth() > inputs[static_cast<size_t>(deepest)]->depth()) deepest = i;
    const int64_t n = inputs.back()->cardinality();
    if (n == kUnknownMany || fewest == kUnknownMany) {
      fewest = kUnknownMany;
    } else if (n >= 0) {
      fewest = fewest < 0 ? n : std::min(fewest, n);
    }
  }
  output_dataset(
      ctx, {inputs[static_cast<size_t>(deepest)]},
      [inputs] {
        std::vector<IteratorPtr> all;
        for (const GraphDatasetPtr& input : inputs) all.push_back(input->iterate());
        return iterator_of([all](Runtime& runtime, Element& out) {
          Element whole, part;
          for (const IteratorPtr& in : all) {
            if (!in->next(runtime, part)) return false;
            whole.insert(whole.end(), part.begin(), part.end());
          }
          out = std::move(whole);
          return true;
        });
      },
      fewest);
}

void concatenate(KernelContext& ctx) {
  const GraphDatasetPtr first = ctx.resource<GraphDataset>(0),
                        second = ctx.resource<GraphDataset>(1);
  const int64_t a = first->cardinality(), b = second->cardinality();
  int64_t joined = kUnknownMany;
  if (a == kInfinitelyMany || b == kInfinitelyMany) {
    joined = kInfinitelyMany;
  } else if (a >= 0 && b >= 0 && a <= INT64_MAX - b) {
    joined = a + b;
  }
  output_dataset(
      ctx, {first, second},
      [=] {
        return iterator_of([second, in = IteratorPtr(first->iterate()), last = false](
                               Runtime& runtime, Element& out) mutable {
          if (in->next(runtime, out)) return true;
          if (last) return false;
          last = true;
          in = second->iterate();
          return in->next(runtime, out);
        });
      },
      joined);
}

// What the first complete walk gave.
struct Memory {
  std::mutex mutex;
  std::shared_ptr<const std::vector<Element>> elements;
};

void cache(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  ctx.require(ctx.input(1).rank() == 0 && ctx.input(1).data<std::string>()->empty(),
              "datasets are cached in memory only, not in files");
  output_dataset(
      ctx, {input},
      [input, memory = std::make_shared<Memory>()] {
        std::shared_ptr<const std::vector<Element>> known;
        {
          const std::lock_guard lock(memory->mutex);
          known = memory->elements;
        }
        return iterator_of([=, in = known ? IteratorPtr() : IteratorPtr(input->iterate()),
                            seen = std::vector<Element>(),
                            at = size_t{0}](Runtime& runtime, Element& out) mutable {
          if (known) {
            if (at == known->size()) return false;
            out = (*known)[at++];
            return true;
          }
          if (in->next(runtime, out)) {
            seen.push_back(out);
            return true;
          }
          const std::lock_guard lock(memory->mutex);
          memory->elements = std::make_shared<const std::vector<Element>>(std::move(seen));
          return false;
        });
      },
      input->cardinality());
}

void pass_on(KernelContext& ctx) { ctx.set_output(0, ctx.input(0)); }
// Elements are made when they are asked for.
void prefetch(KernelContext& ctx) {
  const auto size = scalar_input<int64_t>(ctx, 1, "buffer_size");
  ctx.require(size >= -1,
              "buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning, "
              "got ",
              size);
  pass_on(ctx);
}

// Threads are the process's own: the handle only passes through ThreadPoolDataset.
class ThreadPoolTag final : public Opaque {
 public:
  std::string_view type_name() const override { return "ThreadPool"; }
};
void thread_pool_handle(KernelContext& ctx) {
  ctx.set_output(0, Tensor::opaque(DType::resource, std::make_shared<ThreadPoolTag>()));
}

}  // namespace

void register_dataset_transforms(OpRegistry& registry) {
  const auto add = [&](const char* signature, std::vector<AttrDef> more,
                       void (*kernel)(KernelContext&), bool stateful = false) {
    std::vector<AttrDef> attrs = {type_list_attr("output_types", 1),
                                  shape_list_attr("output_shapes")};
    attrs.insert(attrs.end(), more.begin(), more.end());
    registry.add({.signature = signature,
                  .attrs = attrs,
                  .shape = shapes::scalar,
                  .kernel = kernel,
                  .stateful = stateful,
                  .not_differentiable = true});
  };
  const AttrDef meta = string_attr("metadata", "");
  add("BatchDataset(input_dataset: variant, batch_size: int64) -> (handle: variant)", {meta},
      batch);
  add("BatchDatasetV2(input_dataset: variant, batch_size: int64, drop_remainder: bool) -> "
      "(handle: variant)",
      {bool_attr("parallel_copy", false), meta}, batch);
  add("ParallelBatchDataset(input_dataset: variant, batch_size: int64, num_parallel_calls: int64, "
      "drop_remainder: bool) -> (handle: variant)",
      {bool_attr("parallel_copy", false), string_attr("deterministic", "default"), meta}, batch);
  add("RepeatDataset(input_dataset: variant, count: int64) -> (handle: variant)", {meta}, repeat);
  add("TakeDataset(input_dataset: variant, count: int64) -> (handle: variant)", {meta}, take);
  add("SkipDataset(input_dataset: variant, count: int64) -> (handle: variant)", {meta}, skip);
  add("ZipDataset(input_datasets: N*variant) -> (handle: variant)",
      {at_least(1, int_attr("N")), meta}, zip);
  add("ConcatenateDataset(input_dataset: variant, another_dataset: variant) -> (handle: variant)",
      {meta}, concatenate);
  add("CacheDataset(input_dataset: variant, filename: string) -> (handle: variant)", {meta}, cache);
  add("CacheDatasetV2(input_dataset: variant, filename: string, cache: resource) -> "
      "(handle: variant)",
      {meta}, cache, true);
  add("PrefetchDataset(input_dataset: variant, buffer_size: int64) -> (handle: variant)",
      {int_attr("slack_period", 0), bool_attr("legacy_autotune", true),
       int_attr("buffer_size_min", 0), meta},
      prefetch);
  add("OptimizeDataset(input_dataset: variant, optimizations: string) -> (handle: variant)",
      {string_list_attr("optimization_configs", {})}, pass_on);
  add("RewriteDataset(input_dataset: variant, rewrite_name: string) -> (handle: variant)", {},
      pass_on);
  add("OptionsDataset(input_dataset: variant) -> (handle: variant)",
      {string_attr("serialized_options"), meta}, pass_on);
  add("ModelDataset(input_dataset: variant) -> (handle: variant)",
      {int_attr("algorithm", 0), int_attr("cpu_budget", 0), int_attr("ram_budget", 0)}, pass_on);
  add("OptimizeDatasetV2(input_dataset: variant, optimizations_enabled: string, "
      "optimizations_disabled: string, optimizations_default: string) -> (handle: variant)",
      {string_list_attr("optimization_configs", {})}, pass_on);
  add("FinalizeDataset(input_dataset: variant) -> (handle: variant)",
      {bool_attr("has_captured_ref", false)}, pass_on);
  // How fast elements come, and who is told of it.
  constexpr const char* kTuning[] = {
      "AssertNextDataset|, transformations: string",
      "SleepDataset|, sleep_microseconds: int64",
      "MaxIntraOpParallelismDataset|, max_intra_op_parallelism: int64",
      "PrivateThreadPoolDataset|, num_threads: int64",
      "ThreadPoolDataset|, thread_pool: resource",
      "NonSerializableDataset|",
      "LatencyStatsDataset|, tag: string",
      "BytesProducedStatsDataset|, tag: string"};
  for (const std::string prefix : {"", "Experimental"}) {
    registry.add({.signature = prefix + "ThreadPoolHandle() -> (handle: resource)",
                  .attrs = {int_attr("num_threads"), int_attr("max_intra_op_parallelism", 1),
                            string_attr("display_name"), string_attr("container", ""),
                            string_attr("shared_name", "")},
                  .shape = shapes::scalar,
                  .kernel = thread_pool_handle,
                  .stateful = true,
                  .not_differentiable = true});
    for (const std::string_view tuning : kTuning) {
      const size_t bar = tuning.find('|');
      const std::string signature = str(prefix, tuning.substr(0, bar), "(input_dataset: variant",
                                        tuning.substr(bar + 1), ") -> (handle: variant)");
      add(signature.c_str(), {}, pass_on, tuning.starts_with("Thread"));
    }
  }
}

}  // namespace rill
