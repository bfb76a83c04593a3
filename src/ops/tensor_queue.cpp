#include "ops/tensor_queue.h"

#include <algorithm>
#include <random>

#include "op/waits.h"

namespace rill {
namespace {

kernels::Philox make_random(int64_t seed, int64_t seed2) {
  if (seed != 0 || seed2 != 0) {
    return {static_cast<uint64_t>(seed), static_cast<uint64_t>(seed2)};
  }
  std::random_device device;
  const auto word = [&] { return (uint64_t{device()} << 32) | device(); };
  return {word(), word()};
}

}  // namespace

TensorQueue::TensorQueue(std::string name, Options options)
    : name_(std::move(name)),
      options_(std::move(options)),
      random_(make_random(options_.seed, options_.seed2)) {}

void TensorQueue::put(Tuple tuple) {
  if (options_.order != Order::priority) {
    tuples_.push_back(std::move(tuple));
    return;
  }
  const auto later = [](int64_t priority, const Tuple& other) {
    return priority < other[0].item<int64_t>();
  };
  const auto at = std::upper_bound(tuples_.begin(), tuples_.end(), tuple[0].item<int64_t>(), later);
  tuples_.insert(at, std::move(tuple));
}

void TensorQueue::enqueue(const KernelContext& ctx, std::vector<Tuple> tuples) {
  const WaitScope waits(mutex_, changed_);
  std::unique_lock lock(mutex_);
  if (closed_) ctx.fail(Code::cancelled, "Queue ", quoted(name_), " is closed.");
  for (Tuple& tuple : tuples) {
    wait_until(lock, changed_, ctx.runtime(), [&] {
      return cancelled_ || options_.capacity < 0 ||
             static_cast<int64_t>(tuples_.size()) < options_.capacity;
    });
    if (cancelled_) ctx.fail(Code::cancelled, "Queue ", quoted(name_), " is closed.");
    put(std::move(tuple));
    changed_.notify_all();
  }
}

bool TensorQueue::may_take() const {
  if (tuples_.empty()) return false;
  if (options_.order != Order::shuffled || closed_) return true;
  return static_cast<int64_t>(tuples_.size()) > options_.min_after_dequeue;
}

uint32_t TensorQueue::random_number() {
  if (used_ == block_.size()) {
    block_ = random_();
    used_ = 0;
  }
  return block_[used_++];
}

// A shuffled queue fills the hole with its last tuple.
TensorQueue::Tuple TensorQueue::take() {
  size_t at = 0;
  if (options_.order == Order::shuffled) at = random_number() % tuples_.size();
  Tuple tuple = std::move(tuples_[at]);
  if (options_.order == Order::shuffled) {
    if (at + 1 < tuples_.size()) tuples_[at] = std::move(tuples_.back());
    tuples_.pop_back();
  } else {
    tuples_.pop_front();
  }
  return tuple;
}

std::vector<TensorQueue::Tuple> TensorQueue::dequeue(const KernelContext& ctx, int64_t n,
                                                     bool fewer) {
  const WaitScope waits(mutex_, changed_);
  std::unique_lock lock(mutex_);
  std::vector<Tuple> taken;
  const auto give_back = [&] {
    for (auto t = taken.rbegin(); t != taken.rend(); ++t) tuples_.push_front(std::move(*t));
    changed_.notify_all();
  };
  try {
    while (static_cast<int64_t>(taken.size()) < n) {
      wait_until(lock, changed_, ctx.runtime(), [&] { return closed_ || may_take(); });
      if (!may_take()) {
        if (fewer && !taken.empty()) break;
        ctx.fail(Code::out_of_range, "Queue ", quoted(name_),
                 " is closed and has insufficient elements (requested ", n, ", current size ",
                 taken.size(), ")");
      }
      taken.push_back(take());
      changed_.notify_all();
    }
  } catch (...) {
    give_back();
    throw;
  }
  return taken;
}

void TensorQueue::close(bool cancel_pending) {
  std::lock_guard lock(mutex_);
  closed_ = true;
  cancelled_ = cancelled_ || cancel_pending;
  changed_.notify_all();
}

bool TensorQueue::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

int64_t TensorQueue::size() const {
  std::lock_guard lock(mutex_);
  return static_cast<int64_t>(tuples_.size());
}

void require_no_timeout(const KernelContext& ctx) {
  const auto timeout = ctx.attr<int64_t>("timeout_ms");
  ctx.require(timeout == -1, "timeout_ms is ", timeout, ", but must be -1: wait without limit");
}

}  // namespace rill
