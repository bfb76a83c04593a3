// Storage of groups and objects that have many links or attributes: objects in a "fractal heap",
// found by records of a version 2 b-tree. Chunks use that kind of tree too.
#pragma once

#include <vector>

#include "formats/hdf5/h5_view.h"

namespace rill::formats {

class H5Dense {
 public:
  // The heap whose header is at the address. `view` outlives it. UNIMPLEMENTED when it is packed.
  H5Dense(const H5View& view, uint64_t address);

  // The bytes of an object by its heap id. Throws DATA_LOSS.
  Bytes object(Bytes id) const;

 private:
  struct Block {  // direct, in the file
    uint64_t begin, size, address;
  };
  void add_indirect(uint64_t address, uint64_t begin, uint64_t rows, int depth);
  uint64_t block_size(uint64_t row) const;
  Bytes huge_object(ByteCursor& id) const;

  const H5View& view_;
  uint64_t address_;
  uint64_t huge_ = kH5Undefined;  // the tree of huge objects
  int id_bytes_ = 0;
  uint64_t width_ = 0, start_ = 0, largest_ = 0;  // of the table of blocks
  int offset_bytes_ = 0, length_bytes_ = 0;       // of the parts of an id
  std::vector<Block> blocks_;                     // by rising begin
};

// All records of a tree in order. A `type` that is not the tree's is DATA_LOSS.
std::vector<Bytes> h5_records(const H5View& view, uint64_t address, uint8_t type);

}  // namespace rill::formats
