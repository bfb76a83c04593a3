// The bytes of an HDF5 file by its own addresses, and what its superblock says.
// Layout of everything here: HDF5 File Format Specification, version 3.0 (The HDF Group).
#pragma once

#include <string>
#include <string_view>

#include "codec/byte_cursor.h"
#include "codec/bytes.h"

namespace rill::formats {

// An address that leads nowhere.
inline constexpr uint64_t kH5Undefined = ~uint64_t{0};

struct H5View {
  Bytes file;
  uint64_t base = 0;      // of addresses: a user block may come before the superblock
  uint64_t root = 0;      // address of the root group's header
  std::string_view what;  // begins messages; outlives the view

  // Both throw DATA_LOSS for what does not lie in the file.
  ByteCursor at(uint64_t address) const;
  Bytes bytes(uint64_t address, uint64_t size) const;
  // The same behind a signature, which is checked; the cursor stands after it.
  ByteCursor at(uint64_t address, std::string_view signature) const;
  // `size` bytes, the last four of them the checksum over the others.
  Bytes checked(uint64_t address, uint64_t size) const;
};

// Throws DATA_LOSS (no HDF5 file, truncated, damaged) and UNIMPLEMENTED.
H5View h5_view(Bytes file, const std::string& what);

// Bob Jenkins' hash "lookup3" (public domain), as the format uses it: over metadata and names.
uint32_t h5_checksum(Bytes bytes);

// Up to the next multiple of 8, as parts of old headers and heaps are.
inline uint64_t h5_padded(uint64_t size) { return (size + 7) / 8 * 8; }

// An unsigned number of so many bytes (at most 8), least significant first.
uint64_t h5_number(ByteCursor& in, int bytes);

}  // namespace rill::formats
