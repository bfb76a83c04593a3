// Strings of variable length.
// Layout: HDF5 File Format Specification 3.0, III.E (global heap).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "formats/hdf5/h5_view.h"

namespace rill::formats {

class H5Heap {
 public:
  // `what` begins the messages; both must outlive the heap.
  H5Heap(const H5View& view, const std::string& what) : view_(view), what_(what) {}

  // The text that a stored reference (u32 length, u64 heap address, u32 index) stands for.
  // Throws DATA_LOSS.
  std::string text(Bytes reference);
  static constexpr size_t kReferenceSize = 16;

 private:
  struct Collection {
    ByteCursor objects;  // at the first
    int searches = 0;
    std::map<uint16_t, Bytes> known;  // all, once there were many searches
  };
  Collection& collection(uint64_t address);
  std::optional<Bytes> find(Collection& in, uint16_t index);

  const H5View& view_;
  const std::string& what_;
  uint64_t seen_ = 0;  // bytes of collections
  std::map<uint64_t, Collection> collections_;
};

}  // namespace rill::formats
