#include "formats/hdf5/h5_text_heap.h"

#include <algorithm>

#include "base/fail.h"
#include "formats/hdf5/h5_encode.h"

namespace rill::formats {
namespace {

constexpr uint64_t kHead = 16;  // of a block, and of each text in it
// Readers expect no smaller one; who wants one text looks through a whole block.
constexpr uint64_t kBlock = 4096;

}  // namespace

// "GCOL", version, size of the block.
void H5TextHeap::begin(uint64_t size) {
  flush();
  capacity_ = size;
  address_ = room_.allocate(size);
  block_ = H5Encoder().text("GCOL").u8(1).zeros(3).u64(size).take();
  count_ = 0;
}

std::string H5TextHeap::add(std::string_view text) {
  if (text.size() > 0xffffffffu) {
    fail(Code::invalid_argument, "HDF5: a text of ", text.size(), " bytes is too long");
  }
  if (text.empty()) return H5Encoder().zeros(16).take();
  const uint64_t size = kHead + (text.size() + 7) / 8 * 8;
  if (size > capacity_ - block_.size()) begin(std::max(kBlock, kHead + size));
  ++count_;
  // Index, number of references, the text.
  block_ += H5Encoder().u16(count_).u16(0).u32(0).u64(text.size()).text(text).pad().take();
  return H5Encoder().u32(text.size()).u64(address_).u32(count_).take();
}

void H5TextHeap::flush() {
  if (capacity_ == 0) return;
  const uint64_t left = capacity_ - block_.size();
  // What is left is an object of its own, without an index; less than a head is just left.
  if (left >= kHead) block_ += H5Encoder().u16(0).u16(0).u32(0).u64(left).take();
  block_.resize(capacity_, '\0');
  room_.write(address_, bytes_of(block_));
  block_.clear();
  capacity_ = 0;
}

}  // namespace rill::formats
