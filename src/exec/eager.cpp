// Runs one op at once, with process-wide resources for the few stateful ops used eagerly.
#include "base/fail.h"
#include "exec/plan.h"
#include "exec/program_runtime.h"
#include "op/emit.h"
#include "op/import.h"

namespace rill {
namespace {

FunctionCache& eager_functions() {
  // Never destroyed: threads may still run ops while the process ends.
  static auto* const cache =
      new FunctionCache(std::make_shared<FunctionLibrary>(), make_resource_store(), ExecOptions{});
  return *cache;
}

}  // namespace

Values run_eagerly(const OpDef& def, const AttrMap& attrs, std::span<const Value> inputs) {
  const std::vector<DType> dtypes = output_dtypes(def, attrs, "");
  std::vector<Tensor> in(inputs.begin(), inputs.end());
  std::vector<Tensor> out(dtypes.size());
  const RunOptions options;
  ProgramRuntime runtime(eager_functions(), options);
  run_op(def, attrs, "", in, out, dtypes, runtime);
  return out;
}

}  // namespace rill
