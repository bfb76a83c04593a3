// Text of any length on its way into global heaps: blocks that hold many texts. The counterpart of
// h5_heap.
#pragma once

#include <string>
#include <string_view>

#include "formats/hdf5/h5_room.h"

namespace rill::formats {

class H5TextHeap {
 public:
  explicit H5TextHeap(H5Room& room) : room_(room) {}

  // What stands in place of the text: its length, the address of its block, its index there.
  std::string add(std::string_view text);
  // Writes what is not yet written.
  void flush();

 private:
  void begin(uint64_t size);

  H5Room& room_;
  std::string block_;  // begun, of capacity_ bytes at address_
  uint64_t address_ = 0;
  uint64_t capacity_ = 0;
  uint64_t count_ = 0;
};

}  // namespace rill::formats
