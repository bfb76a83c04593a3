#include "rill/function.hpp"

#include <algorithm>

#include "function/traced.h"
#include "op/emit.h"

namespace rill {

struct Function::State {
  Body body;
  Traced traced;
  State(const Body& b, const TracedOptions& options) : body(b), traced(b, options) {}
};

Function::Function(Body body, const FunctionOptions& options) {
  TracedOptions traced;
  traced.open_batch = options.open_batch;
  state_ = std::make_shared<State>(body, traced);
}

Values Function::operator()(const Values& inputs) const {
  const bool tracing =
      current_graph() != nullptr ||
      std::any_of(inputs.begin(), inputs.end(), [](const Value& x) { return x.is_symbolic(); });
  if (tracing) return state_->body(inputs);
  Values values = state_->traced(inputs);
  for (Value& v : values) v = v.owned();
  return values;
}

size_t Function::num_traces() const { return state_->traced.num_traces(); }

}  // namespace rill
