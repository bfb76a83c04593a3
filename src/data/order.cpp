// Which elements, and in what order: shuffle, repeat, take, skip, shard, zip, interleave, cache,
// ...
#include <algorithm>
#include <deque>
#include <mutex>

#include "base/fail.h"
#include "data/op_seeds.h"
#include "data/stages.h"
#include "kernels/philox.h"

namespace rill::data {
namespace {

std::optional<int64_t> times(std::optional<int64_t> n, int64_t count) {
  if (!n || *n == 0 || count == 0) return count == 0 ? std::optional<int64_t>(0) : n;
  if (count < 0 || *n == kEndless) return kEndless;
  int64_t out = 0;
  return __builtin_mul_overflow(*n, count, &out) ? kEndless : out;
}

// -- shuffle. tensorflow/core/kernels/data/shuffle_dataset_op.cc: a full buffer, of which one is
// drawn and swapped with the oldest; each pass draws its two seeds from a generator of the step's.

class ShuffleStage final : public Stage {
 public:
  ShuffleStage(StagePtr input, int64_t size, const ShuffleOptions& o)
      : input_(std::move(input)),
        size_(size),
        reshuffle_(o.reshuffle_each_iteration),
        seeds_(op_seeds(o.seed, o.global_seed)) {
    generator_ = std::make_shared<Generator>(seeds_);
  }
  CursorPtr start() const override;
  std::optional<int64_t> cardinality() const override { return input_->cardinality(); }

 private:
  using Seeds = std::pair<uint64_t, uint64_t>;
  struct Generator {
    explicit Generator(const Seeds& seeds) : stream(kernels::Philox(seeds.first, seeds.second)) {}
    Seeds next() {
      const std::lock_guard lock(mutex);
      const uint64_t first = stream();
      return {first, stream()};
    }
    std::mutex mutex;
    kernels::PhiloxStream stream;
  };
  StagePtr input_;
  int64_t size_;
  bool reshuffle_;
  Seeds seeds_;
  std::shared_ptr<Generator> generator_;
};

class ShuffleCursor final : public Cursor {
 public:
  ShuffleCursor(CursorPtr input, int64_t size, uint64_t seed, uint64_t seed2)
      : input_(std::move(input)), size_(size), random_(kernels::Philox(seed, seed2)) {}
  bool next(Values& element) override {
    Values fresh;
    while (!ended_ && end_ - begin_ < size_) {
      ended_ = !input_->next(fresh);
      if (ended_) break;
      // The ring grows as it fills: a buffer that is larger than the data costs nothing.
      if (static_cast<int64_t>(ring_.size()) < size_ && end_ < size_) {
        ring_.push_back(std::move(fresh));
      } else {
        ring_[static_cast<size_t>(end_ % size_)] = std::move(fresh);
      }
      ++end_;
    }
    if (begin_ == end_) return false;
    const int64_t offset = static_cast<int64_t>(random_() % static_cast<uint64_t>(end_ - begin_));
    Values& drawn = ring_[static_cast<size_t>((begin_ + offset) % size_)];
    element = std::move(drawn);
    std::swap(drawn, ring_[static_cast<size_t>(begin_ % size_)]);
    ++begin_;
    return true;
  }

 private:
  CursorPtr input_;
  int64_t size_;
  kernels::PhiloxStream random_;
  std::vector<Values> ring_;
  int64_t begin_ = 0;
  int64_t end_ = 0;
  bool ended_ = false;
};

CursorPtr ShuffleStage::start() const {
  const Seeds seeds = reshuffle_ ? generator_->next() : seeds_;
  return std::make_unique<ShuffleCursor>(input_->start(), size_, seeds.first, seeds.second);
}

// -- repeat, take, skip, shard, concatenate. -----------------------------------------------------

class RepeatStage final : public Stage {
 public:
  RepeatStage(StagePtr input, int64_t count) : input_(std::move(input)), count_(count) {}
  std::optional<int64_t> cardinality() const override {
    return times(input_->cardinality(), count_ < 0 ? -1 : count_);
  }
  CursorPtr start() const override {
    class Pass final : public Cursor {
     public:
      Pass(StagePtr input, int64_t count) : input_(std::move(input)), left_(count) {}
      bool next(Values& element) override {
        while (left_ != 0) {
          const bool fresh = !now_;
          if (fresh) now_ = input_->start();
          if (now_->next(element)) return true;
          now_.reset();
          // Repeating nothing without end ends.
          if (fresh && left_ < 0) left_ = 0;
          if (left_ > 0) --left_;
        }
        return false;
      }

     private:
      StagePtr input_;
      int64_t left_;
      CursorPtr now_;
    };
    return std::make_unique<Pass>(input_, count_);
  }

