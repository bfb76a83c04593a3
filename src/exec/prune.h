#pragma once

#include "exec/program.h"

namespace rill {

// The part of the graph that the fetches and targets need, copied, with feeds cut off and function
// calls inlined (Switch/Merge graphs and recursive functions excepted). Throws UNIMPLEMENTED naming
// all ops that rill lacks, INVALID_ARGUMENT for a broken graph, RESOURCE_EXHAUSTED for too many
// nodes.
ProgramGraph prune(const ProgramSpec& spec);

// `wanted` when no node of the graph has that name: nodes within a program need not follow
// TensorFlow's rule for names, which takes time to check.
std::string free_name(GraphImpl& graph, const std::string& wanted);

// Replaces calls by their bodies.
void inline_calls(ProgramGraph& program);

// Puts a _RefRead where the value of a ref variable is used by an op that takes no ref.
void insert_ref_reads(ProgramGraph& program);

// Removes nodes that nothing needs; ids change.
void compact(ProgramGraph& program);

// Where a node takes or gives a reference to a variable instead of its value.
bool input_is_ref(const Node& node, size_t input);
bool output_is_ref(const Node& node, size_t output);

}  // namespace rill
