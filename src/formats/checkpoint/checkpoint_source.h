// A checkpoint of any kind: names, dtypes and shapes at once, tensors on demand.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/checkpoint/tensor_slice.h"
#include "formats/limits.h"
#include "rill/tensor.hpp"

namespace rill::formats {

struct CheckpointEntry {
  std::string name;
  DType dtype = DType::invalid;
  Shape shape;
  // Where the bytes are (version 2).
  int shard = 0;
  uint64_t offset = 0;  // within the shard
  uint64_t size = 0;    // in bytes, as stored
  uint32_t crc32c = 0;  // masked, as stored
  // A partitioned tensor is stored in these slices, in entries of their own; empty otherwise.
  std::vector<TensorSlice> slices;
};

// Whether the files with the values must be there when a checkpoint is opened.
enum class DataFiles : uint8_t { needed, may_be_missing };

class CheckpointSource {
 public:
  virtual ~CheckpointSource();

  // Sorted by name. Valid as long as the source.
  std::span<const CheckpointEntry> entries() const { return entries_; }
  // Null when the checkpoint has no such tensor.
  const CheckpointEntry* find(std::string_view name) const;

  // One tensor, whole even if it is stored in slices, its checksum verified. Throws NOT_FOUND
  // when find() would return null. Any number of threads may call this at once.
  Tensor read(std::string_view name) const;
  // One of the entry's slices, its checksum verified. Throws DATA_LOSS when it is missing.
  virtual Tensor read_slice(const CheckpointEntry& entry, const TensorSlice& slice) const = 0;

  const std::string& prefix() const { return prefix_; }  // as the caller gave it
  virtual int version() const = 0;                       // 1 or 2
  // Data files that the index names and that do not exist: only with DataFiles::may_be_missing.
  std::span<const std::string> missing_files() const { return missing_files_; }

 protected:
  explicit CheckpointSource(std::string prefix) : prefix_(std::move(prefix)) {}
  virtual Tensor read_entry(const CheckpointEntry& entry) const = 0;
  // What the entry's slices make together.
  Tensor joined_slices(const CheckpointEntry& entry) const;

  std::string prefix_;
  std::vector<CheckpointEntry> entries_;
  std::vector<std::string> missing_files_;
};

// Opens PREFIX.index with its data files (version 2), the single file PREFIX, or the shards
// PREFIX-?????-of-????? (version 1; the pattern itself may be given, too). Throws NOT_FOUND,
// INVALID_ARGUMENT when one of the files was given instead of the prefix, DATA_LOSS.
std::unique_ptr<CheckpointSource> open_checkpoint(const std::filesystem::path& prefix,
                                                  const Limits& limits = {},
                                                  DataFiles data = DataFiles::needed);

// Whether open_checkpoint() would find files to open.
bool checkpoint_exists(const std::filesystem::path& prefix);

}  // namespace rill::formats