 private:
  StagePtr input_;
  int64_t count_;
};

class TakeStage final : public Stage {
 public:
  TakeStage(StagePtr input, int64_t count) : input_(std::move(input)), count_(count) {}
  std::optional<int64_t> cardinality() const override {
    const auto n = input_->cardinality();
    return count_ < 0 || !n ? n : std::min(*n, count_);
  }
  CursorPtr start() const override {
    class Pass final : public Cursor {
     public:
      Pass(CursorPtr input, int64_t count) : input_(std::move(input)), left_(count) {}
      bool next(Values& element) override {
        if (left_ == 0 || !input_) return false;
        if (left_ > 0) --left_;
        return input_->next(element);
      }

     private:
      CursorPtr input_;
      int64_t left_;
    };
    return std::make_unique<Pass>(count_ == 0 ? nullptr : input_->start(), count_);
  }

 private:
  StagePtr input_;
  int64_t count_;
};

class SkipStage final : public Stage {
 public:
  SkipStage(StagePtr input, int64_t count) : input_(std::move(input)), count_(count) {}
  std::optional<int64_t> cardinality() const override {
    const auto n = input_->cardinality();
    if (!n || *n == kEndless) return count_ < 0 ? std::optional<int64_t>(0) : n;
    return count_ < 0 ? 0 : std::max<int64_t>(0, *n - count_);
  }
  CursorPtr start() const override {
    class Pass final : public Cursor {
     public:
      Pass(CursorPtr input, int64_t count) : input_(std::move(input)), left_(count) {}
      bool next(Values& element) override {
        if (left_ < 0) return false;
        for (; left_ > 0; --left_) {
          if (!input_->next(element)) return false;
        }
        return input_->next(element);
      }

     private:
      CursorPtr input_;
      int64_t left_;
    };
    return std::make_unique<Pass>(input_->start(), count_);
  }

 private:
  StagePtr input_;
  int64_t count_;
};

class ShardStage final : public Stage {
 public:
  ShardStage(StagePtr input, int64_t count, int64_t index)
      : input_(std::move(input)), count_(count), index_(index) {}
  std::optional<int64_t> cardinality() const override {
    const auto n = input_->cardinality();
    if (!n || *n == kEndless) return n;
    return *n / count_ + (index_ < *n % count_ ? 1 : 0);
  }
  CursorPtr start() const override {
    class Pass final : public Cursor {
     public:
      Pass(CursorPtr input, int64_t count, int64_t index)
          : input_(std::move(input)), count_(count), index_(index) {}
      bool next(Values& element) override {
        while (input_->next(element)) {
          if (at_++ % count_ == index_) return true;
        }
        return false;
      }

     private:
      CursorPtr input_;
      int64_t count_, index_, at_ = 0;
    };
    return std::make_unique<Pass>(input_->start(), count_, index_);
  }

 private:
  StagePtr input_;
  int64_t count_, index_;
};

class ConcatenateStage final : public Stage {
 public:
  ConcatenateStage(StagePtr a, StagePtr b) : a_(std::move(a)), b_(std::move(b)) {}
  std::optional<int64_t> cardinality() const override {
    const auto a = a_->cardinality(), b = b_->cardinality();
    if (a == kEndless || b == kEndless) return kEndless;
    if (!a || !b) return std::nullopt;
    return *a > kEndless - *b ? kEndless : *a + *b;
  }
  CursorPtr start() const override {
    class Pass final : public Cursor {
     public:
      Pass(CursorPtr a, StagePtr b) : now_(std::move(a)), b_(std::move(b)) {}
      bool next(Values& element) override {
        if (now_->next(element)) return true;
        if (!b_) return false;
        now_ = b_->start();
        b_.reset();
        return now_->next(element);
      }

     private:
      CursorPtr now_;
      StagePtr b_;
    };
    return std::make_unique<Pass>(a_->start(), b_);
  }

