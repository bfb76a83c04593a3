// Reads the checkpoints that TensorFlow wrote before 1.0 and still can: tables of
// SavedTensorSlices.
//
//   "" -> {meta: {tensor: {name, shape, type, slice...}...}}
//   slice key -> {data: {name, slice, data: TensorProto}}
#pragma once

#include "formats/checkpoint/checkpoint_source.h"
#include "formats/checkpoint/table_reader.h"

namespace rill::formats {

class CheckpointReaderV1 final : public CheckpointSource {
 public:
  // `files`: one, or all shards.
  CheckpointReaderV1(std::string prefix, const std::vector<std::filesystem::path>& files,
                     const Limits& limits);

  int version() const override { return 1; }
  Tensor read_slice(const CheckpointEntry& entry, const TensorSlice& slice) const override;

 protected:
  Tensor read_entry(const CheckpointEntry& entry) const override;

 private:
  void read_meta(size_t table);

  std::vector<TableReader> tables_;
};

}  // namespace rill::formats
