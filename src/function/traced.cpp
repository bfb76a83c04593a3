#include "function/traced.h"

#include "graph/graph.h"
#include "op/emit.h"
#include "passes/pipeline.h"

namespace rill {
namespace {

std::vector<int64_t> signature(std::span<const Tensor> inputs, bool open_batch) {
  std::vector<int64_t> key;
  for (const Tensor& x : inputs) {
    key.push_back(static_cast<int64_t>(x.dtype()));
    key.push_back(x.rank());
    for (int i = 0; i < x.rank(); ++i) key.push_back(i == 0 && open_batch ? -1 : x.dim(i));
  }
  return key;
}

// Effects without results (assignments, prints) would be pruned away: they are targets.
std::vector<int> effects(const GraphImpl& graph) {
  std::vector<int> out;
  for (int id = 0; id < graph.num_nodes(); ++id) {
    const OpDef* def = graph.node(id).def;
    if (def != nullptr && def->stateful && def->outputs.empty()) out.push_back(id);
  }
  return out;
}

}  // namespace

Traced::Traced(Body body, TracedOptions options)
    : body_(std::move(body)), options_(std::move(options)) {
  if (options_.exec.optimize == nullptr) options_.exec.optimize = passes::optimize;
}

std::shared_ptr<Program> Traced::program_for(std::span<const Tensor> inputs) {
  const std::vector<int64_t> key = signature(inputs, options_.open_batch);
  std::lock_guard lock(mutex_);
  std::shared_ptr<Program>& program = programs_[key];
  if (program) return program;
  ProgramSpec spec;
  spec.graph = std::make_shared<GraphImpl>();
  const GraphScope scope(spec.graph);
  Values symbolic;
  for (const Tensor& x : inputs) {
    Shape shape = x.shape();
    if (options_.open_batch && shape.rank() > 0) shape[0] = Shape::kUnknownDim;
    const Value placeholder =
        emit("Placeholder", {}, {{"dtype", x.dtype()}, {"shape", shape}}, "input");
    spec.feeds.push_back({placeholder.rep()->node, placeholder.rep()->output});
    symbolic.push_back(placeholder);
  }
  for (const Value& y : body_(symbolic)) {
    const Value output = to_graph(spec.graph, y);
    spec.fetches.push_back({output.rep()->node, output.rep()->output});
  }
  spec.targets = effects(*spec.graph);
  // A store of its own: the variables are bound to the graph, and names repeat between graphs.
  program = Program::make(std::move(spec), make_resource_store(), options_.exec);
  return program;
}

std::vector<Tensor> Traced::operator()(std::span<const Tensor> inputs) {
  return program_for(inputs)->run(inputs);
}

void Traced::run_into(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  program_for(inputs)->run_into(inputs, outputs);
}

size_t Traced::num_traces() const {
  std::lock_guard lock(mutex_);
  return programs_.size();
}

void Traced::reset() {
  std::lock_guard lock(mutex_);
  programs_.clear();
}

}  // namespace rill
