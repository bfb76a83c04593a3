#include "tensor/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace rill {
namespace {

// The limit of a container, when it has one.
size_t container_memory() {
  size_t limit = SIZE_MAX;
  for (const char* path :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::FILE* file = std::fopen(path, "re");
    if (file == nullptr) continue;
    unsigned long long bytes = 0;
    if (std::fscanf(file, "%llu", &bytes) == 1) limit = std::min<size_t>(limit, bytes);
    std::fclose(file);
  }
  return limit;
}

size_t memory() {
  static const size_t bytes = [] {
    const long pages = ::sysconf(_SC_PHYS_PAGES);
    const long page = ::sysconf(_SC_PAGESIZE);
    if (pages <= 0 || page <= 0) return SIZE_MAX;
    return std::min(static_cast<size_t>(pages) * static_cast<size_t>(page), container_memory());
  }();
  return bytes;
}

// 0 where the user says nothing.
size_t wanted() {
  static const size_t bytes = [] {
    const char* text = std::getenv("RILL_TENSOR_BYTES");
    return text ? static_cast<size_t>(std::strtoull(text, nullptr, 10)) : size_t{0};
  }();
  return bytes;
}

}  // namespace

size_t largest_tensor() { return wanted() > 0 ? wanted() : memory() / 4 * 3; }

size_t largest_asked_tensor() {
  return wanted() > 0 ? wanted() : std::min(memory() / 4, size_t{4} << 30);
}

}  // namespace rill
