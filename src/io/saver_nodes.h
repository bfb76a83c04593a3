// The nodes by which TensorFlow 1 saves and restores the variables of a graph.
#pragma once

#include <string>
#include <vector>

#include "formats/meta_graph/meta_graph.h"
#include "io/session_tables.h"

namespace rill::io {

struct SavedNode {
  std::string node;   // VarHandleOp, VariableV2
  std::string key;    // in the checkpoint
  std::string slice;  // of a partitioned variable: "full shape extents"; else empty
  DType dtype = DType::invalid;
  bool is_ref = false;
};

// Adds save/* to the graph, unless there is nothing to save: then nothing is returned.
std::optional<formats::SaverDef> add_saver_nodes(GraphDef& graph,
                                                 const std::vector<SavedNode>& variables,
                                                 const std::vector<SavedTable>& tables = {});

// A node of a GraphDef, without a device.
NodeDef make_node(std::string name, std::string op, std::vector<std::string> inputs, AttrMap attrs);

// What files say wrote them, and the version of TensorFlow's ops that they need.
inline constexpr const char* kTensorFlowVersion = "2.15.0";
inline constexpr int kProducer = 1645;

}  // namespace rill::io