 private:
  StagePtr a_, b_;
};

class ZipStage final : public Stage {
 public:
  explicit ZipStage(std::vector<StagePtr> inputs) : inputs_(std::move(inputs)) {}
  std::optional<int64_t> cardinality() const override {
    std::optional<int64_t> out = kEndless;
    for (const StagePtr& input : inputs_) {
      const auto n = input->cardinality();
      if (!n) return std::nullopt;
      out = std::min(*out, *n);
    }
    return out;
  }
  CursorPtr start() const override {
    class Pass final : public Cursor {
     public:
      explicit Pass(std::vector<CursorPtr> inputs) : inputs_(std::move(inputs)) {}
      bool next(Values& element) override {
        Values all, part;
        for (const CursorPtr& input : inputs_) {
          if (ended_ || !input->next(part)) {
            ended_ = true;
            return false;
          }
          all.insert(all.end(), part.begin(), part.end());
        }
        element = std::move(all);
        return true;
      }

     private:
      std::vector<CursorPtr> inputs_;
      bool ended_ = false;
    };
    std::vector<CursorPtr> cursors;
    for (const StagePtr& input : inputs_) cursors.push_back(input->start());
    return std::make_unique<Pass>(std::move(cursors));
  }

 private:
  std::vector<StagePtr> inputs_;
};

class EnumerateStage final : public Stage {
 public:
  EnumerateStage(StagePtr input, int64_t first) : input_(std::move(input)), first_(first) {}
  std::optional<int64_t> cardinality() const override { return input_->cardinality(); }
  CursorPtr start() const override {
    class Pass final : public Cursor {
     public:
      Pass(CursorPtr input, int64_t at) : input_(std::move(input)), at_(at) {}
      bool next(Values& element) override {
        if (!input_->next(element)) return false;
        element.insert(element.begin(), Tensor::scalar(at_++));
        return true;
      }

     private:
      CursorPtr input_;
      int64_t at_;
    };
    return std::make_unique<Pass>(input_->start(), first_);
  }

 private:
  StagePtr input_;
  int64_t first_;
};

class FilterStage final : public Stage {
 public:
  FilterStage(StagePtr input, std::function<bool(const Values&)> keep)
      : input_(std::move(input)), keep_(std::move(keep)) {}
  CursorPtr start() const override {
    class Pass final : public Cursor {
     public:
      Pass(CursorPtr input, std::function<bool(const Values&)> keep)
          : input_(std::move(input)), keep_(std::move(keep)) {}
      bool next(Values& element) override {
        while (input_->next(element)) {
          if (keep_(element)) return true;
        }
        return false;
      }

     private:
      CursorPtr input_;
      std::function<bool(const Values&)> keep_;
    };
    return std::make_unique<Pass>(input_->start(), keep_);
  }

 private:
  StagePtr input_;
  std::function<bool(const Values&)> keep_;
};

// -- interleave: tensorflow/core/kernels/data/interleave_dataset_op.cc. ---------------------------

class InterleaveStage final : public Stage {
 public:
  InterleaveStage(StagePtr input, std::function<Dataset(const Values&)> function,
                  const InterleaveOptions& o)
      : input_(std::move(input)), function_(std::move(function)), o_(o) {}
  CursorPtr start() const override {
    class Pass final : public Cursor {
     public:
      Pass(CursorPtr input, std::function<Dataset(const Values&)> function,
           const InterleaveOptions& o)
          : input_(std::move(input)),
            function_(std::move(function)),
            block_length_(o.block_length),
            open_(static_cast<size_t>(o.cycle_length)) {}
      bool next(Values& element) override {
        while (!ended_ || count_ > 0) {
          CursorPtr& now = open_[cycle_];
          if (now) {
            if (now->next(element)) {
              if (++block_ == block_length_) advance();
              return true;
            }
            now.reset();
            --count_;
            advance();
            continue;
          }
          if (!ended_) {
            Values source;
            ended_ = !input_->next(source);
            if (!ended_) {
              now = function_(source).stage()->start();
              ++count_;
              continue;
            }
          }
          advance();
        }
        return false;
      }

     private:
      void advance() {
        block_ = 0;
        cycle_ = (cycle_ + 1) % open_.size();
      }
      CursorPtr input_;
      std::function<Dataset(const Values&)> function_;
      int64_t block_length_;
      std::vector<CursorPtr> open_;
      size_t cycle_ = 0;
      int64_t block_ = 0;
      int64_t count_ = 0;
      bool ended_ = false;
    };
    return std::make_unique<Pass>(input_->start(), function_, o_);
  }

