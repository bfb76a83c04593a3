// Runs many small cases in forked children, so that a crash, a hang or a flood of memory in one of
// them is a finding like any other and the rest still run.
#pragma once

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "rill/error.hpp"

namespace rill::test {

// Under a sanitizer or valgrind everything is slower and needs an address space of its own.
inline bool instrumented() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#else
  const char* preloaded = std::getenv("LD_PRELOAD");
  return preloaded != nullptr && std::strstr(preloaded, "vgpreload") != nullptr;
#endif
}

struct SandboxLimits {
  unsigned seconds = 5;                 // of one case
  uint64_t memory = uint64_t{2} << 30;  // of the child, unless it is instrumented
};

struct SandboxReport {
  int64_t fine = 0;                 // the case returned
  int64_t refused = 0;              // it threw an Error that is not INTERNAL
  std::vector<std::string> faults;  // anything else; at most kMost, and how many there were
  int64_t num_faults = 0;
  static constexpr size_t kMost = 1000;
};

namespace detail {

struct SandboxPage {
  volatile int64_t current;
  int64_t fine, refused;
  int64_t num_faults;
  uint32_t kept;
  char faults[SandboxReport::kMost][600];

  void note(const std::string& text) {
    ++num_faults;
    if (kept == SandboxReport::kMost) return;
    const size_t n = std::min(text.size(), sizeof faults[0] - 1);
    std::memcpy(faults[kept], text.data(), n);
    faults[kept][n] = 0;
    ++kept;
  }
};

// 0 fine, 1 refused; anything else has written down its fault.
template <typename Run, typename Describe>
void sandbox_case(SandboxPage& page, int64_t i, const Run& run, const Describe& describe) {
  try {
    run(i);
    ++page.fine;
  } catch (const Error& e) {
    if (e.code() == Code::internal || e.code() == Code::unknown) {
      page.note(describe(i) + ": " + e.what());
    } else {
      ++page.refused;
    }
  } catch (const std::exception& e) {
    page.note(describe(i) + ": not an Error: " + e.what());
  }
}

// Of processor time, as a machine may have other things to do; a case that only waits ends, too.
inline void limit_time(unsigned seconds) {
  const itimerval busy{{0, 0}, {static_cast<time_t>(seconds), 0}};
  setitimer(ITIMER_PROF, &busy, nullptr);
  alarm(20 * seconds);
}

}  // namespace detail

// run(i) for i in [0, count); describe(i) names a case in a finding. Neither may need threads that
// were started before.
template <typename Run, typename Describe>
SandboxReport run_sandboxed(int64_t count, const Run& run, const Describe& describe,
                            const SandboxLimits& limits = {}) {
  void* memory = mmap(nullptr, sizeof(detail::SandboxPage), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  auto& page = *new (memory) detail::SandboxPage();
  for (int64_t next = 0; next < count;) {
    page.current = next;
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) {
      if (!instrumented()) {
        const rlimit most{limits.memory, limits.memory};
        setrlimit(RLIMIT_AS, &most);
      }
      for (int64_t i = next; i < count; ++i) {
        page.current = i;
        detail::limit_time(limits.seconds * (instrumented() ? 20 : 1));
        detail::sandbox_case(page, i, run, describe);
      }
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) break;
    std::string how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                          : "exit " + std::to_string(WEXITSTATUS(status));
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal == SIGPROF || signal == SIGALRM) how = "takes too long";
    page.note(describe(page.current) + ": " + how);
    next = page.current + 1;
  }
  SandboxReport report{page.fine, page.refused, {}, page.num_faults};
  for (uint32_t k = 0; k < page.kept; ++k) report.faults.emplace_back(page.faults[k]);
  munmap(memory, sizeof(detail::SandboxPage));
  return report;
}

}  // namespace rill::test
