// The two kinds of array that list the chunks of a data set: of a fixed number of entries, and one
// that grows along the dimension that has no end.
#pragma once

#include <functional>

#include "formats/hdf5/h5_view.h"

namespace rill::formats {

// The number of the chunk and its entry: an address and, when the chunks are packed, a size of
// entry.size() - 12 bytes and the mask of skipped filters.
using H5SeeEntry = std::function<void(uint64_t number, bool packed, Bytes entry)>;

// Both throw DATA_LOSS.
void h5_fixed_array(const H5View& view, uint64_t address, const H5SeeEntry& see);
void h5_extensible_array(const H5View& view, uint64_t address, const H5SeeEntry& see);

}  // namespace rill::formats
