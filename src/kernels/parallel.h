// for_tasks: tasks handed out one by one to at most `threads` workers, each with a slot number, so
// that every worker has a piece of the scratch memory to itself.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/thread_pool.h"

namespace rill::kernels {

// f(slot, task): slot in [0, threads).
template <typename F>
void for_tasks(int threads, int64_t tasks, F&& f) {
  if (threads <= 1 || tasks <= 1) {
    for (int64_t task = 0; task < tasks; ++task) f(0, task);
    return;
  }
  std::atomic<int64_t> next{0};
  const int64_t slots = threads < tasks ? threads : tasks;
  parallel_for(slots, 1, [&](int64_t begin, int64_t end) {
    for (int64_t slot = begin; slot < end; ++slot) {
      for (int64_t task; (task = next.fetch_add(1, std::memory_order_relaxed)) < tasks;) {
        f(static_cast<int>(slot), task);
      }
    }
  });
}

inline constexpr size_t kScratchAlign = 64;
inline constexpr size_t scratch_align(size_t bytes) {
  return (bytes + kScratchAlign - 1) / kScratchAlign * kScratchAlign;
}

}  // namespace rill::kernels
