// The part of a file that an HDF5 file being written takes up: addresses count from its beginning.
#pragma once

#include "codec/atomic_file.h"

namespace rill::formats {

class H5Room {
 public:
  // Behind what `file` holds already; the file must outlive this.
  explicit H5Room(AtomicFile& file) : file_(file), base_(file.size()) {}

  // The address of `size` bytes that nobody else gets.
  uint64_t allocate(uint64_t size, uint64_t alignment = 8) {
    const uint64_t address = (size_ + alignment - 1) / alignment * alignment;
    size_ = address + size;
    return address;
  }
  void write(uint64_t address, Bytes bytes) { file_.write_at(base_ + address, bytes); }

  uint64_t size() const { return size_; }

 private:
  AtomicFile& file_;
  uint64_t base_;
  uint64_t size_ = 0;
};

}  // namespace rill::formats
