#include "io/sharded_weights.h"

#include <algorithm>
#include <set>

#include "base/fail.h"
#include "codec/json.h"
#include "codec/mapped_file.h"

namespace rill::io {

ShardedWeights::ShardedWeights(const std::filesystem::path& index) : index_(index.string()) {
  const Json json =
      Json::parse(std::string(text_of(MappedFile::open(index_)->bytes())), "an index of weights");
  const Json* map = json.find("weight_map");
  if (map == nullptr || !map->is_object() || map->size() == 0) {
    fail(Code::invalid_argument, "the index of weights has no weight_map");
  }
  std::set<std::string> files;
  for (const auto& [path, shards] : map->as_object()) {
    if (!shards.is_array()) {
      files.insert(shards.as_string());
      continue;
    }
    for (const Json& shard : shards.as_array()) files.insert(shard.as_string());
  }
  for (const std::string& file : files) {
    if (file.empty() || std::filesystem::path(file).filename() != file || file == "..") {
      fail(Code::invalid_argument, "weight_map names ", quoted(file),
           ", expected a file beside the index");
    }
    shards_.emplace_back(formats::H5File::open(index.parent_path() / file));
  }
}

const H5Weights& ShardedWeights::shard_of(const std::string& path) const {
  const auto found = std::find_if(shards_.begin(), shards_.end(),
                                  [&](const H5Weights& shard) { return shard.contains(path); });
  return found == shards_.end() ? shards_.front() : *found;
}

bool ShardedWeights::contains(const std::string& path) const {
  return shard_of(path).contains(path);
}

Tensor ShardedWeights::read(const std::string& path) const { return shard_of(path).read(path); }

std::vector<std::string> ShardedWeights::names(const std::string& path,
                                               const std::string& attribute) const {
  return shard_of(path).names(path, attribute);
}

std::string ShardedWeights::text(const std::string& path, const std::string& attribute) const {
  return shard_of(path).text(path, attribute);
}

}  // namespace rill::io
