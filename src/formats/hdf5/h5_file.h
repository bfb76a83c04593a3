// Reads HDF5 files. Knows nothing of Keras: groups, attributes and data sets become names and
// tensors. doc/formats/hdf5.md says what is read.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/bytes.h"
#include "formats/hdf5/h5_links.h"
#include "formats/limits.h"
#include "rill/tensor.hpp"

namespace rill::formats {

struct H5Child {
  std::string name;
  bool is_group = false;
};

struct H5Dataset {
  std::string path;
  DType dtype = DType::invalid;
  Shape shape;
};

// Objects are named by paths ("model_weights/dense/kernel:0"); "" and "/" are the root. Any number
// of threads may call.
class H5File {
 public:
  // Throws NOT_FOUND, DATA_LOSS (no HDF5 file, truncated), PERMISSION_DENIED.
  static std::shared_ptr<const H5File> open(const std::filesystem::path& path,
                                            const Limits& limits = {});
  // A file within another; `what` begins the messages.
  static std::shared_ptr<const H5File> open(SharedBytes bytes, std::string what,
                                            const Limits& limits = {});
  H5File(const H5File&) = delete;
  H5File& operator=(const H5File&) = delete;

  const std::string& what() const { return what_; }

  bool exists(const std::string& path) const;
  bool is_group(const std::string& path) const;
  // Sorted by name, as h5py iterates. Links out of the file throw PERMISSION_DENIED.
  std::vector<H5Child> children(const std::string& group) const;
  // All data sets below a group, depth first in order of names.
  std::vector<H5Dataset> datasets(const std::string& group = "") const;

  // dtype and shape. DType::invalid for types that no tensor has (references, compounds).
  H5Dataset dataset(const std::string& path) const;
  // Little-endian contiguous data are a view into the mapped file; everything else is read and
  // converted. Throws NOT_FOUND, UNIMPLEMENTED, DATA_LOSS, RESOURCE_EXHAUSTED.
  Tensor read(const std::string& path) const;

  std::vector<std::string> attribute_names(const std::string& object) const;
  // Null tensor when there is none. Strings of every kind become string tensors.
  Tensor attribute(const std::string& object, const std::string& name) const;
  // A string scalar, or nothing when the attribute is missing.
  std::optional<std::string> text(const std::string& object, const std::string& name) const;
  // A list of strings; Keras splits what is too long for one attribute into NAME0, NAME1, ...
  // Nothing when the attribute is missing.
  std::optional<std::vector<std::string>> texts(const std::string& object,
                                                const std::string& name) const;

 private:
  H5File(SharedBytes bytes, std::string what, const Limits& limits);

  using Links = std::shared_ptr<const std::vector<H5Link>>;
  Links links(const H5Object& group) const;
  // Where a path leads; nothing when there is no such object. `place` is what messages name.
  std::optional<uint64_t> look_up(const std::string& path) const;
  H5Object object(const std::string& path) const;
  H5Object dataset_object(const std::string& path) const;

  SharedBytes bytes_;
  std::string what_;
  Limits limits_;
  H5View view_;
  mutable std::mutex mutex_;                  // of what follows
  mutable std::map<uint64_t, Links> groups_;  // by the address of their headers
  mutable uint64_t kept_ = 0;                 // links in groups_
};

}  // namespace rill::formats
