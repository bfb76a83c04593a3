// Runs what depends on constants alone, once for the program.
#include "exec/plan.h"
#include "passes/passes.h"
#include "passes/rewriter.h"
#include "rill/error.hpp"

#include "base/fail.h"

namespace rill::passes {
namespace {

// A result may be this large, or four times what it is made from.
constexpr int64_t kLargest = int64_t{1} << 20;  // bytes

// Kernels without state ask for nothing.
class NoRuntime final : public Runtime {
 public:
  ResourceStore& resources() override { refuse(); }
  Callable& function(const NameAttrList&) override { refuse(); }
  void check_cancelled() override {}
  bool cancelled() const override { return false; }
  int64_t step_id() const override { return 0; }
  ResourceStore& step_resources() override { refuse(); }
  bool allow_files() const override { return false; }
  bool may_read(const std::string&) const override { return false; }

 private:
  [[noreturn]] static void refuse() {
    fail(Code::internal, "an op that is folded asked for a state");
  }
};

bool can_fold(const Rewriter& graph, const Node& node, std::vector<Tensor>& inputs) {
  if (node.def == nullptr || node.def->stateful || node.inputs.empty()) return false;
  if (!node.controls.empty() || node.output_dtypes.empty()) return false;
  // Control flow of TensorFlow 1 decides what runs, not only what is computed.
  if (is_one_of(node.op, {"Switch", "RefSwitch", "Merge", "RefMerge", "Enter", "RefEnter", "Exit",
                          "RefExit", "NextIteration", "RefNextIteration", "LoopCond"})) {
    return false;
  }
  for (const ArgDef& output : node.def->outputs) {
    if (output.is_ref) return false;
  }
  for (const DType dtype : node.output_dtypes) {
    if (!is_plain(dtype) && dtype != DType::string) return false;
  }
  int64_t given = 0;
  for (const Endpoint& e : node.inputs) {
    const Tensor* value = graph.constant(e);
    if (value == nullptr) return false;
    inputs.push_back(*value);
    given += static_cast<int64_t>(value->bytes());
  }
  for (size_t i = 0; i < node.output_shapes.size(); ++i) {
    const Shape& shape = node.output_shapes[i];
    if (!shape.is_fully_defined()) continue;
    int64_t bytes = 0;
    const auto item = static_cast<int64_t>(
        is_plain(node.output_dtypes[i]) ? dtype_size(node.output_dtypes[i]) : 32);
    if (__builtin_mul_overflow(shape.num_elements(), item, &bytes)) return false;
    if (bytes > kLargest && bytes / 4 > given) return false;
  }
  // An unknown shape comes from values: only what is small is tried.
  for (const Shape& shape : node.output_shapes) {
    if (!shape.is_fully_defined() && given > kLargest) return false;
  }
  return true;
}

}  // namespace

void fold_constants(ProgramGraph& program) {
  Rewriter graph(program);
  NoRuntime runtime;
  for (const int id : graph.order()) {
    if (!graph.alive(id)) continue;
    const Node& node = graph.node(id);
    std::vector<Tensor> inputs;
    if (!can_fold(graph, node, inputs)) continue;
    std::vector<Tensor> outputs(node.output_dtypes.size());
    try {
      run_op(*node.def, node.attrs, node.name, inputs, outputs, node.output_dtypes, runtime);
    } catch (const Error&) {
      continue;  // whoever runs it hears of it
    }
    const std::string name = node.name;
    for (size_t i = 0; i < outputs.size(); ++i) {
      const Endpoint from{id, static_cast<int>(i)};
      if (graph.num_uses(from) == 0) continue;
      graph.replace(from, graph.add_constant(name + "/folded", outputs[i].owned()));
    }
  }
}

}  // namespace rill::passes
