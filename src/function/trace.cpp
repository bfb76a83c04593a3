#include "function/trace.h"

#include <set>

#include "autodiff/recorder.h"
#include "autodiff/symbolic.h"
#include "op/registry.h"

namespace rill {

using autodiff::is_differentiable;

// The forward part returns what the backward part needs, behind its results.
struct Trace::Gradient {
  std::shared_ptr<Program> forward;
  size_t results = 0;
  std::vector<int> seed_of;  // for each result: which feed of `backward`, or -1
  std::unique_ptr<Trace> backward;
  std::vector<int> gradient_of;  // for each input, then each variable: which result of `backward`
};

Trace::Trace(Parts parts, const ExecOptions& options)
    : parts_(std::move(parts)), options_(options) {}

std::shared_ptr<Program> Trace::compile(std::vector<Endpoint> feeds, std::vector<Endpoint> fetches,
                                        std::vector<int> targets, bool freeze) const {
  ProgramSpec spec;
  spec.graph = parts_.graph;
  spec.feeds = std::move(feeds);
  spec.fetches = std::move(fetches);
  spec.targets = std::move(targets);
  ExecOptions options = options_;
  options.freeze_variables = freeze;
  return Program::make(std::move(spec), make_resource_store(), options);
}

Values Trace::run(const Values& inputs) {
  if (autodiff::is_recording()) return run_recorded(inputs);
  std::shared_ptr<Program> program;
  {
    std::lock_guard lock(mutex_);
    if (!program_) program_ = compile(parts_.feeds, parts_.fetches, parts_.targets, true);
    program = program_;
  }
  return program->run(inputs);
}

std::shared_ptr<Trace::Gradient> Trace::gradient() {
  std::lock_guard lock(mutex_);
  if (gradient_) return gradient_;
  const std::shared_ptr<GraphImpl>& graph = parts_.graph;
  auto made = std::make_shared<Gradient>();
  made->results = parts_.fetches.size();

  autodiff::BackpropRequest request;
  Parts back;
  back.graph = graph;
  const int first = graph->num_nodes();
  {
    const autodiff::StopAllRecorders quiet;
    const GraphScope scope(graph);
    for (const Endpoint& e : parts_.fetches) {
      const Value y = graph->tensor(e);
      made->seed_of.push_back(-1);
      if (!is_differentiable(y.dtype())) continue;
      const Value seed =
          emit("Placeholder", {}, {{"dtype", y.dtype()}, {"shape", y.shape()}}, "seed");
      made->seed_of.back() = static_cast<int>(back.feeds.size());
      back.feeds.push_back({seed.rep()->node, 0});
      request.targets.push_back(y);
      request.seeds.push_back(seed);
    }
    for (const Endpoint& e : parts_.feeds) request.sources.push_back(graph->tensor(e));
    for (const Endpoint& e : parts_.handles) request.sources.push_back(graph->tensor(e));
    const Values results = autodiff::gradients_in(graph, request);
    for (const Value& r : results) {
      made->gradient_of.push_back(r ? static_cast<int>(back.fetches.size()) : -1);
      if (!r) continue;
      const Value node = to_graph(graph, r);
      back.fetches.push_back({node.rep()->node, node.rep()->output});
    }
  }
  // Forward values that the gradient uses are fed to it: those that are inputs from there.
  std::set<Endpoint> cut;
  std::set<int> seen;
  std::vector<Endpoint> open = back.fetches;
  while (!open.empty()) {
    const Endpoint e = open.back();
    open.pop_back();
    const Node& node = graph->node(e.node);
    if (e.node < first) {
      const bool again = node.op == "Const" || node.op == "VarHandleOp";
      if (!again) cut.insert(e);
      continue;
    }
    if (!seen.insert(e.node).second) continue;
    open.insert(open.end(), node.inputs.begin(), node.inputs.end());
  }
  // So are the inputs themselves: the gradient of the backward part goes through the forward part.
  for (const Endpoint& e : parts_.feeds) {
    if (is_differentiable(graph->tensor(e).dtype())) cut.insert(e);
  }
  std::vector<Endpoint> forward_fetches = parts_.fetches;
  forward_fetches.insert(forward_fetches.end(), cut.begin(), cut.end());
  back.feeds.insert(back.feeds.end(), cut.begin(), cut.end());
  back.variables = parts_.variables;
  back.handles = parts_.handles;
  made->forward = compile(parts_.feeds, forward_fetches, parts_.targets, false);
  made->backward = std::make_unique<Trace>(std::move(back), options_);
  gradient_ = made;
  return gradient_;
}

Values Trace::run_recorded(const Values& inputs) {
  const std::shared_ptr<Gradient> g = gradient();
  Values all = g->forward->run(inputs);
  Values outputs(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(g->results));
  // A handle of its own for each: a fetch may be an input.
  for (Value& y : outputs) y = y.reshaped(y.shape());
  const Values saved(all.begin() + static_cast<std::ptrdiff_t>(g->results), all.end());
  const auto custom =
      std::make_shared<const autodiff::CustomGradient>([g, saved](const GradContext& ctx) {
        Values feeds;
        for (int i = 0; i < ctx.num_outputs(); ++i) {
          if (g->seed_of[static_cast<size_t>(i)] < 0) continue;
          const Value& flow = ctx.output_gradient(i);
          feeds.push_back(flow ? flow : emit("ZerosLike", {ctx.output(i)}));
        }
        feeds.insert(feeds.end(), saved.begin(), saved.end());
        const Values results = g->backward->run(feeds);
        Values out(static_cast<size_t>(ctx.num_inputs()));
        for (size_t i = 0; i < out.size(); ++i) {
          const int at = g->gradient_of[i];
          if (at >= 0) out[i] = results[static_cast<size_t>(at)];
        }
        return out;
      });
  Values sources = inputs;
  sources.insert(sources.end(), parts_.variables.begin(), parts_.variables.end());
  autodiff::record_call(require_op("PartitionedCall"), {}, sources, outputs, custom);
  return outputs;
}

}  // namespace rill
