#include "io/h5_weights.h"

namespace rill::io {

bool H5Weights::contains(const std::string& path) const { return file_->exists(path); }

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
