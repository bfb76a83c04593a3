// Unique, IgnoreErrors, Sampling, DirectedInterleave and AssertCardinality datasets: which elements
// come.
// Source of the rules: tensorflow/core/kernels/data/experimental/{unique,ignore_errors,sampling,
// directed_interleave,assert_cardinality}_dataset_op.cc.
#include <set>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/data/seeds.h"
#include "ops/dataset.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using IteratorPtr = std::shared_ptr<GraphIterator>;

void unique_dataset(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto& types = ctx.attr<std::vector<DType>>("output_types");
  ctx.require(types.size() == 1, "UniqueDataset only supports inputs with a single component.");
  const DType type = types[0];
  ctx.require(type == DType::int32 || type == DType::int64 || type == DType::string,
              "UniqueDataset only supports inputs with a single `tf.int32`, `tf.int64`, or "
              "`tf.string` component.");
  output_dataset(ctx, {input}, [input] {
    return iterator_of([in = IteratorPtr(input->iterate()), seen = std::set<std::string>()](
                           Runtime& runtime, Element& out) mutable {
      while (in->next(runtime, out)) {
        runtime.check_cancelled();
        const Tensor& value = out.at(0);
        std::string key = str(value.shape(), ":");
        if (value.dtype() == DType::string) {
          for (const std::string& text : value.flat<std::string>()) {
            key += str(text.size(), ":");
            key += text;
          }
        } else {
          key.append(static_cast<const char*>(value.raw()), value.bytes());
        }
        if (seen.insert(std::move(key)).second) return true;
      }
      return false;
    });
  });
}

void ignore_errors(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  output_dataset(ctx, {input}, [input] {
    return iterator_of([in = IteratorPtr(input->iterate())](Runtime& runtime, Element& out) {
      for (;;) {
        runtime.check_cancelled();
        try {
          return in->next(runtime, out);
        } catch (const Error& e) {
          if (e.code() == Code::cancelled || e.code() == Code::deadline_exceeded) throw;
          out.clear();
        }
      }
    });
  });
}

void sampling(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto rate = scalar_input<float>(ctx, 1, "rate");
  const DatasetSeedsPtr seeds = dataset_seeds(ctx, 2, false);
  output_dataset(ctx, {input}, [=] {
    return iterator_of([rate, in = IteratorPtr(input->iterate()), numbers = seeds->next()](
                           Runtime& runtime, Element& out) mutable {
      constexpr float kStep = 1.0F / (1 << 23);
      while (in->next(runtime, out)) {
        runtime.check_cancelled();
        if (static_cast<float>(numbers() & 0x7fffffU) * kStep < rate) return true;
      }
      return false;
    });
  });
}

void directed_interleave(KernelContext& ctx) {
  const GraphDatasetPtr selector = ctx.resource<GraphDataset>(0);
  std::vector<GraphDatasetPtr> inputs;
  GraphDatasetPtr deepest = selector;
  for (int i = 1; i < ctx.num_inputs(); ++i) {
    inputs.push_back(ctx.resource<GraphDataset>(i));
    if (inputs.back()->depth() > deepest->depth()) deepest = inputs.back();
  }
  const bool stop = ctx.attr_or("stop_on_empty_dataset", false);
  output_dataset(ctx, {deepest}, [=, name = who(ctx)] {
    std::vector<IteratorPtr> all;
    for (const GraphDatasetPtr& input : inputs) all.push_back(input->iterate());
    return iterator_of([=, choose = IteratorPtr(selector->iterate()), left = all.size()](
                           Runtime& runtime, Element& out) mutable {
      while (left > 0) {
        runtime.check_cancelled();
        Element choice;
        if (!choose->next(runtime, choice)) return false;
        if (choice.size() != 1 || choice[0].dtype() != DType::int64 || choice[0].size() != 1) {
          fail(Code::invalid_argument, name, "the selector must give scalars of int64");
        }
        const int64_t index = *choice[0].data<int64_t>();
        if (index < 0 || index >= static_cast<int64_t>(all.size())) {
          fail(Code::invalid_argument, name, "Selector index out of range: ", index,
               " >= ", all.size());
        }
        IteratorPtr& chosen = all[static_cast<size_t>(index)];
        if (!chosen) continue;
        if (chosen->next(runtime, out)) return true;
        if (stop) return false;
        chosen.reset();
        --left;
      }
      return false;
    });
  });
}

void assert_cardinality(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto expected = scalar_input<int64_t>(ctx, 1, "cardinality");
  output_dataset(
      ctx, {input},
      [=] {
        return iterator_of([expected, in = IteratorPtr(input->iterate()), seen = int64_t{0}](
                               Runtime& runtime, Element& out) mutable {
          const auto elements = [](int64_t n) {
            if (n == -1) return std::string("an infinite number of elements");
            if (n == -2) return std::string("an unknown number of elements");
            return str(n, n == 1 ? " element" : " elements");
          };
          const bool found = in->next(runtime, out);
          if (found) ++seen;
          if (found ? expected >= 0 && seen > expected : seen != expected) {
            fail(Code::failed_precondition, "Input dataset was expected to contain ",
                 elements(expected), " but contained ", found ? "at least " : "only ",
                 elements(seen), ".");
          }
          return found;
        });
      },
      expected);
}

}  // namespace

void register_dataset_choices(OpRegistry& registry) {
  const auto add = [&](const std::string& signature, std::vector<AttrDef> attrs,
                       void (*kernel)(KernelContext&)) {
    attrs.insert(attrs.begin(),
                 {type_list_attr("output_types", 1), shape_list_attr("output_shapes")});
    registry.add({.signature = signature + " -> (handle: variant)",
                  .attrs = attrs,
                  .shape = shapes::scalar,
                  .kernel = kernel,
                  .not_differentiable = true});
  };
  add("SamplingDataset(input_dataset: variant, rate: float32, seed: int64, seed2: int64)", {},
      sampling);
  add("AssertCardinalityDataset(input_dataset: variant, cardinality: int64)", {},
      assert_cardinality);
  for (const std::string prefix : {"", "Experimental"}) {
    add(prefix + "UniqueDataset(input_dataset: variant)", {string_attr("metadata", "")},
        unique_dataset);
    add(prefix + "IgnoreErrorsDataset(input_dataset: variant)", {bool_attr("log_warning", false)},
        ignore_errors);
    add(prefix +
            "DirectedInterleaveDataset(selector_input_dataset: variant, "
            "data_input_datasets: N*variant)",
        {at_least(1, int_attr("N")), bool_attr("stop_on_empty_dataset", false)},
        directed_interleave);
  }
}

}  // namespace rill