 private:
  StagePtr input_;
  std::function<Dataset(const Values&)> function_;
  InterleaveOptions o_;
};

// -- cache: passes fill it until one of them has come to the end.
// ----------------------------------

class CacheStage final : public Stage {
 public:
  explicit CacheStage(StagePtr input) : input_(std::move(input)) {}
  std::optional<int64_t> cardinality() const override { return input_->cardinality(); }
  CursorPtr start() const override {
    using Elements = std::vector<Values>;
    class Reading final : public Cursor {
     public:
      explicit Reading(std::shared_ptr<const Elements> all) : all_(std::move(all)) {}
      bool next(Values& element) override {
        if (at_ == all_->size()) return false;
        element = (*all_)[at_++];
        return true;
      }

     private:
      std::shared_ptr<const Elements> all_;
      size_t at_ = 0;
    };
    class Filling final : public Cursor {
     public:
      Filling(CursorPtr input, std::shared_ptr<Store> store)
          : input_(std::move(input)), store_(std::move(store)) {}
      bool next(Values& element) override {
        if (!input_) return false;
        if (input_->next(element)) {
          for (Tensor& t : element) t = t.owned();
          seen_.push_back(element);
          return true;
        }
        const std::lock_guard lock(store_->mutex);
        if (!store_->all) store_->all = std::make_shared<const Elements>(std::move(seen_));
        input_.reset();
        return false;
      }

     private:
      CursorPtr input_;
      std::shared_ptr<Store> store_;
      Elements seen_;
    };
    const std::lock_guard lock(store_->mutex);
    if (store_->all) return std::make_unique<Reading>(store_->all);
    return std::make_unique<Filling>(input_->start(), store_);
  }

 private:
  struct Store {
    std::mutex mutex;
    std::shared_ptr<const std::vector<Values>> all;
  };
  StagePtr input_;
  std::shared_ptr<Store> store_ = std::make_shared<Store>();
};

}  // namespace

StagePtr shuffle(StagePtr input, int64_t size, const ShuffleOptions& options) {
  if (size < 1) {
    fail(Code::invalid_argument, "shuffle(): buffer_size must be positive, not ", size);
  }
  return std::make_shared<ShuffleStage>(std::move(input), size, options);
}
StagePtr repeat(StagePtr input, int64_t count) {
  return std::make_shared<RepeatStage>(std::move(input), count);
}
StagePtr take(StagePtr input, int64_t count) {
  return std::make_shared<TakeStage>(std::move(input), count);
}
StagePtr skip(StagePtr input, int64_t count) {
  return std::make_shared<SkipStage>(std::move(input), count);
}
StagePtr shard(StagePtr input, int64_t count, int64_t index) {
  if (count < 1 || index < 0 || index >= count) {
    fail(Code::invalid_argument, "shard(): index ", index, " of ", count, " is none");
  }
  return std::make_shared<ShardStage>(std::move(input), count, index);
}
StagePtr concatenate(StagePtr a, StagePtr b) {
  return std::make_shared<ConcatenateStage>(std::move(a), std::move(b));
}
StagePtr zip(std::vector<StagePtr> inputs) {
  if (inputs.empty()) fail(Code::invalid_argument, "zip() needs at least one data set");
  return std::make_shared<ZipStage>(std::move(inputs));
}
StagePtr enumerate(StagePtr input, int64_t first) {
  return std::make_shared<EnumerateStage>(std::move(input), first);
}
StagePtr filter(StagePtr input, std::function<bool(const Values&)> keep) {
  return std::make_shared<FilterStage>(std::move(input), std::move(keep));
}
StagePtr interleave(StagePtr input, std::function<Dataset(const Values&)> function,
                    const InterleaveOptions& options) {
  if (options.cycle_length < 1 || options.cycle_length > 65536 || options.block_length < 1) {
    fail(Code::invalid_argument,
         "interleave(): cycle_length and block_length must be positive: ", options.cycle_length,
         ", ", options.block_length);
  }
  return std::make_shared<InterleaveStage>(std::move(input), std::move(function), options);
}
StagePtr cache(StagePtr input) { return std::make_shared<CacheStage>(std::move(input)); }

}  // namespace rill::data
