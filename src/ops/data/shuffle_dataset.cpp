// ShuffleDataset and ShuffleDatasetV3: a buffer from which elements are drawn at random, with
// TensorFlow's numbers. Source: tensorflow/core/kernels/data/shuffle_dataset_op.cc,
// random_seed_ops.cc, core/data/... (SeedGenerator).
#include <mutex>
#include <random>

#include "kernels/philox.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/dataset.h"

namespace rill {
namespace {

// The numbers of a Philox generator one by one.
class Numbers {
 public:
  Numbers(uint64_t seed, uint64_t seed2) : philox_(seed, seed2) {}
  uint32_t operator()() {
    if (used_ == block_.size()) {
      block_ = philox_();
      used_ = 0;
    }
    return block_[used_++];
  }

 private:
  kernels::Philox philox_;
  kernels::Philox::Block block_{};
  size_t used_ = 4;
};

// Gives each walk its two seeds: always the same, or the next ones.
class Seeds {
 public:
  Seeds(uint64_t seed, uint64_t seed2, bool fresh)
      : seed_(seed), seed2_(seed2), fresh_(fresh), numbers_(seed, seed2) {}
  Numbers next() {
    if (!fresh_) return {seed_, seed2_};
    const std::lock_guard lock(mutex_);
    const uint64_t first = numbers_();
    return {first, numbers_()};
  }

 private:
  uint64_t seed_, seed2_;
  bool fresh_;
  std::mutex mutex_;
  Numbers numbers_;
};

class Shuffled final : public GraphIterator {
 public:
  Shuffled(const GraphDataset& input, int64_t size, Numbers numbers)
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
  Numbers numbers_;
  std::vector<Element> buffer_;  // a ring of size_, grown as needed
  size_t begin_ = 0, end_ = 0;
  bool ended_ = false;
};

void shuffle(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  const auto size = scalar_input<int64_t>(ctx, 1, "buffer_size");
  ctx.require(size > 0 || size == -1,
              "buffer_size must be greater than zero or UNKNOWN_CARDINALITY");
  auto seed = static_cast<uint64_t>(scalar_input<int64_t>(ctx, 2, "seed"));
  auto seed2 = static_cast<uint64_t>(scalar_input<int64_t>(ctx, 3, "seed2"));
  if (seed == 0 && seed2 == 0) {
    std::random_device device;
    seed = (uint64_t{device()} << 32) | device();
    seed2 = (uint64_t{device()} << 32) | device();
  }
  const auto seeds =
      std::make_shared<Seeds>(seed, seed2, ctx.attr<bool>("reshuffle_each_iteration"));
  output_dataset(ctx, {input}, [=]() -> std::unique_ptr<GraphIterator> {
    return std::make_unique<Shuffled>(*input, size < 0 ? INT64_MAX : size, seeds->next());
  });
}

// The resources that newer graphs give shuffling and caching datasets; nothing is in them.
class Nothing final : public Opaque {
 public:
  std::string_view type_name() const override { return "dataset setting"; }
};
void nothing(KernelContext& ctx) {
  ctx.set_output(0, Tensor::opaque(DType::resource, std::make_shared<Nothing>()));
}

}  // namespace

void register_shuffle_dataset(OpRegistry& registry) {
  const std::vector<AttrDef> attrs = {
      bool_attr("reshuffle_each_iteration", true), type_list_attr("output_types", 1),
      shape_list_attr("output_shapes"), string_attr("metadata", "")};
  registry.add({.signature = "ShuffleDataset(input_dataset: variant, buffer_size: int64, "
                             "seed: int64, seed2: int64) -> (handle: variant)",
                .attrs = attrs,
                .shape = shapes::scalar,
                .kernel = shuffle,
                .not_differentiable = true});
  registry.add({.signature = "ShuffleDatasetV3(input_dataset: variant, buffer_size: int64, "
                             "seed: int64, seed2: int64, seed_generator: resource) -> "
                             "(handle: variant)",
                .attrs = attrs,
                .shape = shapes::scalar,
                .kernel = shuffle,
                .stateful = true,
                .not_differentiable = true});
  for (const char* signature :
       {"DummySeedGenerator() -> (handle: resource)", "DummyMemoryCache() -> (handle: resource)"}) {
    registry.add({.signature = signature,
                  .shape = shapes::scalar,
                  .kernel = nothing,
                  .stateful = true,
                  .not_differentiable = true});
  }
}

}  // namespace rill
