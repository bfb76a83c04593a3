// The owners of tensor memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rill/tensor.hpp"

namespace rill {

// 64-byte aligned, not initialised. Throws RESOURCE_EXHAUSTED.
std::shared_ptr<detail::Buffer> allocate_buffer(size_t bytes);
// While one lives, large buffers that this thread lets go are kept for its next allocations: a
// fresh page costs as much as filling it. For passing values; a kept buffer may be twice as large
// as asked.
class ScopedBufferReuse {
 public:
  ScopedBufferReuse();
  ~ScopedBufferReuse();
  ScopedBufferReuse(const ScopedBufferReuse&) = delete;
  ScopedBufferReuse& operator=(const ScopedBufferReuse&) = delete;
};

// Default-constructed elements.
std::shared_ptr<detail::Buffer> allocate_strings(size_t count);
std::shared_ptr<detail::Buffer> allocate_opaques(size_t count);

// Memory that `keeper` keeps alive, for example a mapped file. Read-only unless said otherwise.
std::shared_ptr<detail::Buffer> foreign_buffer(void* data, size_t bytes,
                                               std::shared_ptr<const void> keeper,
                                               bool read_only = true);

}  // namespace rill
