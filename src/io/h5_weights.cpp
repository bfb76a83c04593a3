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

}  // namespace rill::io
