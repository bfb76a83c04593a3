// ShuffleDataset, ShuffleAndRepeatDataset and their versions: a buffer from which elements are
// drawn at random, with TensorFlow's numbers. RandomDataset: the numbers themselves. Source:
// tensorflow/core/kernels/data/shuffle_dataset_op.cc, random_dataset_op.cc, random_seed_ops.cc.
#include <random>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/data/seeds.h"
#include "ops/dataset.h"

namespace rill {

DatasetSeedsPtr dataset_seeds(const KernelContext& ctx, int i, bool fresh) {
  auto seed = static_cast<uint64_t>(scalar_input<int64_t>(ctx, i, "seed"));
  auto seed2 = static_cast<uint64_t>(scalar_input<int64_t>(ctx, i + 1, "seed2"));
  if (seed == 0 && seed2 == 0) {
    std::random_device device;
    seed = (uint64_t{device()} << 32) | device();
    seed2 = (uint64_t{device()} << 32) | device();
  }
  return std::make_shared<const DatasetSeeds>(seed, seed2, fresh);
}

namespace {

class Shuffled final : public GraphIterator {
 public:
  Shuffled(const GraphDataset& input, int64_t size, DatasetNumbers numbers)
      : input_(input.iterate()), size_(static_cast<size_t>(size)), numbers_(numbers) {}

  bool next(Runtime& runtime, Element& out) override {
    Element element;
    while (!ended_ && end_ - begin_ < size_) {
      if (end_ % 1024 == 0) runtime.check_cancelled();
      ended_ = !input_->next(runtime, element);
      if (ended_) break;
      if (end_ < size_) {
        buffer_.push_back(std::move(element));
      } else {
        buffer_[end_ % size_] = std::move(element);
      }
      ++end_;
      element.clear();
    }
    if (begin_ == end_) return false;
    const size_t drawn = (begin_ + numbers_() % (end_ - begin_)) % size_;
    out = std::move(buffer_[drawn]);
    if (drawn != begin_ % size_) buffer_[drawn] = std::move(buffer_[begin_ % size_]);
    ++begin_;
    return true;
  }

 private:
  std::unique_ptr<GraphIterator> input_;
  size_t size_;
  DatasetNumbers numbers_;
  std::vector<Element> buffer_;  // a ring of size_, grown as needed
  size_t begin_ = 0, end_ = 0;
  bool ended_ = false;
};

// The seeds of the resource that is the last input, if it brings any.
DatasetSeedsPtr given_seeds(const KernelContext& ctx) {
  const Tensor& last = ctx.input(ctx.num_inputs() - 1);
  if (last.dtype() != DType::resource || last.size() != 1) return nullptr;
  return std::dynamic_pointer_cast<const DatasetSeeds>(last.opaque_at(0));
}

// `seed` and `count` are numbers of inputs, -1 for none.
void shuffle(KernelContext& ctx, int seed, int count) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto size = scalar_input<int64_t>(ctx, 1, "buffer_size");
  ctx.require(size > 0 || size == -1,
              "buffer_size must be greater than zero or UNKNOWN_CARDINALITY");
  const int64_t rounds = count < 0 ? 1 : scalar_input<int64_t>(ctx, count, "count");
  ctx.require(rounds > 0 || rounds == -1, "count must be greater than zero or equal to -1.");
  DatasetSeedsPtr seeds = given_seeds(ctx);
  ctx.require(seeds != nullptr || seed >= 0, "seed_generator is no generator of seeds");
  if (!seeds) seeds = dataset_seeds(ctx, seed, ctx.attr<bool>("reshuffle_each_iteration"));
  // Each round is shuffled by itself.
  const auto shuffled = [=, most = size < 0 ? INT64_MAX : size] {
    return std::make_shared<Shuffled>(*input, most, seeds->next());
  };
  output_dataset(
      ctx, {input},
      [=] {
        return iterator_of([=, walk = shuffled(), round = int64_t{1}, gave = false](
                               Runtime& runtime, Element& out) mutable {
          for (;;) {
            runtime.check_cancelled();
            if (walk->next(runtime, out)) return gave = true;
            if (!gave || round == rounds) return false;
            round += rounds < 0 ? 0 : 1;
            gave = false;
            walk = shuffled();
          }
        });
      },
      repeated_cardinality(input->cardinality(), rounds));
}

void shuffle_dataset(KernelContext& ctx) { shuffle(ctx, 2, -1); }
void shuffle_dataset_v2(KernelContext& ctx) { shuffle(ctx, -1, -1); }
void shuffle_and_repeat(KernelContext& ctx) { shuffle(ctx, 2, 4); }

void random_dataset(KernelContext& ctx) {
  const DatasetSeedsPtr given = given_seeds(ctx);
  const DatasetSeedsPtr seeds =
      given ? given : dataset_seeds(ctx, 0, ctx.attr_or("rerandomize_each_iteration", false));
  output_dataset(
      ctx, {},
      [seeds] {
        return iterator_of([numbers = seeds->next()](Runtime&, Element& out) mutable {
          out = {Tensor::scalar(static_cast<int64_t>(numbers()))};
          return true;
        });
      },
      kInfinitelyMany);
}

// The resources that newer graphs give shuffling and caching datasets; nothing is in them.
class Nothing final : public Opaque {
 public:
  std::string_view type_name() const override { return "dataset setting"; }
};

void output_setting(KernelContext& ctx, std::shared_ptr<Opaque> setting) {
  if (ctx.num_outputs() > 1) ctx.set_output(1, Tensor::opaque(DType::variant, setting));
  ctx.set_output(0, Tensor::opaque(DType::resource, std::move(setting)));
}
void nothing(KernelContext& ctx) { output_setting(ctx, std::make_shared<Nothing>()); }
void seed_generator(KernelContext& ctx) {
  const bool fresh = ctx.num_inputs() < 3 || scalar_input<bool>(ctx, 2, "reshuffle");
  output_setting(ctx, std::const_pointer_cast<DatasetSeeds>(dataset_seeds(ctx, 0, fresh)));
}
void delete_setting(KernelContext&) {}  // its last handle frees it

}  // namespace

