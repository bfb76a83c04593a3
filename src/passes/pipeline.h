// The passes, in the order they run.
#pragma once

#include <span>
#include <string_view>

#include "exec/program.h"

namespace rill::passes {

struct Pass {
  std::string_view name;
  void (*run)(ProgramGraph& program);
};

std::span<const Pass> pipeline();

// Runs the pipeline. The environment variable RILL_SKIP_PASSES ("name,name" or "all") leaves
// passes out, for finding which one is to blame.
void optimize(ProgramGraph& program);

}  // namespace rill::passes
