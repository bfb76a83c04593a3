// For kernels that wait on a condition: who cancels runs can wake them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "op/runtime.h"

namespace rill {

// While it lives, wake_all_waits() notifies `changed`. Made before `mutex` is locked and gone after
// it is unlocked.
class WaitScope {
 public:
  WaitScope(std::mutex& mutex, std::condition_variable& changed);
  WaitScope(const WaitScope&) = delete;
  WaitScope& operator=(const WaitScope&) = delete;
  ~WaitScope();

 private:
  friend void wake_all_waits();
  std::mutex& mutex_;
  std::condition_variable& changed_;
};

// While it lives, runs of this thread count as cancelled once `flag` is set.
class CancelScope {
 public:
  explicit CancelScope(const std::atomic<bool>& flag);
  CancelScope(const CancelScope&) = delete;
  CancelScope& operator=(const CancelScope&) = delete;
  ~CancelScope();

 private:
  const std::atomic<bool>* outer_;
};
bool thread_is_cancelled() noexcept;

// While it lives, no wait of this thread lasts longer than `most`: for runs that nobody else
// answers.
class WaitLimit {
 public:
  explicit WaitLimit(std::chrono::nanoseconds most);
  WaitLimit(const WaitLimit&) = delete;
  WaitLimit& operator=(const WaitLimit&) = delete;
  ~WaitLimit();

 private:
  int64_t outer_;
};

// Call it after a run was marked as cancelled.
void wake_all_waits();

// Waits for a change, for the cancellation of the run or for its time limit. Throws CANCELLED or
// DEADLINE_EXCEEDED when the run must stop, and DEADLINE_EXCEEDED past the thread's WaitLimit.
void wait_for_change(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                     Runtime& runtime);

template <typename Ready>
void wait_until(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                Runtime& runtime, Ready ready) {
  while (!ready()) wait_for_change(lock, changed, runtime);
}

}  // namespace rill
