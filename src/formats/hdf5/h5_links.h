// The links of a group, in each of the three ways that they are stored.
#pragma once

#include <string>
#include <vector>

#include "formats/hdf5/h5_object.h"

namespace rill::formats {

struct H5Link {
  enum Kind { hard, soft, elsewhere };
  std::string name;
  Kind kind = hard;
  uint64_t address = 0;  // hard: of the object's header
  std::string target;    // soft: a path
};

// Sorted by name. Throws DATA_LOSS.
std::vector<H5Link> h5_links(const H5View& view, const H5Object& group, int most_depth);

struct H5Leaf {
  Bytes key;
  uint64_t child;
};
// The entries of a version 1 b-tree's leaves, in order: groups (type 0) and chunks (1).
std::vector<H5Leaf> h5_leaves(const H5View& view, uint64_t root, uint8_t type, uint64_t key_size,
                              int most_depth);

}  // namespace rill::formats
