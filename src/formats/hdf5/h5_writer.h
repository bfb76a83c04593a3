// Writes HDF5 files as h5py does: groups, contiguous little-endian data sets, attributes. Equal
// calls give equal bytes. doc/formats/hdf5.md says what is written.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/atomic_file.h"
#include "rill/tensor.hpp"

namespace rill::formats {

struct H5Target;

// Objects are named by paths ("model_weights/dense/kernel"); "" is the root. Groups on the way are
// made. Any number of writers may be open; the HDF5 library runs one call at a time.
class H5Writer {
 public:
  // Behind what `file` holds already; the file must outlive the writer. Nothing else may write to
  // it until finish().
  explicit H5Writer(AtomicFile& file);
  H5Writer(const H5Writer&) = delete;
  H5Writer& operator=(const H5Writer&) = delete;
  ~H5Writer();

  void group(const std::string& path);
  // Throws ALREADY_EXISTS, UNIMPLEMENTED for a dtype that HDF5 has not, RESOURCE_EXHAUSTED when
  // the disk is full (or only in finish()).
  void write(const std::string& path, const Tensor& tensor);
  // A string of any length.
  void attribute(const std::string& object, const std::string& name, std::string_view text);
  void attribute(const std::string& object, const std::string& name, int64_t number);
  // A list of strings, over NAME0, NAME1, ... when it is too long for one attribute
  // (keras/src/legacy/saving/legacy_h5_format.py save_attributes_to_hdf5_group).
  void attribute(const std::string& object, const std::string& name,
                 const std::vector<std::string>& texts);

  // Writes the rest; the size of the HDF5 file. Throws what went wrong on the way.
  uint64_t finish();

 private:
  int64_t open(const std::string& object);
  void close();

  AtomicFile& file_target_;
  std::unique_ptr<H5Target> target_;
  int64_t file_ = -1;   // hid_t
  int64_t links_ = -1;  // makes groups on the way
};

}  // namespace rill::formats
