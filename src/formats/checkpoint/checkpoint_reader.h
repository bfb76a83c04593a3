// Reads a TensorFlow checkpoint (a "tensor bundle"): two kinds of files that share a prefix.
//
//   PREFIX.index                 sorted string table: "" -> header, tensor name -> entry
//   PREFIX.data-00000-of-00002   raw tensor bytes; an entry gives shard, offset and size
//
// doc/formats/checkpoint.md draws every byte. The writer is checkpoint_writer.h.
#pragma once

#include <map>

#include "codec/mapped_file.h"
#include "formats/checkpoint/checkpoint_source.h"

namespace rill::formats {

class CheckpointReader final : public CheckpointSource {
 public:
  // Reads and checks the index. Throws NOT_FOUND when a file cannot be read, DATA_LOSS
  // when its bytes are not a checkpoint; the message names the file and the offset.
  // No size or count in the file is used before it is checked against the file and `limits`.
  explicit CheckpointReader(const std::filesystem::path& prefix, const Limits& limits = {},
                            DataFiles data = DataFiles::needed);

  int version() const override { return 2; }
  // Like whole tensors, numeric slices share the mapped file.
  Tensor read_slice(const CheckpointEntry& entry, const TensorSlice& slice) const override;

 protected:
  // A numeric tensor shares the mapped file and keeps it open; a string tensor is copied.
  Tensor read_entry(const CheckpointEntry& entry) const override;

 private:
  Tensor read_stored(const CheckpointEntry& entry, std::string_view shown) const;
  void open_shards(DataFiles data);
  void open_shard(int shard, DataFiles data);

  int shard_count_ = 1;
  std::vector<CheckpointEntry> pieces_;  // of partitioned tensors, sorted by slice_key()
  std::map<int, std::shared_ptr<const MappedFile>>
      shards_;  // those that entries use; null: missing
};

// PREFIX.data-00000-of-00001
std::filesystem::path shard_path(const std::filesystem::path& prefix, int shard, int count);

}  // namespace rill::formats
