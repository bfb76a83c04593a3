// How the HDF5 library reads bytes that are in memory (a mapped file, an archive member).
#pragma once

#include "codec/bytes.h"
#include "formats/hdf5/h5_handle.h"

namespace rill::formats {

// Sets the driver of a file access list. The bytes must outlive the file; nothing writes to them.
// Call it under the library's lock. False when the library refuses.
//
// Its own "core" driver would do but for one thing: it lets the library gather metadata in an
// accumulator, whose sums of damaged addresses wrap round and read outside of it (HDF5 1.10.8,
// H5F__accum_read). This driver allows no accumulator and checks every read.
bool set_memory_driver(hid_t access_list, Bytes bytes);

}  // namespace rill::formats
