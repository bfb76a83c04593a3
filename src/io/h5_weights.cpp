#include "io/h5_weights.h"

#include <algorithm>

namespace rill::io {

H5Weights::H5Weights(std::shared_ptr<const formats::H5File> file,
                     std::shared_ptr<const formats::KerasArchive> archive)
    : file_(std::move(file)), archive_(std::move(archive)) {
  for (const formats::H5Child& child : file_->children("/")) {
    std::string path = child.name;
    std::replace(path.begin(), path.end(), '\\', '/');
    if (path != child.name) joined_.emplace(path, child.name);
  }
}

std::string H5Weights::place(const std::string& path) const {
  // The longest comes last: "layers/lstm/cell" behind "layers/lstm".
  for (auto at = joined_.rbegin(); at != joined_.rend(); ++at) {
    const auto& [group, name] = *at;
    if (path == group || path.starts_with(group + "/")) return name + path.substr(group.size());
  }
  return path;
}

bool H5Weights::contains(const std::string& path) const {
  const auto next = joined_.lower_bound(path + "/");
  const bool above = next != joined_.end() && next->first.starts_with(path + "/");
  return above || file_->exists(place(path));
}

std::vector<std::string> H5Weights::names(const std::string& path,
                                          const std::string& attribute) const {
  return file_->texts(path, attribute).value_or(std::vector<std::string>());
}

std::string H5Weights::text(const std::string& path, const std::string& attribute) const {
  return file_->text(path, attribute).value_or(std::string());
}

std::optional<std::string> H5Weights::asset(const std::string& path) const {
  const std::string member = "assets/" + path;
  if (!archive_ || !archive_->contains(member)) return std::nullopt;
  return std::string(text_of(archive_->read(member).bytes));
}

}  // namespace rill::io
