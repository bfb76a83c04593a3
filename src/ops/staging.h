// What staging areas with and without keys share: the limits, and who waits for whom.
// Rules: tensorflow/core/kernels/stage_op.cc, map_stage_op.cc.
#pragma once

#include "op/kernel_context.h"
#include "op/waits.h"

namespace rill {

class Staging : public Opaque {
 public:
  // 0: without limit.
  Staging(int64_t capacity, int64_t memory) : capacity_(capacity), memory_(memory) {}

 protected:
  static int64_t bytes_of(std::span<const Tensor> tensors) {
    int64_t bytes = 0;
    for (const Tensor& t : tensors) bytes += static_cast<int64_t>(t.bytes());
    return bytes;
  }
  // Waits until `ready()`, calls `then()` and wakes the others.
  template <typename Ready, typename Then>
  void wait(const KernelContext& ctx, Ready ready, Then then) {
    const WaitScope waits(mutex_, changed_);
    std::unique_lock lock(mutex_);
    wait_until(lock, changed_, ctx.runtime(), ready);
    then();
    changed_.notify_all();
  }
  // Waits until there is room for `tensors` beside `count()` tuples, and calls `then()`.
  template <typename Count, typename Then>
  void wait_for_room(const KernelContext& ctx, std::span<const Tensor> tensors, Count count,
                     Then then) {
    const int64_t bytes = bytes_of(tensors);
    if (memory_ > 0 && bytes > memory_) {
      ctx.fail(Code::resource_exhausted, "Attempted to insert tensors with combined size of '",
               bytes, "' bytes into Staging Area with a memory limit of '", memory_, "'.");
    }
    const auto room = [&] {
      return (capacity_ <= 0 || static_cast<int64_t>(count()) < capacity_) &&
             (memory_ <= 0 || bytes_ + bytes <= memory_);
    };
    wait(ctx, room, [&] {
      then();
      bytes_ += bytes;
    });
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int64_t bytes_ = 0;

 private:
  const int64_t capacity_, memory_;
};

}  // namespace rill
