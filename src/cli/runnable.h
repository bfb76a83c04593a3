// A model of any format, ready to run: named inputs, named outputs.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/description.h"
#include "rill/tensor.hpp"

namespace rill::cli {

using NamedValues = std::vector<std::pair<std::string, Tensor>>;

class Runnable {
 public:
  virtual ~Runnable() = default;
  virtual std::vector<Port> inputs() const = 0;
  // An input, or (in graphs) any tensor, by what a user may call it. Throws NOT_FOUND.
  virtual Port find_input(const std::string& name) const = 0;
  // `fetches`: empty for the model's own outputs. Keys of `feeds` are those of find_input().
  virtual NamedValues run(const std::map<std::string, Tensor>& feeds,
                          const std::vector<std::string>& fetches) = 0;
};

// Opens the file and restores its variables.
std::unique_ptr<Runnable> open_runnable(const Arguments& arguments);

// What --in says, by the keys of the model. Throws INVALID_ARGUMENT for what no input is or for one
// that is given twice.
std::map<std::string, Tensor> read_inputs(const Arguments& arguments, const Runnable& model,
                                          int64_t batch);

std::unique_ptr<Runnable> open_graph(const Arguments& arguments, formats::FileKind kind);
std::unique_ptr<Runnable> open_keras(const Arguments& arguments, formats::FileKind kind);

}  // namespace rill::cli
