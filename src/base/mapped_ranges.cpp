#include "base/mapped_ranges.h"

#include <cstdint>
#include <map>
#include <mutex>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace rill {
namespace {

struct Ranges {
  std::mutex mutex;
  std::map<uintptr_t, size_t> by_begin;
};

// Leaked: files may be closed while the process exits.
Ranges& ranges() {
  static Ranges* const all = new Ranges;
  return *all;
}

}  // namespace

void add_mapped_range(const void* begin, size_t size) {
  Ranges& all = ranges();
  std::lock_guard lock(all.mutex);
  all.by_begin[reinterpret_cast<uintptr_t>(begin)] = size;
}

void remove_mapped_range(const void* begin) noexcept {
  Ranges& all = ranges();
  std::lock_guard lock(all.mutex);
  all.by_begin.erase(reinterpret_cast<uintptr_t>(begin));
}

void release_if_mapped(const void* begin, size_t size) noexcept {
#if defined(__unix__) || defined(__APPLE__)
  const auto from = reinterpret_cast<uintptr_t>(begin);
  Ranges& all = ranges();
  std::lock_guard lock(all.mutex);
  auto it = all.by_begin.upper_bound(from);
  if (it == all.by_begin.begin()) return;
  --it;
  if (from - it->first > it->second || size > it->second - (from - it->first)) return;
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const uintptr_t first = (from + page - 1) / page * page;
  const uintptr_t last = (from + size) / page * page;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
#else
  static_cast<void>(begin);
  static_cast<void>(size);
#endif
}

}  // namespace rill
