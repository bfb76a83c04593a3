// The numbers of datasets that draw, one by one, as TensorFlow's: seeds come from a generator that
// gives each walk the same ones, or the next.
// Source: tensorflow/core/kernels/data/random_seed_ops.cc, core/lib/random/philox_random.h.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "kernels/philox.h"
#include "op/kernel_context.h"

namespace rill {

class DatasetNumbers {
 public:
  DatasetNumbers(uint64_t seed, uint64_t seed2) : philox_(seed, seed2) {}
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

class DatasetSeeds final : public Opaque {
 public:
  DatasetSeeds(uint64_t seed, uint64_t seed2, bool fresh)
      : seed_(seed), seed2_(seed2), fresh_(fresh), numbers_(seed, seed2) {}
  std::string_view type_name() const override { return "SeedGenerator"; }
  // Of one walk.
  DatasetNumbers next() const {
    if (!fresh_) return {seed_, seed2_};
    const std::lock_guard lock(mutex_);
    const uint64_t first = numbers_();
    return {first, numbers_()};
  }

 private:
  uint64_t seed_, seed2_;
  bool fresh_;
  mutable std::mutex mutex_;
  mutable DatasetNumbers numbers_;
};

using DatasetSeedsPtr = std::shared_ptr<const DatasetSeeds>;

// From the scalar inputs i and i + 1; two zeros stand for seeds that differ each time.
DatasetSeedsPtr dataset_seeds(const KernelContext& ctx, int i, bool fresh);

}  // namespace rill
