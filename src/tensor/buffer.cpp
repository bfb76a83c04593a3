#include "tensor/buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

#include "base/fail.h"
#include "tensor/memory_limit.h"

namespace rill {
namespace detail {
Buffer::~Buffer() = default;
}  // namespace detail

Opaque::~Opaque() = default;

namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kHugePage = size_t{2} << 20;

constexpr size_t kWorthReuse = 128 << 10;

struct Block {
  void* base = nullptr;    // to be freed
  void* memory = nullptr;  // aligned
  size_t size = 0;         // from there on
};

// Blocks that a ScopedBufferReuse keeps.
struct SpareBlocks {
  int depth = 0;
  Block blocks[4];
};
thread_local SpareBlocks spare;

// The smallest that is large enough and not much too large.
Block take_spare(size_t size) {
  Block* best = nullptr;
  for (Block& b : spare.blocks) {
    if (b.size >= size && b.size / 2 <= size && (best == nullptr || b.size < best->size)) {
      best = &b;
    }
  }
  return best ? std::exchange(*best, {}) : Block{};
}

// Keeps the larger ones.
void free_or_keep(Block block) {
  if (spare.depth > 0 && block.size >= kWorthReuse) {
    for (Block& b : spare.blocks) {
      if (b.size < block.size) std::swap(b, block);
    }
  }
  std::free(block.base);
}

// Large blocks begin on a huge page. They come from malloc, not aligned_alloc: glibc maps what is
// aligned anew each time, and so clears it each time, while it learns to keep what malloc gave.
Block allocate_block(size_t size) {
  if (size < 2 * kHugePage) {
    void* memory = std::aligned_alloc(kAlignment, size);
    return {memory, memory, size};
  }
  if (size > SIZE_MAX - kHugePage) return {};
  void* base = std::malloc(size + kHugePage);
  if (base == nullptr) return {};
  const auto begin = reinterpret_cast<uintptr_t>(base);
  auto* memory =
      static_cast<std::byte*>(base) + ((begin + kHugePage - 1) / kHugePage * kHugePage - begin);
  // A fault for every 4 KiB would cost more than most uses of large tensors.
  madvise(memory, size / kHugePage * kHugePage, MADV_HUGEPAGE);
  return {base, memory, size};
}

class HeapBuffer final : public detail::Buffer {
 public:
  HeapBuffer(Block block, size_t bytes) : Buffer(block.memory, bytes), block_(block) {}
  ~HeapBuffer() override { free_or_keep(block_); }

 private:
  Block block_;
};

// Small tensors lie within their owner: one plain allocation, not an aligned one beside another.
template <size_t kMost>
class SmallBuffer final : public detail::Buffer {
 public:
  explicit SmallBuffer(size_t bytes) : Buffer(nullptr, bytes) {
    const auto begin = reinterpret_cast<uintptr_t>(room_);
    data_ = room_ + ((begin + kAlignment - 1) / kAlignment * kAlignment - begin);
  }

 private:
  std::byte room_[kMost + kAlignment - 1];
};

// The address sanitizer sees what is read behind a tensor only when nothing else lies there.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kInline = false;
#else
constexpr bool kInline = true;
#endif
constexpr size_t kTiny = 64;
constexpr size_t kSmall = 512;

template <typename T>
class ObjectBuffer final : public detail::Buffer {
 public:
  explicit ObjectBuffer(size_t count) : Buffer(nullptr, 0), items_(count) {
    data_ = items_.data();
    bytes_ = count * sizeof(T);
  }

 private:
  std::vector<T> items_;
};

class ForeignBuffer final : public detail::Buffer {
 public:
  ForeignBuffer(void* data, size_t bytes, std::shared_ptr<const void> keeper, bool read_only)
      : Buffer(data, bytes), keeper_(std::move(keeper)), read_only_(read_only) {}
  bool read_only() const noexcept override { return read_only_; }

 private:
  std::shared_ptr<const void> keeper_;
  bool read_only_;
};

[[noreturn]] void out_of_memory(size_t bytes) {
  fail(Code::resource_exhausted, "cannot allocate ", bytes, " bytes for a tensor");
}

void check_size(size_t bytes) {
  if (bytes <= largest_tensor()) return;
  fail(Code::resource_exhausted, "a tensor of ", bytes, " bytes is more than the ",
       largest_tensor(), " bytes that one may take on this machine (RILL_TENSOR_BYTES)");
}

std::shared_ptr<detail::Buffer> owner_of(const Block& block, size_t bytes) {
  try {
    return std::make_shared<HeapBuffer>(block, bytes);
  } catch (const std::bad_alloc&) {
    std::free(block.base);
    out_of_memory(bytes);
  }
}

}  // namespace

std::shared_ptr<detail::Buffer> allocate_buffer(size_t bytes) {
  if (kInline && bytes <= kTiny) return std::make_shared<SmallBuffer<kTiny>>(bytes);
  if (kInline && bytes <= kSmall) return std::make_shared<SmallBuffer<kSmall>>(bytes);
  check_size(bytes);
  if (bytes > SIZE_MAX - kAlignment) out_of_memory(bytes);
  const size_t size = std::max((bytes + kAlignment - 1) / kAlignment, size_t{1}) * kAlignment;
  if (spare.depth > 0 && size >= kWorthReuse) {
    if (const Block kept = take_spare(size); kept.memory != nullptr) {
      return owner_of(kept, bytes);
    }
  }
  const Block block = allocate_block(size);
  if (block.memory == nullptr) out_of_memory(bytes);
  return owner_of(block, bytes);
}

ScopedBufferReuse::ScopedBufferReuse() { ++spare.depth; }
ScopedBufferReuse::~ScopedBufferReuse() {
  if (--spare.depth > 0) return;
  for (Block& b : spare.blocks) std::free(std::exchange(b, {}).base);
}

std::shared_ptr<detail::Buffer> allocate_strings(size_t count) {
  check_size(count > SIZE_MAX / sizeof(std::string) ? SIZE_MAX : count * sizeof(std::string));
  try {
    return std::make_shared<ObjectBuffer<std::string>>(count);
  } catch (const std::exception&) {
    out_of_memory(count * sizeof(std::string));
  }
}

std::shared_ptr<detail::Buffer> allocate_opaques(size_t count) {
  constexpr size_t kItem = sizeof(std::shared_ptr<Opaque>);
  check_size(count > SIZE_MAX / kItem ? SIZE_MAX : count * kItem);
  try {
    return std::make_shared<ObjectBuffer<std::shared_ptr<Opaque>>>(count);
  } catch (const std::exception&) {
    out_of_memory(count * sizeof(std::shared_ptr<Opaque>));
  }
}

std::shared_ptr<detail::Buffer> foreign_buffer(void* data, size_t bytes,
                                               std::shared_ptr<const void> keeper, bool read_only) {
  return std::make_shared<ForeignBuffer>(data, bytes, std::move(keeper), read_only);
}

}  // namespace rill
