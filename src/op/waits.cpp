#include "op/waits.h"

#include <algorithm>
#include <chrono>

#include "base/fail.h"

namespace rill {
namespace {

struct Waits {
  std::mutex mutex;
  std::vector<WaitScope*> scopes;
};

Waits& waits() {
  static auto* all = new Waits;  // leaked: threads may wait until the very end
  return *all;
}

thread_local const std::atomic<bool>* cancel_flag = nullptr;
thread_local int64_t wait_limit = INT64_MAX;  // nanoseconds

}  // namespace

CancelScope::CancelScope(const std::atomic<bool>& flag) : outer_(cancel_flag) {
  cancel_flag = &flag;
}
CancelScope::~CancelScope() { cancel_flag = outer_; }

bool thread_is_cancelled() noexcept {
  return cancel_flag != nullptr && cancel_flag->load(std::memory_order_relaxed);
}

WaitLimit::WaitLimit(std::chrono::nanoseconds most) : outer_(wait_limit) {
  wait_limit = most.count();
}
WaitLimit::~WaitLimit() { wait_limit = outer_; }

WaitScope::WaitScope(std::mutex& mutex, std::condition_variable& changed)
    : mutex_(mutex), changed_(changed) {
  std::lock_guard lock(waits().mutex);
  waits().scopes.push_back(this);
}

WaitScope::~WaitScope() {
  std::lock_guard lock(waits().mutex);
  std::erase(waits().scopes, this);
}

void wake_all_waits() {
  std::lock_guard lock(waits().mutex);
  for (const WaitScope* scope : waits().scopes) {
    // Locked once: who has looked at the flag before is waiting by now.
    { std::lock_guard inner(scope->mutex_); }
    scope->changed_.notify_all();
  }
}

void wait_for_change(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                     Runtime& runtime) {
  runtime.check_cancelled();
  const int64_t left = std::min(runtime.nanoseconds_left(), wait_limit);
  if (left == INT64_MAX) {
    changed.wait(lock);
    return;
  }
  constexpr int64_t kHour = int64_t{3600} * 1000 * 1000 * 1000;
  // A little longer, so that the limit has passed when it is looked at.
  const auto status = changed.wait_for(
      lock, std::chrono::nanoseconds(std::min(left, kHour)) + std::chrono::microseconds(100));
  if (status == std::cv_status::timeout && left == wait_limit) {
    fail(Code::deadline_exceeded, "a wait took longer than its thread may wait");
  }
}

}  // namespace rill
