// The tables of a session that a program filled: nothing in the graph says what they hold.
#pragma once

#include <string>
#include <vector>

#include "rill/session.hpp"
#include "rill/tensor.hpp"

namespace rill::io {

struct SavedTable {
  std::string node;
  Tensor keys, values;
  // TensorFlow imports all places of a dense table, the free ones too: keys are inserted instead.
  bool dense = false;

  std::string keys_name() const { return node + "-keys"; }  // in the checkpoint, as TensorFlow 1
  std::string values_name() const { return node + "-values"; }
};

// Those that the session has made, each once.
std::vector<SavedTable> filled_tables(const Session& session);

}  // namespace rill::io
