#include "kernels/packed.h"

#include <cstddef>
#include <mutex>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace rill::kernels {
namespace {

constexpr size_t kLine = 64;
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kSlab = size_t{8} << 20;
constexpr size_t kWorthSlab = size_t{256} << 10;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kShareSlabs = false;  // neighbours would hide what is written beyond the end
#else
constexpr bool kShareSlabs = true;
#endif

std::shared_ptr<std::byte> allocate(size_t bytes, std::align_val_t alignment) {
  return {static_cast<std::byte*>(::operator new(bytes, alignment)),
          [alignment](std::byte* p) { ::operator delete(p, alignment); }};
}

std::shared_ptr<std::byte> on_huge_pages(size_t bytes) {
  auto memory = allocate(bytes, std::align_val_t{kHugePage});
#if defined(__linux__)
  // Whole pages only, so that nothing else is touched; a refusal costs nothing but speed.
  madvise(memory.get(), bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
  return memory;
}

// The slab that is being filled. Those who use a part of it keep it alive.
struct Open {
  std::mutex mutex;
  std::weak_ptr<std::byte> slab;
  size_t used = 0;
};

std::shared_ptr<std::byte> part_of_slab(size_t bytes) {
  static Open& open = *new Open;
  const std::lock_guard lock(open.mutex);
  std::shared_ptr<std::byte> slab = open.slab.lock();
  if (!slab || bytes > kSlab - open.used) {
    slab = on_huge_pages(kSlab);
    open.slab = slab;
    open.used = 0;
  }
  std::byte* begin = slab.get() + open.used;
  open.used += (bytes + kLine - 1) / kLine * kLine;
  return {std::move(slab), begin};
}

}  // namespace

AlignedFloats::AlignedFloats(int64_t count) {
  const size_t bytes = (count > 0 ? static_cast<size_t>(count) : 1) * sizeof(float);
  const auto memory = bytes >= kSlab ? on_huge_pages(bytes)
                      : kShareSlabs && bytes >= kWorthSlab
                          ? part_of_slab(bytes)
                          : allocate(bytes, std::align_val_t{kLine});
  data_ = std::shared_ptr<float>(memory, reinterpret_cast<float*>(memory.get()));
}

}  // namespace rill::kernels
