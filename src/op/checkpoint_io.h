// Reading and writing checkpoints for the ops that do so (SaveV2, RestoreV2, ...). Those who may
// include the formats (src/io) implement it.
#pragma once

#include <string>
#include <vector>

#include "rill/tensor.hpp"

namespace rill {

// A slice specification ("" is the whole tensor): "3 4 0,2:-" is rows 0 and 1 of a [3,4] tensor.
class CheckpointIo {
 public:
  virtual ~CheckpointIo() = default;
  // One tensor a name, in order; `slices` has one text a name. Understands bundles (V2) and, when
  // `prefix` is a file, the old table format (V1). Throws NOT_FOUND, DATA_LOSS.
  virtual std::vector<Tensor> restore(const std::string& prefix,
                                      const std::vector<std::string>& names,
                                      const std::vector<std::string>& slices) = 0;
  virtual void save(const std::string& prefix, const std::vector<std::string>& names,
                    const std::vector<std::string>& slices, const std::vector<Tensor>& tensors) = 0;
  // The old format, one file.
  virtual void save_v1(const std::string& path, const std::vector<std::string>& names,
                       const std::vector<std::string>& slices,
                       const std::vector<Tensor>& tensors) = 0;
  // Joins the shards of several bundles into one.
  virtual void merge(const std::vector<std::string>& prefixes, const std::string& destination,
                     bool delete_old, bool allow_missing) = 0;
};

CheckpointIo& checkpoint_io() noexcept;

}  // namespace rill
