// Which variable a saver restores from which tensor of a checkpoint, read off the graph without
// running it: a graph from a file cannot make us open other files than the checkpoint.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "rill/saver.hpp"

namespace rill::io {

// Follows the node that restores all (SaverDef.restore_op_name) to its RestoreV2 or Restore ops and
// from there to the assignments. Empty when the graph does it in a way that cannot be read.
std::vector<Saver::Item> restore_map(const std::shared_ptr<GraphImpl>& graph,
                                     const std::string& restore_op);

// The part of a partitioned variable, from "10 4 0,5:-" (full shape, then start,length or "-" for
// each dimension). Throws DATA_LOSS.
void parse_slice_spec(const std::string& spec, Saver::Item& item);

}  // namespace rill::io
