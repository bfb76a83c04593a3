// Strings of variable length, read by ourselves: on damaged files the HDF5 library (1.10) reads
// outside its global heaps or never ends.
// Layout: HDF5 File Format Specification 3.0, III.E (global heap), IV.A (object header, attribute).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "codec/bytes.h"

namespace rill::formats {

class H5Heap {
 public:
  // `base`: where addresses count from. `what` begins the messages and must outlive the heap.
  H5Heap(Bytes file, uint64_t base, const std::string& what)
      : file_(file), base_(base), what_(what) {}

  // The stored elements of an attribute of the object whose header is at `address`; nothing when
  // it is not in the header itself but in a heap of attributes.
  std::optional<Bytes> attribute(uint64_t address, std::string_view name) const;

  // The text that a stored reference (u32 length, u64 heap address, u32 index) stands for.
  // Throws DATA_LOSS.
  std::string text(Bytes reference);
  static constexpr size_t kReferenceSize = 16;

 private:
  using Objects = std::map<uint16_t, Bytes>;
  const Objects& collection(uint64_t address);

  Bytes file_;
  uint64_t base_;
  const std::string& what_;
  std::map<uint64_t, Objects> collections_;
};

}  // namespace rill::formats
