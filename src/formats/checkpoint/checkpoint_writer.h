// Writes a TensorFlow checkpoint of version 2, byte for byte as TensorFlow's BundleWriter does for
// the same tensors in the same order.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "codec/atomic_file.h"
#include "formats/checkpoint/checkpoint_source.h"

namespace rill::formats {

class CheckpointWriter {
 public:
  // Writes PREFIX.index and PREFIX.data-00000-of-00001. Throws NOT_FOUND when the folder does not
  // exist.
  explicit CheckpointWriter(std::filesystem::path prefix);

  // The order of the calls is the order of the bytes. Throws ALREADY_EXISTS for a name that was
  // added before, UNIMPLEMENTED for dtypes that checkpoints do not hold.
  void add(std::string_view name, const Tensor& tensor);
  // Part of a tensor of shape `full`.
  void add_slice(std::string_view name, const Shape& full, const TensorSlice& slice,
                 const Tensor& tensor);

  // Without it nothing is left behind and what was there before stays.
  void commit();

 private:
  CheckpointEntry write_data(std::string name, const Tensor& tensor);

  std::filesystem::path prefix_;
  AtomicFile data_;
  std::map<std::string, CheckpointEntry, std::less<>> entries_;
};

}  // namespace rill::formats
