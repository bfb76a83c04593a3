// Two models on the same random inputs.
#pragma once

#include <string>

#include "cli/arguments.h"

namespace rill::cli {

struct Comparison {
  bool equal = false;
  std::string text;  // one line for people
  double largest = 0;
  double cosine = 1;
};

// Inputs and outputs are paired by name, else by place. Throws INVALID_ARGUMENT when they do not
// fit.
Comparison compare_outputs(const std::string& a, const std::string& b, const Arguments& arguments);

}  // namespace rill::cli
