// The descriptions of each format: describe.cpp chooses among them.
#pragma once

#include "cli/description.h"
#include "codec/json.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "formats/meta_graph/meta_graph.h"

namespace rill::cli {

void describe_hdf5(Description& out);
void describe_keras_archive(Description& out);
void describe_keras_json(Description& out);
void describe_saved_model(Description& out);
void describe_graphdef(Description& out);
void describe_meta_graph(Description& out);

// Numeric tensors, without the bookkeeping of object-based checkpoints. Returns the version of the
// format.
int add_checkpoint_tensors(Description& out, const std::string& prefix);

// Fills `missing`: classes of layers that rill lacks, Lambda layers (their code is never run).
void find_missing_classes(KerasPart& keras, const Json& config);

// Class, layers and inputs from a model's config.
void read_keras_config(KerasPart& keras, const Json& config);

// What of the graph has no consumer and depends on a placeholder, and the placeholders.
SignaturePorts guess_ports(const GraphDef& graph);
// Signature -> the names of the nodes it ends in.
using Roots = std::map<std::string, std::vector<std::string>>;
// Counts ops, and finds those that rill lacks and who needs them. No roots: every node counts.
void count_ops(GraphPart& part, const GraphDef& graph, const Roots& roots);

}  // namespace rill::cli
