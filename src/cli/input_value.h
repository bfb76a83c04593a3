// What --in and --out say. Nothing of it is ever executed: values are files or literals.
#pragma once

#include <string>

#include "cli/description.h"
#include "rill/tensor.hpp"

namespace rill::cli {

struct Assignment {
  std::string name;   // empty: the only one
  std::string value;  // "@x.npy", "random", "[[1,2]]", "-", ...
};

// "NAME=VALUE", "=VALUE", or a value alone.
Assignment parse_assignment(const std::string& text);

// The tensor for an input. `batch`: the size of an unknown first dimension of random and ones.
// Throws INVALID_ARGUMENT naming the input.
Tensor input_value(const std::string& value, const Port& port, int64_t batch);

}  // namespace rill::cli
