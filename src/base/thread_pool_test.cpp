#include "base/thread_pool.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace rill {
namespace {

TEST(ThreadPool, CoversEveryIndexOnceInBlocksOfGrain) {
  for (const int64_t n : {0, 1, 2, 7, 64, 1000, 100003}) {
    for (const int64_t grain : {1, 3, 64, 5000}) {
      std::vector<std::atomic<int>> seen(static_cast<size_t>(n));
      parallel_for(n, grain, [&](int64_t begin, int64_t end) {
        EXPECT_EQ(begin % grain, 0);
        EXPECT_LT(begin, end);
        for (int64_t i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
      });
      for (const auto& count : seen) ASSERT_EQ(count, 1);
    }
  }
}

TEST(ThreadPool, NestedRegionsRunInline) {
  std::atomic<int64_t> sum{0};
  parallel_for(8, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto self = std::this_thread::get_id();
      parallel_for(100, 1, [&](int64_t b, int64_t e) {
        EXPECT_EQ(std::this_thread::get_id(), self);
        sum += e - b;
      });
    }
  });
  EXPECT_EQ(sum, 800);
}

TEST(ThreadPool, ManyCallersAtOnce) {
  std::vector<std::thread> callers;
  std::atomic<int64_t> sum{0};
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        parallel_for(64, 4, [&](int64_t b, int64_t e) { sum += e - b; });
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(sum, 4 * 500 * 64);
}

TEST(ThreadPool, ExceptionsReachTheCallerAndThePoolSurvives) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_THROW(parallel_for(100, 1,
                              [](int64_t b, int64_t e) {
                                if (b <= 50 && 50 < e) throw std::runtime_error("x");
                              }),
                 std::runtime_error);
  }
  std::atomic<int64_t> sum{0};
  parallel_for(100, 1, [&](int64_t b, int64_t e) { sum += e - b; });
  EXPECT_EQ(sum, 100);
}

TEST(ThreadPool, ScopedThreadsCaps) {
  const int all = max_threads();
  {
    const ScopedThreads one(1);
    EXPECT_EQ(max_threads(), 1);
    const auto self = std::this_thread::get_id();
    parallel_for(100, 1, [&](int64_t begin, int64_t end) {
      EXPECT_EQ(std::this_thread::get_id(), self);
      EXPECT_EQ(end - begin, 100);
    });
    const ScopedThreads as_before(0);
    EXPECT_EQ(max_threads(), 1);
    const ScopedThreads more(all);
    EXPECT_EQ(max_threads(), all);
  }
  EXPECT_EQ(max_threads(), all);
}

TEST(ThreadPool, WorksAfterSleepAndAfterFork) {
  const auto count = [] {
    std::atomic<int64_t> sum{0};
    parallel_for(1000, 1, [&](int64_t b, int64_t e) { sum += e - b; });
    return sum.load();
  };
  EXPECT_EQ(count(), 1000);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(count(), 1000);
#if !defined(__SANITIZE_THREAD__)
  const pid_t child = fork();
  if (child == 0) _exit(count() == 1000 ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
#endif
}

}  // namespace
}  // namespace rill
