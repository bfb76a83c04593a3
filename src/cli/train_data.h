// What rill train learns from: arrays or a table.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "rill/tensor.hpp"

namespace rill::cli {

struct TrainData {
  std::vector<Tensor> x;
  std::vector<Tensor> y;
};

// From --data (an archive or a table) or the files of --x and --y. Throws NOT_FOUND for what is not
// there, INVALID_ARGUMENT for a table that is not all numbers.
TrainData read_train_data(const Arguments& arguments);

// What lies between the separators, without what is empty.
std::vector<std::string> split(const std::string& text, char separator);

}  // namespace rill::cli