void register_shuffle_dataset(OpRegistry& registry) {
  const std::vector<AttrDef> elements = {type_list_attr("output_types", 1),
                                         shape_list_attr("output_shapes"),
                                         string_attr("metadata", "")};
  const auto add = [&](const char* signature, const char* setting, bool value,
                       void (*kernel)(KernelContext&), bool stateful) {
    std::vector<AttrDef> attrs = elements;
    if (setting != nullptr) attrs.push_back(bool_attr(setting, value));
    registry.add({.signature = signature,
                  .attrs = attrs,
                  .shape = shapes::scalar,
                  .kernel = kernel,
                  .stateful = stateful,
                  .not_differentiable = true});
  };
  constexpr const char* kReshuffle = "reshuffle_each_iteration";
  add("ShuffleDataset(input_dataset: variant, buffer_size: int64, seed: int64, seed2: int64) -> "
      "(handle: variant)",
      kReshuffle, true, shuffle_dataset, false);
  add("ShuffleDatasetV2(input_dataset: variant, buffer_size: int64, seed_generator: resource) -> "
      "(handle: variant)",
      nullptr, false, shuffle_dataset_v2, true);
  add("ShuffleDatasetV3(input_dataset: variant, buffer_size: int64, seed: int64, seed2: int64, "
      "seed_generator: resource) -> (handle: variant)",
      kReshuffle, true, shuffle_dataset, true);
  add("ShuffleAndRepeatDataset(input_dataset: variant, buffer_size: int64, seed: int64, "
      "seed2: int64, count: int64) -> (handle: variant)",
      kReshuffle, true, shuffle_and_repeat, false);
  add("ShuffleAndRepeatDatasetV2(input_dataset: variant, buffer_size: int64, seed: int64, "
      "seed2: int64, count: int64, seed_generator: resource) -> (handle: variant)",
      kReshuffle, true, shuffle_and_repeat, true);
  add("RandomDataset(seed: int64, seed2: int64) -> (handle: variant)", nullptr, false,
      random_dataset, true);
  add("ExperimentalRandomDataset(seed: int64, seed2: int64) -> (handle: variant)", nullptr, false,
      random_dataset, true);
  add("RandomDatasetV2(seed: int64, seed2: int64, seed_generator: resource) -> (handle: variant)",
      "rerandomize_each_iteration", false, random_dataset, true);
  const auto handle = [&](const char* signature, void (*kernel)(KernelContext&),
                          void (*shape)(ShapeContext&)) {
    registry.add({.signature = signature,
                  .shape = shape,
                  .kernel = kernel,
                  .stateful = true,
                  .not_differentiable = true});
  };
  handle("DummySeedGenerator() -> (handle: resource)", nothing, shapes::scalar);
  handle("DummyMemoryCache() -> (handle: resource)", nothing, shapes::scalar);
  handle("AnonymousMemoryCache() -> (handle: resource, deleter: variant)", nothing, shapes::scalar);
  handle(
      "AnonymousSeedGenerator(seed: int64, seed2: int64, reshuffle: bool) -> "
      "(handle: resource, deleter: variant)",
      seed_generator, shapes::scalar);
  handle(
      "AnonymousRandomSeedGenerator(seed: int64, seed2: int64) -> "
      "(handle: resource, deleter: variant)",
      seed_generator, shapes::scalar);
  for (const char* signature : {"DeleteMemoryCache(handle: resource, deleter: variant) -> ()",
                                "DeleteSeedGenerator(handle: resource, deleter: variant) -> ()",
                                "DeleteRandomSeedGenerator(handle: resource, deleter: variant) -> "
                                "()"}) {
    handle(signature, delete_setting, shapes::none);
  }
}

}  // namespace rill
