// How the HDF5 library writes into a file that is not its own: an atomic file, or a member of an
// archive.
#pragma once

#include <exception>

#include "codec/atomic_file.h"
#include "formats/hdf5/h5_handle.h"

namespace rill::formats {

// Where an HDF5 file lies in `file`, and what went wrong there. Exceptions cannot pass through the
// library: the first is kept here, and from then on writes do nothing.
struct H5Target {
  AtomicFile* file = nullptr;
  uint64_t base = 0;
  uint64_t size = 0;  // of the HDF5 file, once it is closed
  std::exception_ptr error;
};

// Sets the driver of a file access list; the target must outlive the file. Call it under the
// library's lock. False when the library refuses.
bool set_write_driver(hid_t access_list, H5Target* target);

}  // namespace rill::formats
