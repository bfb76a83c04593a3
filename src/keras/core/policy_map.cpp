#include "keras/core/policy_map.h"

#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/quantization.h"
#include "ops/regex.h"

namespace rill::keras {
namespace {

std::string& build_path() {
  thread_local std::string path;
  return path;
}

DTypePolicy policy_of_map(const Json& json, const Json& config) {
  auto map = std::make_shared<DTypePolicyMap>();
  map->json = json;
  const Json* otherwise = config.find("default_policy");
  if (otherwise && !otherwise->is_null()) map->otherwise = policy_of(*otherwise);
  const Json& entries = config.at("policy_map");
  if (!entries.is_object()) {
    fail(Code::invalid_argument, "the policy_map of a DTypePolicyMap must be an object, not ",
         entries.kind());
  }
  for (const auto& [path, policy] : entries.as_object()) {
    map->entries.emplace_back(path, policy_of(policy));
  }
  for (const auto& [path, policy] : map->entries) {
    if (policy.map) fail(Code::invalid_argument, "a DTypePolicyMap inside of another: ", path);
  }
  if (map->otherwise.map) {
    fail(Code::invalid_argument, "the default policy of a DTypePolicyMap is another map");
  }
  DTypePolicy out = map->otherwise;
  out.map = std::move(map);
  return out;
}

}  // namespace

const DTypePolicy& DTypePolicyMap::at(const std::string& path) const {
  for (const auto& [key, policy] : entries) {
    if (key == path) return policy;
  }
  const std::pair<std::string, DTypePolicy>* found = nullptr;
  for (const auto& entry : entries) {
    if (!Regex(entry.first).full_match(path)) continue;
    if (found) {
      fail(Code::invalid_argument, "the path ", quoted(path), " matches several keys of a ",
           "DTypePolicyMap: ", quoted(found->first), " and ", quoted(entry.first));
    }
    found = &entry;
  }
  return found ? found->second : otherwise;
}

DTypePolicy policy_of(const Json& dtype) {
  if (dtype.is_string()) return DTypePolicy::parse(dtype.as_string());
  const Json* config = dtype.find("config");
  if (config == nullptr) return {};
  if (config->find("policy_map") != nullptr) return policy_of_map(dtype, *config);
  const std::string mode = member_text(*config, "mode");
  if (mode.empty()) {
    const std::string name = member_text(*config, "name");
    return name.empty() ? DTypePolicy() : DTypePolicy::parse(name);
  }
  const std::string source = member_text(*config, "source_name");
  DTypePolicy policy = quantized_policy(mode, source.empty() ? "float32" : source);
  const Json* history = config->find("amax_history_length");
  if (history && history->is_number()) policy.amax_history_length = history->as_int();
  if (policy.amax_history_length < 1) {
    fail(Code::invalid_argument, "amax_history_length must be positive, not ",
         policy.amax_history_length);
  }
  return policy;
}

BuildPath::BuildPath(std::string path) : before_(std::move(build_path())) {
  build_path() = std::move(path);
}
BuildPath::~BuildPath() { build_path() = std::move(before_); }
const std::string& BuildPath::now() { return build_path(); }
std::string BuildPath::of(std::string_view name) {
  const std::string part(name.substr(name.rfind('/') + 1));
  return now().empty() ? part : now() + "/" + part;
}

void settle_policy(Layer& layer, const std::string& path) {
  const DTypePolicy& own = layer.dtype_policy();
  if (!own.map || !own.path.empty()) return;
  DTypePolicy settled = own.map->at(path);
  settled.map = own.map;
  settled.path = path;
  layer.set_dtype(std::move(settled));
}

DTypePolicy policy_of_part(const Layer& layer, std::string_view part) {
  const DTypePolicy& own = layer.dtype_policy();
  return own.map ? own.map->at(own.path + "/" + std::string(part)) : own;
}

}  // namespace rill::keras
