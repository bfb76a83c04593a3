// GraphDef -> nodes of a graph, function definitions -> bodies, and back.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace rill {

// Adds the nodes of `def`; on an error the graph is as it was before.
std::vector<Tensor> import_graph_def(const std::shared_ptr<GraphImpl>& graph, const GraphDef& def,
                                     const ImportOptions& options);

GraphDef export_graph_def(const GraphImpl& graph);

// The types of a function's results. Throws INVALID_ARGUMENT when an attribute is missing.
std::vector<DType> function_output_types(const FunctionDef& def, const AttrMap& attrs);

// The body of a function of the graph's library, made at first use and kept. `attrs` gives the
// values of the attributes its nodes leave open. Throws NOT_FOUND, INVALID_ARGUMENT.
std::shared_ptr<FunctionBody> function_body(GraphImpl& graph, const NameAttrList& ref);

// Dtypes of the outputs of a node, from its op and attributes. Throws INVALID_ARGUMENT.
std::vector<DType> output_dtypes(const OpDef& def, const AttrMap& attrs,
                                 std::string_view node_name);
// How many inputs (flattened) the node must have, and their dtypes.
std::vector<DType> input_dtypes(const OpDef& def, const AttrMap& attrs, std::string_view node_name);
// Fills defaults and checks kinds, allowed types and choices. Throws INVALID_ARGUMENT.
void complete_attrs(const OpDef& def, AttrMap& attrs, std::string_view node_name);

// Sets the shapes of the node's outputs from its inputs'.
void infer_node_shapes(GraphImpl& graph, int id);

// The shape of the variable a resource or ref endpoint comes from, through ops that only pass it
// on; unknown rank when it is not known.
Shape handle_shape(const GraphImpl& graph, Endpoint e);

}  // namespace rill
