#include "function/traced.h"

#include "function/control_dependencies.h"
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

// What signature() would give, without making it: a run that has a trace allocates nothing.
bool matches(const std::vector<int64_t>& key, std::span<const Tensor> inputs, bool open_batch) {
  size_t at = 0;
  const auto next_is = [&](int64_t item) { return at < key.size() && key[at++] == item; };
  for (const Tensor& x : inputs) {
    if (!next_is(static_cast<int64_t>(x.dtype())) || !next_is(x.rank())) return false;
    for (int i = 0; i < x.rank(); ++i) {
      if (!next_is(i == 0 && open_batch ? -1 : x.dim(i))) return false;
    }
  }
  return at == key.size();
}

}  // namespace

Traced::Traced(Body body, TracedOptions options)
    : body_(std::move(body)), options_(std::move(options)) {
  if (options_.exec.optimize == nullptr) options_.exec.optimize = passes::optimize;
}

std::shared_ptr<Program> Traced::program_for(std::span<const Tensor> inputs) {
  std::lock_guard lock(mutex_);
  for (const auto& [key, program] : programs_) {
    if (program && matches(key, inputs, options_.open_batch)) return program;
  }
  std::shared_ptr<Program>& program = programs_[signature(inputs, options_.open_batch)];
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
  order_effects(*spec.graph);
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
