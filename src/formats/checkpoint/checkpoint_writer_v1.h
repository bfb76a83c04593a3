// Writes a checkpoint as TensorFlow did before 1.0 and the ops Save and SaveSlices still do: one
// table of SavedTensorSlices (checkpoint_reader_v1.h), byte for byte.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "formats/checkpoint/checkpoint_source.h"

namespace rill::formats {

class CheckpointWriterV1 {
 public:
  // Part of a tensor of shape `full`; slice extents that are all full are the whole. Throws
  // INVALID_ARGUMENT for a slice that does not fit the tensor or differs from the ones before in
  // dtype or full shape, and for dtypes that such files do not hold, UNIMPLEMENTED for bfloat16.
  void add(std::string_view name, const Shape& full, const TensorSlice& slice,
           const Tensor& tensor);

  // Writes the file. Throws NOT_FOUND when its folder does not exist.
  void commit(const std::string& path) const;

 private:
  std::vector<CheckpointEntry> metas_;
  std::map<std::string, std::string> data_;  // by slice key
};

}  // namespace rill::formats
