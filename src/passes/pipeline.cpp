#include "passes/pipeline.h"

#include <cstdlib>

#include "exec/prune.h"
#include "passes/passes.h"

namespace rill::passes {
namespace {

constexpr Pass kPipeline[] = {
    {"prune", compact},
    {"infer_shapes", infer_shapes},
    {"remove_no_ops", remove_no_ops},
    {"fold_constants", fold_constants},
    {"resolve_switches", resolve_switches},
    {"drop_controls", drop_controls},
    {"remove_no_ops", remove_no_ops},
    {"fold_constants", fold_constants},
    {"common_subexpressions", common_subexpressions},
    {"fuse_patterns", fuse_patterns},
    {"fold_batch_norm", fold_batch_norm},
    {"fuse_bias_activation", fuse_bias_activation},
    {"fuse_depthwise_blocks", fuse_depthwise_blocks},
    {"keep_rnn_state", keep_rnn_state},
    {"prune", compact},
};

bool skipped(std::string_view name) {
  const char* list = std::getenv("RILL_SKIP_PASSES");
  if (list == nullptr) return false;
  std::string_view rest = list;
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    if (item == name || item == "all") return true;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return false;
}

}  // namespace

std::span<const Pass> pipeline() { return kPipeline; }

void optimize(ProgramGraph& program) {
  for (const Pass& pass : kPipeline) {
    if (!skipped(pass.name)) pass.run(program);
  }
}

}  // namespace rill::passes
