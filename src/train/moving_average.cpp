// Formulas and names: tensorflow/python/training/moving_averages.py.
#include <algorithm>

#include "base/fail.h"
#include "formats/meta_graph/meta_graph.h"
#include "rill/train_tools.hpp"
#include "train/nodes.h"

namespace rill::train {
namespace {

// What the variable begins with: averages begin with it, too.
Value first_value(const Graph& graph, const Variable& variable) {
  const auto found = graph.collections().find("variables");
  if (found != graph.collections().end()) {
    for (const std::string& bytes : found->second) {
      const formats::VariableDef def = formats::parse_variable_def(bytes);
      if (def.variable_name != variable.name() + ":0") continue;
      const int id = graph.impl()->find(split_tensor_name(def.initial_value_name).first);
      if (id >= 0) return output_of(graph, id);
    }
  }
  fail(Code::failed_precondition, "the graph does not say what ", quoted(variable.name()),
       " begins with");
}

}  // namespace

ExponentialMovingAverage::ExponentialMovingAverage(double decay, Value num_updates,
                                                   std::string name)
    : decay_(decay), num_updates_(std::move(num_updates)), name_(std::move(name)) {}

Variable ExponentialMovingAverage::average(const Variable& variable) const {
  for (const auto& [name, average] : averages_) {
    if (name == variable.name()) return average;
  }
  return {};
}

std::string ExponentialMovingAverage::average_name(const Variable& variable) const {
  const Variable found = average(variable);
  return found ? found.name() : variable.name() + "/" + name_;
}

Operation ExponentialMovingAverage::apply(const std::vector<Variable>& variables) {
  const Graph graph = get_default_graph();
  const std::vector<Variable> all = variables.empty() ? trainable_variables(graph) : variables;
  if (all.empty()) fail(Code::invalid_argument, "there are no variables to average");
  for (const Variable& v : all) {
    if (average(v)) continue;
    VariableOptions options;
    options.trainable = false;
    options.use_resource = v.state().dtype() == DType::resource;
    const std::string wanted = v.name() + "/" + name_;
    std::string free = wanted;
    for (int i = 1; graph.impl()->find(free) >= 0; ++i) free = str(wanted, "_", i);
    averages_.emplace_back(v.name(), train::variable(free, first_value(graph, v), options));
  }

  const GraphScope scope(graph.impl());
  Value decay = constant(graph, decay_, DType::float32, name_ + "/decay");
  if (num_updates_) {
    const Value n = Rate(num_updates_).as(graph, DType::float32, name_ + "/num_updates");
    const auto plus = [&](double k) {
      return emit("AddV2", {constant(graph, k, DType::float32, name_ + "/add/x"), n});
    };
    decay = emit("Minimum", {decay, emit("RealDiv", {plus(1), plus(10)})});
  }
  const Value part =
      emit("Sub", {constant(graph, 1, DType::float32, name_ + "/AssignMovingAvg/sub/x"), decay});
  std::vector<int> moves;
  for (const Variable& v : all) {
    const Variable shadow = average(v);
    const DType dtype = v.value().dtype();
    const bool resource = shadow.state().dtype() == DType::resource;
    const Value change = emit("Mul", {emit("Sub", {shadow.value(), v.value()}),
                                      Rate(part).as(graph, dtype, name_ + "/cast")});
    moves.push_back(add_node(graph, resource ? "AssignSubVariableOp" : "AssignSub",
                             {shadow.state(), change}, {}, name_ + "/AssignMovingAvg"));
  }
  return Operation(graph.impl(), add_node(graph, "NoOp", {}, {}, name_, moves));
}

}  // namespace rill::train
