#include "op/waits.h"

#include <algorithm>
#include <chrono>

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

}  // namespace

CancelScope::CancelScope(const std::atomic<bool>& flag) : outer_(cancel_flag) {
  cancel_flag = &flag;
}
CancelScope::~CancelScope() { cancel_flag = outer_; }

bool thread_is_cancelled() noexcept {
  return cancel_flag != nullptr && cancel_flag->load(std::memory_order_relaxed);
}

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
  const int64_t left = runtime.nanoseconds_left();
  if (left == INT64_MAX) {
    changed.wait(lock);
  } else {
    constexpr int64_t kHour = int64_t{3600} * 1000 * 1000 * 1000;
    // A little longer, so that the limit has passed when it is looked at.
    changed.wait_for(
        lock, std::chrono::nanoseconds(std::min(left, kHour)) + std::chrono::microseconds(100));
  }
}

}  // namespace rill
