// One pool of worker threads for the whole process, started by the first parallel region.
//
// The caller of parallel_for() works too. When the pool is busy (another thread is in a region) or
// the call is nested inside a region, the work runs inline on the caller: never a deadlock, never
// more threads than cores. Between regions the workers spin for some tens of microseconds, then
// sleep. After fork() the child starts a pool of its own.
#pragma once

#include <cstdint>

#include "base/function_ref.h"

namespace rill {

// Threads that a region of this thread may use, the caller included: the cores this process may run
// on and its control groups give it (or the environment variable RILL_THREADS), capped by the
// innermost ScopedThreads.
int max_threads() noexcept;

// Caps the threads of the regions that this thread opens while the object lives; 0: as many as the
// scope around it may use.
class ScopedThreads {
 public:
  explicit ScopedThreads(int threads) noexcept;
  ~ScopedThreads();
  ScopedThreads(const ScopedThreads&) = delete;
  ScopedThreads& operator=(const ScopedThreads&) = delete;

 private:
  int previous_;
};

// Calls fn(begin, end) on disjoint ranges that cover [0, n), each but the last a multiple of
// `grain` long and starting at a multiple of `grain`. How many ranges there are depends on the
// number of threads, so a result must not: reduce within blocks of `grain` that are fixed by the
// data. n <= grain runs inline. The first exception of fn is thrown here once all ranges are
// finished.
void parallel_for(int64_t n, int64_t grain, FunctionRef<void(int64_t, int64_t)> fn);

// A grain for tasks of so much work each, in elements moved or small operations: with less in a
// range another thread costs more than it saves.
constexpr int64_t grain_of(int64_t work) {
  constexpr int64_t kWorthAThread = 32768;
  return work >= kWorthAThread ? 1 : kWorthAThread / (work < 1 ? 1 : work);
}

// True inside fn of a parallel_for that uses more than this thread.
bool in_parallel_region() noexcept;

}  // namespace rill
