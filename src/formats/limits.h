// What a file may ask for before it is refused. Every limit is an option; messages name it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "codec/json.h"
#include "codec/zip.h"

namespace rill::formats {

struct Limits {
  int protobuf_depth = 100;
  uint64_t protobuf_size = (uint64_t{1} << 31) - 1;
  JsonLimits json;
  ZipLimits zip;
  int rank = 254;
  // Bytes of a tensor that few bytes of the file stand for: this many times what is present, and
  // one value repeated (a splat) up to so many bytes.
  uint64_t expansion = 8;
  uint64_t splat = uint64_t{1} << 30;
  int hdf5_depth = 32;  // of b-trees and of groups within groups
  int hdf5_link_hops = 16;
  size_t hdf5_groups = 100'000;
  // Compressed data sets, as zip members: this much more than what is stored, above the floor.
  uint64_t hdf5_ratio = 1000;
  uint64_t hdf5_ratio_floor = uint64_t{16} << 20;
};

}  // namespace rill::formats
