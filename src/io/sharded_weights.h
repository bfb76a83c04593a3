// Weights of Keras 3 that are spread over several HDF5 files (keras/src/saving/saving_lib.py
// ShardedH5IOStore).
#pragma once

#include <filesystem>
#include <vector>

#include "io/h5_weights.h"

namespace rill::io {

class ShardedWeights final : public keras::WeightSource {
 public:
  // `index` is the .weights.json, beside which its files lie. Throws NOT_FOUND for one that is
  // missing, DATA_LOSS and INVALID_ARGUMENT for an index or a file that is no such thing.
  explicit ShardedWeights(const std::filesystem::path& index);

  bool contains(const std::string& path) const override;
  Tensor read(const std::string& path) const override;
  std::vector<std::string> names(const std::string& path,
                                 const std::string& attribute) const override;
  std::string text(const std::string& path, const std::string& attribute) const override;
  std::string describe() const override { return index_; }

 private:
  // The shard that has it; the first where none has.
  const H5Weights& shard_of(const std::string& path) const;

  std::string index_;
  std::vector<H5Weights> shards_;
};

}  // namespace rill::io
