#include "ops/widened.h"

#include <utility>
#include <vector>

#include "kernels/cast.h"
#include "kernels/parallel.h"

namespace rill {
namespace {

struct WidenedRun {
  struct Input {
    int at;
    size_t offset;
    kernels::Cast widen;
  };
  Prepared wide;
  std::vector<Input> inputs;
  size_t result_at, rest_at;
  kernels::Cast narrow;

  void operator()(const RunArgs& args) const {
    auto* scratch = static_cast<std::byte*>(args.scratch);
    const void* in[4] = {};
    for (const Input& input : inputs) {
      input.widen.run(args.in[input.at], scratch + input.offset);
      in[input.at] = scratch + input.offset;
    }
    void* out[] = {scratch + result_at};
    wide.fn(wide.state.get(), {in, out, scratch + rest_at});
    narrow.run(out[0], args.out[0]);
  }
};

}  // namespace

Prepared prepare_widened(DType half, Prepared wide, std::initializer_list<WidenedInput> inputs,
                         int64_t output_elements) {
  WidenedRun run{
      std::move(wide), {}, 0, 0, kernels::prepare_cast(DType::float32, half, output_elements)};
  size_t at = 0;
  for (const WidenedInput& input : inputs) {
    run.inputs.push_back(
        {input.at, at, kernels::prepare_cast(half, DType::float32, input.elements)});
    at += kernels::scratch_floats(input.elements);
  }
  run.result_at = at;
  run.rest_at = at + kernels::scratch_floats(output_elements);
  const size_t scratch = run.rest_at + run.wide.scratch_bytes;
  return prepared(std::move(run), scratch);
}

}  // namespace rill
