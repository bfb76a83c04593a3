// Groups and data sets on their way into a file: kept in memory until all are known, then written
// in one piece behind the data.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "formats/hdf5/h5_encode.h"
#include "formats/hdf5/h5_room.h"

namespace rill::formats {

class H5WriteTree {
 public:
  // With the root group, object 0.
  H5WriteTree() : objects_(1) {}

  // Makes the groups of a path, "" the root; throws INVALID_ARGUMENT where a data set stands.
  int group(std::string_view path);
  // Makes a data set and the groups on the way; throws ALREADY_EXISTS.
  int dataset(const std::string& path);
  // Throws INTERNAL when nobody made it.
  int find(std::string_view path) const;
  H5Header& header(int object) { return objects_[static_cast<size_t>(object)].header; }

  // Writes everything, and the superblock at address 0.
  void write(H5Room& room);

 private:
  struct Object {
    bool is_group = true;
    H5Header header;
    std::map<std::string, int, std::less<>> children;
  };

  int child_of(int group, std::string_view name) const;  // -1: none
  int add(int parent, std::string_view name, bool is_group);

  std::vector<Object> objects_;  // parents before their children
};

inline constexpr uint64_t kH5SuperblockSize = 96;

}  // namespace rill::formats
