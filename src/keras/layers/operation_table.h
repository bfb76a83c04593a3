#pragma once

#include <optional>
#include <string>
#include <vector>

#include "keras/core/node.h"
#include "keras/core/ops.h"

namespace rill::keras {

// The arguments of a call of a function: tensors and constants by position, keyword, or setting.
struct OperationCall {
  const Values& inputs;
  const CallSpec& spec;
  const Json& config;
  const std::string& layer;

  // A tensor, or a constant as one; an empty Value when it is absent. A plain number takes the
  // dtype of the tensor beside it.
  Value value(size_t position, const char* name) const;
  Value required(size_t position, const char* name) const;
  // All tensors of a list argument.
  Values values(size_t position, const char* name) const;
  // A constant; null when absent or None.
  const Json* constant(size_t position, const char* name) const;
  double number(size_t position, const char* name, double otherwise) const;
  bool flag(size_t position, const char* name, bool otherwise) const;
  std::string word(size_t position, const char* name, const char* otherwise) const;
  std::optional<std::vector<int64_t>> ints(size_t position, const char* name) const;
};

using OperationFn = Values (*)(const OperationCall& call);
// Null when there is none.
OperationFn find_operation(const std::string& name);
std::vector<std::string> operation_names();

}  // namespace rill::keras
