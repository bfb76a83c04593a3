// keras.dtype_policies.DTypePolicyMap: policies by the paths of layers
// (keras/src/dtype_policies/dtype_policy_map.py).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/json.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

struct DTypePolicyMap {
  DTypePolicy otherwise;
  std::vector<std::pair<std::string, DTypePolicy>> entries;
  Json json;  // as the file has it

  // The policy of the path itself, else of the one pattern that matches all of it, else
  // `otherwise`; its `map` is empty. Throws INVALID_ARGUMENT when several patterns match, or one is
  // no regular expression.
  const DTypePolicy& at(const std::string& path) const;
};

// Any dtype of a config: a name, or an object of one of Keras' classes. The policy of a map is its
// default one until the layer's path is known.
DTypePolicy policy_of(const Json& dtype);

// The path under which a layer is built, for those inside.
class BuildPath {
 public:
  explicit BuildPath(std::string path);
  BuildPath(const BuildPath&) = delete;
  BuildPath& operator=(const BuildPath&) = delete;
  ~BuildPath();
  // "sequential/time_distributed/dense"; empty outside.
  static const std::string& now();
  // That of something of this name inside; parts bear the names of their wholes ("mha/query").
  static std::string of(std::string_view name);

 private:
  std::string before_;
};

// Takes the entry of the path, if the policy is of a map and has no path yet.
void settle_policy(Layer& layer, const std::string& path);

// The policy that a layer hands to a part that it makes: the part's entry where it is of a map.
DTypePolicy policy_of_part(const Layer& layer, std::string_view part);

}  // namespace rill::keras
