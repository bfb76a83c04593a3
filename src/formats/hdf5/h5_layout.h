// Where the elements of a data set lie and how they are packed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "formats/hdf5/h5_object.h"

namespace rill::formats {

struct H5Filter {
  uint16_t id = 0;
  std::string name;
  std::vector<uint32_t> values;
};

struct H5Chunk {
  std::vector<uint64_t> begin;  // coordinates of its first element
  Bytes stored;
  uint32_t skipped = 0;  // bit i: filter i was not applied
};

struct H5Layout {
  enum Kind { compact, contiguous, chunked };
  Kind kind = contiguous;
  Bytes inside;                     // compact
  uint64_t address = kH5Undefined;  // contiguous: of the data; chunked: of the index
  uint64_t size = 0;                // bytes stored, where the message says so
  std::vector<uint64_t> chunk;      // shape of a chunk
  std::vector<uint64_t> most;       // what the data set may grow to; kH5Undefined: without end
  int index = 0;                    // of chunks: 0 is the version 1 b-tree, others as in version 4
  uint32_t skipped = 0;             // of the only chunk
  std::vector<H5Filter> filters;
  Bytes fill;  // the value of what is not stored; empty: zeros
};

// Throws PERMISSION_DENIED when the data are in another file.
H5Layout h5_layout(const H5View& view, const H5Object& object, const Shape& shape, uint64_t element,
                   const std::string& place);

using H5SeeChunk = std::function<void(const H5Chunk&)>;
// Calls see() for each chunk that is stored. Throws DATA_LOSS, UNIMPLEMENTED.
void h5_chunks(const H5View& view, const H5Layout& layout, const Shape& shape, uint64_t element,
               int most_depth, const std::string& place, const H5SeeChunk& see);

// Undoes the filters of a chunk. Throws DATA_LOSS when `size` bytes do not come out.
std::string h5_unpack(Bytes stored, const std::vector<H5Filter>& filters, uint32_t skipped,
                      uint64_t size, const std::string& place);

}  // namespace rill::formats
