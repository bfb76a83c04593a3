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

// Inputs and outputs are paired by name, inputs also by their tensors, else by place. `fetches`:
// what to ask of `b` in the place of its own outputs. Throws INVALID_ARGUMENT when they do not fit.
Comparison compare_outputs(const std::string& a, const std::string& b, const Arguments& arguments,
                           const std::vector<std::string>& fetches = {});

}  // namespace rill::cli
