// Every pass: pipeline.cpp says in which order they run. What each does stands in its own source.
#pragma once

#include "exec/program.h"

namespace rill::passes {

void infer_shapes(ProgramGraph& program);
void remove_no_ops(ProgramGraph& program);
void fold_constants(ProgramGraph& program);
void resolve_switches(ProgramGraph& program);
void drop_controls(ProgramGraph& program);
// No pass of the pipeline: also where nothing but values of variables and inputs were waited for,
// in a graph whose variables become constants.
void drop_controls_of_constants(ProgramGraph& program);
void common_subexpressions(ProgramGraph& program);
void fuse_patterns(ProgramGraph& program);
void fold_batch_norm(ProgramGraph& program);
void fuse_bias_activation(ProgramGraph& program);
void fuse_depthwise_blocks(ProgramGraph& program);
void keep_rnn_state(ProgramGraph& program);

}  // namespace rill::passes
