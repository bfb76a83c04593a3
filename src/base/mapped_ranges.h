// Which memory of this process is mapped files: its pages may be given back at any time, since the
// file has them. Whoever holds a piece need not know where it came from.
#pragma once

#include <cstddef>

namespace rill {

// A read-only mapping of a file begins or ends. Any thread.
void add_mapped_range(const void* begin, size_t size);
void remove_mapped_range(const void* begin) noexcept;

// Gives back the whole pages inside [begin, begin + size) when all of it lies in one mapping; does
// nothing otherwise. The elements stay readable: the file is read again.
void release_if_mapped(const void* begin, size_t size) noexcept;

}  // namespace rill
