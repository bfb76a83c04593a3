// Where weights go: a tree of groups and data sets, as HDF5 files and archives have it. The
// counterpart of WeightSource.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rill/tensor.hpp"

namespace rill::keras {

// Paths are "group/group/name" without a slash in front; "" is the root. Groups on the way are
// made.
class WeightSink {
 public:
  virtual ~WeightSink() = default;
  virtual void group(const std::string& path) = 0;
  virtual void write(const std::string& path, const Tensor& value) = 0;
  // Attributes of a group or data set that exists: a list of strings, and a string.
  virtual void names(const std::string& path, const std::string& attribute,
                     const std::vector<std::string>& values) = 0;
  virtual void text(const std::string& path, const std::string& attribute,
                    std::string_view value) = 0;
};

}  // namespace rill::keras
