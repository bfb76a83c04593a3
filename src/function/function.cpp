#include "rill/function.hpp"

#include <map>
#include <mutex>

#include "autodiff/recorder.h"
#include "base/fail.h"
#include "function/control_dependencies.h"
#include "function/trace.h"
#include "op/emit.h"
#include "op/variable.h"
#include "passes/pipeline.h"

namespace rill {
namespace {

// What tells one trace from another: dtypes and dimensions; a variable by itself.
using Key = std::vector<int64_t>;

Key key_of(const Values& arguments) {
  Key key;
  for (const Value& x : arguments) {
    key.push_back(static_cast<int64_t>(x.dtype()));
    if (x.is_variable()) {
      key.push_back(-2);
      key.push_back(static_cast<int64_t>(reinterpret_cast<intptr_t>(x.rep()->variable.get())));
      continue;
    }
    key.push_back(x.rank());
    for (int i = 0; i < x.rank(); ++i) key.push_back(x.dim(i));
  }
  return key;
}

Shape opened(const Shape& a, const Shape& b) {
  if (!a.has_rank() || !b.has_rank() || a.rank() != b.rank()) return Shape::unknown_rank();
  Shape out = a;
  for (int i = 0; i < a.rank(); ++i) {
    if (a[i] != b[i]) out[i] = Shape::kUnknownDim;
  }
  return out;
}

}  // namespace

struct FunctionTraces::State {
  FunctionOptions options;
  std::mutex mutex;
  std::map<Key, std::shared_ptr<Trace>> traces;
  size_t made = 0;
  std::vector<TensorSpec> seen;  // the shapes so far, opened where they differed
  std::vector<std::pair<std::vector<TensorSpec>, std::shared_ptr<Trace>>> open_traces;

  std::shared_ptr<Trace> trace(const Body& body, const Values& arguments,
                               const std::vector<TensorSpec>& specs);
  std::shared_ptr<Trace> find(const Body& body, const Values& arguments);
};

std::shared_ptr<Trace> FunctionTraces::State::trace(const Body& body, const Values& arguments,
                                                    const std::vector<TensorSpec>& specs) {
  Trace::Parts parts;
  parts.graph = std::make_shared<GraphImpl>();
  const autodiff::StopAllRecorders quiet;  // tapes outside differentiate the call as a whole
  const GraphScope scope(parts.graph);
  Values symbolic;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].is_variable()) {
      symbolic.push_back(arguments[i]);
      continue;
    }
    const Value placeholder =
        emit("Placeholder", {}, {{"dtype", specs[i].dtype}, {"shape", specs[i].shape}}, "args");
    parts.feeds.push_back({placeholder.rep()->node, 0});
    symbolic.push_back(placeholder);
  }
  for (const Value& y : body(symbolic)) {
    const Value output = to_graph(parts.graph, y);
    parts.fetches.push_back({output.rep()->node, output.rep()->output});
  }
  order_effects(*parts.graph);
  parts.targets = effects(*parts.graph);
  for (const auto& [name, bound] : parts.graph->bound_resources) {
    const auto variable = std::dynamic_pointer_cast<VariableState>(bound);
    if (!variable) continue;
    parts.variables.push_back(Tensor::of_variable(variable, variable->dtype(), variable->shape()));
    parts.handles.push_back({parts.graph->find(name), 0});
  }
  ExecOptions exec;
  exec.threads = options.threads;
  exec.optimize = passes::optimize;
  ++made;
  return std::make_shared<Trace>(std::move(parts), exec);
}

std::shared_ptr<Trace> FunctionTraces::State::find(const Body& body, const Values& arguments) {
  std::lock_guard lock(mutex);
  const std::vector<TensorSpec>& wanted = options.input_signature;
  if (!wanted.empty()) {
    if (wanted.size() != arguments.size()) {
      fail(Code::invalid_argument, "the function takes ", wanted.size(), " arguments; ",
           arguments.size(), " were given");
    }
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i].dtype != arguments[i].dtype() ||
          !wanted[i].shape.is_compatible_with(arguments[i].shape())) {
        fail(Code::invalid_argument, "argument ", i, " is ", arguments[i].dtype(), " ",
             arguments[i].shape(), "; the input_signature says ", wanted[i].dtype, " ",
             wanted[i].shape);
      }
    }
    std::shared_ptr<Trace>& only = traces[Key()];
    if (!only) only = trace(body, arguments, wanted);
    return only;
  }
  for (const auto& [specs, open] : open_traces) {
    bool fits = specs.size() == arguments.size();
    for (size_t i = 0; fits && i < specs.size(); ++i) {
      fits = !arguments[i].is_variable() && specs[i].dtype == arguments[i].dtype() &&
             specs[i].shape.is_compatible_with(arguments[i].shape());
    }
    if (fits) return open;
  }
  const Key key = key_of(arguments);
  if (const auto found = traces.find(key); found != traces.end()) return found->second;
  std::vector<TensorSpec> specs;
  bool variables = false;
  for (const Value& x : arguments) {
    specs.push_back({x.shape(), x.dtype()});
    variables = variables || x.is_variable();
  }
  if (options.reduce_retracing && !variables) {
    bool again = seen.size() == specs.size();
    for (size_t i = 0; again && i < specs.size(); ++i) again = seen[i].dtype == specs[i].dtype;
    if (again) {
      for (size_t i = 0; i < specs.size(); ++i) {
        specs[i].shape = opened(seen[i].shape, specs[i].shape);
      }
      seen = specs;
      open_traces.emplace_back(specs, trace(body, arguments, specs));
      return open_traces.back().second;
    }
    seen = specs;
  }
  const std::shared_ptr<Trace> made_now = trace(body, arguments, specs);
  traces[key] = made_now;
  return made_now;
}

FunctionTraces::FunctionTraces(FunctionOptions options) : state_(std::make_shared<State>()) {
  state_->options = std::move(options);
}

Values FunctionTraces::call(const Body& body, const Values& arguments) const {
  bool traced = current_graph() != nullptr;
  for (const Value& x : arguments) {
    if (!x) fail(Code::invalid_argument, "a function was called with an empty tensor");
    traced = traced || x.is_symbolic();
  }
  if (traced) return body(arguments);
  const std::shared_ptr<Trace> trace = state_->find(body, arguments);
  Values inputs;
  for (const Value& x : arguments) {
    if (!x.is_variable()) inputs.push_back(x);
  }
  return trace->run(inputs);
}

size_t FunctionTraces::num_traces() const {
  std::lock_guard lock(state_->mutex);
  return state_->made;
}

}  // namespace rill
