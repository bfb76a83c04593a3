// Writes HDF5 files as h5py does: groups, contiguous little-endian data sets, attributes. Equal
// calls give equal bytes. doc/formats/hdf5.md says what is written.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/hdf5/h5_room.h"
#include "formats/hdf5/h5_text_heap.h"
#include "formats/hdf5/h5_write_tree.h"
#include "rill/tensor.hpp"

namespace rill::formats {

// Objects are named by paths ("model_weights/dense/kernel"); "" is the root. Groups on the way are
// made. Elements are written at once, everything else in finish().
class H5Writer {
 public:
  // Behind what `file` holds already; the file must outlive the writer. Nothing else may write to
  // it until finish().
  explicit H5Writer(AtomicFile& file);
  H5Writer(const H5Writer&) = delete;
  H5Writer& operator=(const H5Writer&) = delete;

  void group(const std::string& path);
  // Throws ALREADY_EXISTS, UNIMPLEMENTED for a dtype that HDF5 has not, RESOURCE_EXHAUSTED when
  // the disk is full.
  void write(const std::string& path, const Tensor& tensor);
  // A string of any length.
  void attribute(const std::string& object, const std::string& name, std::string_view text);
  void attribute(const std::string& object, const std::string& name, int64_t number);
  // A list of strings, over NAME0, NAME1, ... when it is too long for one attribute
  // (keras/src/legacy/saving/legacy_h5_format.py save_attributes_to_hdf5_group).
  void attribute(const std::string& object, const std::string& name,
                 const std::vector<std::string>& texts);

  // Writes the rest; the size of the HDF5 file.
  uint64_t finish();

 private:
  uint64_t put(Bytes elements);
  std::string references(std::span<const std::string> texts);

  H5Room room_;
  H5TextHeap texts_;
  H5WriteTree tree_;
};

}  // namespace rill::formats
