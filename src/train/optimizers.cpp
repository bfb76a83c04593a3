// Steps of optimizers as nodes. Names, order and defaults: tensorflow/python/training/*.py.
#include <map>

#include "base/fail.h"
#include "op/indexed_slices.h"
#include "rill/autodiff.hpp"
#include "rill/train.hpp"
#include "train/nodes.h"

namespace rill::train {

Value Rate::as(const Graph& graph, DType dtype, const std::string& name) const {
  if (!tensor_) return constant(graph, number_, dtype, name);
  if (tensor_.dtype() == dtype) return tensor_;
  return output_of(graph, add_node(graph, "Cast", {tensor_}, {{"DstT", dtype}}, name));
}

struct Optimizer::State {
  // By name of the variable, then by slot.
  std::map<std::string, std::map<std::string, Variable>> slots;
  Variable beta1_power, beta2_power;
};

// One update while its nodes are made.
struct Optimizer::Step {
  Graph graph;
  std::map<std::string, Value> scalars;  // made once
  std::vector<int> updates;

  Value scalar(const std::string& key, const Rate& rate, DType dtype) {
    const std::string cached = str(key, " ", dtype_name(dtype));
    Value& value = scalars[cached];
    if (!value) value = rate.as(graph, dtype, key);
    return value;
  }
  Value node(const char* op, const std::vector<Value>& inputs, const std::string& last,
             const AttrMap& attrs = {}, const std::vector<int>& controls = {}) {
    return output_of(graph, add_node(graph, op, inputs, attrs, last, controls));
  }
};

Optimizer::Optimizer(std::string name, std::string op)
    : name_(std::move(name)), op_(std::move(op)), state_(std::make_shared<State>()) {}
Optimizer::~Optimizer() = default;

std::vector<std::string> Optimizer::slot_names() const {
  std::vector<std::string> out;
  for (const Slot& slot : slots_) out.push_back(slot.name);
  return out;
}

Variable Optimizer::get_slot(const Variable& variable, const std::string& slot) const {
  const auto found = state_->slots.find(variable.name());
  if (found == state_->slots.end()) {
    fail(Code::not_found, name_, " has not trained variable ", quoted(variable.name()));
  }
  const auto value = found->second.find(slot);
  if (value == found->second.end()) {
    fail(Code::not_found, name_, " has no slot ", quoted(slot), did_you_mean(slot, slot_names()));
  }
  return value->second;
}

namespace {

Graph graph_of(const Value& tensor, const char* what) {
  if (!tensor || !tensor.is_symbolic()) {
    fail(Code::invalid_argument, what, " must be a tensor of a graph");
  }
  return Graph(tensor.rep()->graph);
}

bool is_resource(const Variable& v) { return v.state().dtype() == DType::resource; }

// Rows named several times become one, as the optimizers of TensorFlow do.
std::pair<Value, Value> unique_rows(const Graph& graph, const IndexedSlices& slices) {
  const GraphScope scope(graph.impl());
  const Values unique = emit_all("Unique", {slices.indices}, {{"out_idx", DType::int32}});
  const Value count = emit("Size", {unique[0]}, {{"out_type", DType::int32}});
  return {emit("UnsortedSegmentSum", {slices.values, unique[1], count}), unique[0]};
}

Variable make_slot(const Variable& of, const std::string& name, double initial) {
  const Value& value = of.value();
  if (!value.shape().is_fully_defined()) {
    fail(Code::invalid_argument, "variable ", quoted(of.name()),
         " has no known shape: ", value.shape());
  }
  Tensor first;
  {
    const GraphScope eagerly(nullptr);
    const Tensor number = emit("Cast", {Tensor::scalar(initial)}, {{"DstT", value.dtype()}});
    std::vector<int64_t> dims;
    for (int i = 0; i < value.shape().rank(); ++i) dims.push_back(value.shape()[i]);
    first = emit("Fill", {Tensor::vector(dims), number});
  }
  VariableOptions options;
  options.trainable = false;
  options.use_resource = is_resource(of);
  // As variable scopes make names unique: name, name_1, ...
  std::string free = name;
  for (int i = 1; get_default_graph().impl()->find(free) >= 0; ++i) free = str(name, "_", i);
  return variable(free, first, options);
}

}  // namespace

GradientsAndVariables Optimizer::compute_gradients(const Value& loss,
                                                   const std::vector<Variable>& var_list) {
  const Graph graph = graph_of(loss, "the loss");
  const std::vector<Variable> variables = var_list.empty() ? trainable_variables(graph) : var_list;
  if (variables.empty()) {
    fail(Code::failed_precondition, "the graph has no trainable variables; unfreeze() makes ",
         "variables of the constants of a frozen graph");
  }
  Values states;
  for (const Variable& v : variables) states.push_back(v.state());
  GradientOptions options;
  options.indexed_slices = true;
  const GraphScope scope(graph.impl());
  const Values found = gradients({loss}, states, options);
  GradientsAndVariables out;
  for (size_t i = 0; i < variables.size(); ++i) out.emplace_back(found[i], variables[i]);
  return out;
}

Operation Optimizer::minimize(const Value& loss, const MinimizeOptions& options) {
  return apply_gradients(compute_gradients(loss, options.var_list), options);
}

Operation Optimizer::apply_gradients(const GradientsAndVariables& gradients,
                                     const MinimizeOptions& options) {
  std::vector<std::pair<Value, Variable>> used;
  for (const auto& [gradient, variable] : gradients) {
    if (gradient) used.emplace_back(gradient, variable);
  }
  if (used.empty()) {
    fail(Code::invalid_argument, name_,
         ": no variable has a gradient: the loss does not depend on ", "any of the ",
         gradients.size(), " variables");
  }
  const Graph graph = graph_of(used[0].second.state(), "a variable");
  const auto default_graph = graph.as_default();
  const std::string name = options.name.empty() ? name_ : options.name;
  if (beta1_ > 0 && !state_->beta1_power) {
    VariableOptions plain;
    plain.trainable = false;
    plain.use_resource = is_resource(used[0].second);
    const auto power = [&](const char* last, double beta) {
      const std::string wanted = current_name_scope() + last;
      std::string free = wanted;
      for (int i = 1; graph.impl()->find(free) >= 0; ++i) free = str(wanted, "_", i);
      return train::variable(free, Tensor::scalar(static_cast<float>(beta)), plain);
    };
    state_->beta1_power = power("beta1_power", beta1_);
    state_->beta2_power = power("beta2_power", beta2_);
  }
  for (const auto& [gradient, variable] : used) {
    auto& own = state_->slots[variable.name()];
    for (const Slot& slot : slots_) {
      Variable& made = own[slot.name];
      if (!made) made = make_slot(variable, variable.name() + "/" + name_, slot.initial);
    }
  }

  const NameScope scope = graph.name_scope(name);
  // The step as a whole has the name of the scope.
  const std::string whole = "/" + scope.name().substr(0, scope.name().size() - 1);
  Step step{graph, {}, {}};
  for (const auto& [gradient, variable] : used) {
    const bool resource = is_resource(variable);
    const DType dtype = variable.value().dtype();
    const std::string prefix = resource ? "Resource" : "";
    const bool sparse = is_indexed_slices(gradient);
    const std::string at = "update_" + variable.name() + "/";
    const auto& own = state_->slots.at(variable.name());
    const auto input = [&](const std::string& key, const Rate& rate) -> Value {
      if (key == "beta1_power") {
        return Rate(state_->beta1_power.value()).as(graph, dtype, key);
      }
      if (key == "beta2_power") {
        return Rate(state_->beta2_power.value()).as(graph, dtype, key);
      }
      if (key == "global_step") {  // as if this step were done: it never is 0
        Value& next = step.scalars[key];
        if (!next) {
          const Value one = constant(graph, 1, global_step_.value().dtype(), "one");
          next = step.node("AddV2", {global_step_.value(), one}, "add");
        }
        return next;
      }
      return step.scalar(key, rate, dtype);
    };
    if (sparse && (op_ == "GradientDescent" || op_ == "Adam")) {
      const IndexedSlices& slices = indexed_slices(gradient);
      if (op_ == "GradientDescent") {
        const Value delta = step.node(
            "Mul", {slices.values, step.scalar("learning_rate", inputs_[0].second, dtype)},
            at + "mul");
        step.updates.push_back(
            resource
                ? add_node(graph, "ResourceScatterSub", {variable.state(), slices.indices, delta},
                           {}, at + "ResourceScatterSub")
                : add_node(graph, "ScatterSub", {variable.state(), slices.indices, delta}, {},
                           at + "ScatterSub"));
        continue;
      }
      // AdamOptimizer._apply_sparse_shared: the averages of all rows decay.
      const auto rows_of_gradient = unique_rows(graph, slices);
      const Value &values = rows_of_gradient.first, &indices = rows_of_gradient.second;
      std::map<std::string, Value> in;
      for (const auto& [key, rate] : inputs_) {
        if (key != "grad") in[key] = input(key, rate);
      }
      const GraphScope scope(graph.impl());
      const Value one = constant(graph, 1, dtype, at + "one");
      const auto minus = [&](const Value& x) { return emit("Sub", {one, x}); };
      const Value rate =
          emit("Div", {emit("Mul", {in["lr"], emit("Sqrt", {minus(in["beta2_power"])})}),
                       minus(in["beta1_power"])});
      // Decays slot `slot`, then adds the rows to it; gives its value after that.
      const auto follow = [&](const char* slot, const Value& beta, const Value& rows) {
        const Variable& v = own.at(slot);
        if (!resource) {
          const Value decayed = emit("Assign", {v.state(), emit("Mul", {v.value(), beta})});
          return emit("ScatterAdd", {decayed, indices, rows});
        }
        const int decay =
            add_node(graph, "AssignVariableOp", {v.state(), emit("Mul", {v.value(), beta})}, {},
                     at + "AssignVariableOp");
        const int add = add_node(graph, "ResourceScatterAdd", {v.state(), indices, rows}, {},
                                 at + "ResourceScatterAdd", {decay});
        return output_of(graph, add_node(graph, "ReadVariableOp", {v.state()}, {{"dtype", dtype}},
                                         at + "ReadVariableOp", {add}));
      };
      const Value m = follow("m", in["beta1"], emit("Mul", {values, minus(in["beta1"])}));
      const Value v = follow("v", in["beta2"],
                             emit("Mul", {emit("Mul", {values, values}), minus(in["beta2"])}));
      const Value change =
          emit("Div", {emit("Mul", {rate, m}), emit("AddV2", {emit("Sqrt", {v}), in["epsilon"]})});
      step.updates.push_back(add_node(graph, resource ? "AssignSubVariableOp" : "AssignSub",
                                      {variable.state(), change}, {},
                                      at + (resource ? "AssignSubVariableOp" : "AssignSub")));
      continue;
    }
    std::vector<Value> inputs{variable.state()};
    for (const int i : order_) {
      inputs.push_back(own.at(slots_[static_cast<size_t>(i)].name).state());
    }
    Value rows, indices;
    if (sparse) std::tie(rows, indices) = unique_rows(graph, indexed_slices(gradient));
    for (const auto& [key, rate] : inputs_) {
      if (key != "grad") {
        inputs.push_back(input(key, rate));
        continue;
      }
      inputs.push_back(sparse ? rows : gradient);
      if (sparse) inputs.push_back(indices);
    }
    const std::string op = prefix + (sparse ? "Sparse" : "") + "Apply" + op_;
    step.updates.push_back(add_node(graph, op.c_str(), inputs, attrs_, at + op));
  }

  if (beta1_ > 0) {
    const auto multiply = [&](const Variable& power, double beta) {
      const bool resource = is_resource(power);
      // Read after the updates: another step may have changed it.
      const Value now = resource ? step.node("ReadVariableOp", {power.state()}, "ReadVariableOp",
                                             {{"dtype", DType::float32}}, step.updates)
                                 : power.value();
      const Value product =
          step.node("Mul", {now, constant(graph, beta, DType::float32, "beta")}, "mul");
      return add_node(graph, resource ? "AssignVariableOp" : "Assign", {power.state(), product}, {},
                      resource ? "AssignVariableOp" : "Assign", step.updates);
    };
    const std::vector<int> before = step.updates;
    const int first = multiply(state_->beta1_power, beta1_);
    const int second = multiply(state_->beta2_power, beta2_);
    step.updates.push_back(first);
    step.updates.push_back(second);
  }
  if (!options.global_step) {
    return Operation(graph.impl(), add_node(graph, "NoOp", {}, {}, whole, step.updates));
  }
  const int all = add_node(graph, "NoOp", {}, {}, "update", step.updates);
  const Variable& counter = options.global_step;
  const Value one = constant(graph, 1, counter.value().dtype(), "value");
  return Operation(graph.impl(),
                   add_node(graph, is_resource(counter) ? "AssignAddVariableOp" : "AssignAdd",
                            {counter.state(), one}, {}, whole, {all}));
}

// -- The optimizers: slots as they are made, inputs as the op takes them. -------------------------

GradientDescentOptimizer::GradientDescentOptimizer(const Rate& learning_rate)
    : Optimizer("GradientDescent", "GradientDescent") {
  inputs_ = {{"learning_rate", learning_rate}, {"grad", 0}};
}

MomentumOptimizer::MomentumOptimizer(const Rate& learning_rate, const Rate& momentum,
                                     const MomentumOptions& options)
    : Optimizer("Momentum", "Momentum") {
  slots_ = {{"momentum", 0}};
  order_ = {0};
  inputs_ = {{"learning_rate", learning_rate}, {"grad", 0}, {"momentum", momentum}};
  attrs_.set("use_nesterov", options.use_nesterov);
}

AdamOptimizer::AdamOptimizer(const Rate& learning_rate, const AdamOptions& options)
    : Optimizer("Adam", "Adam") {
  slots_ = {{"m", 0}, {"v", 0}};
  order_ = {0, 1};
  beta1_ = options.beta1;
  beta2_ = options.beta2;
  inputs_ = {{"beta1_power", 0},
             {"beta2_power", 0},
             {"lr", learning_rate},
             {"beta1", options.beta1},
             {"beta2", options.beta2},
             {"epsilon", options.epsilon},
             {"grad", 0}};
}

AdagradOptimizer::AdagradOptimizer(const Rate& learning_rate, const AdagradOptions& options)
    : Optimizer("Adagrad", "Adagrad") {
  slots_ = {{"accumulator", options.initial_accumulator_value}};
  order_ = {0};
  inputs_ = {{"learning_rate", learning_rate}, {"grad", 0}};
}

AdagradDAOptimizer::AdagradDAOptimizer(const Rate& learning_rate, const Variable& global_step,
                                       const AdagradDAOptions& options)
    : Optimizer("AdagradDA", "AdagradDA") {
  if (!global_step) fail(Code::invalid_argument, "AdagradDAOptimizer needs a global step");
  global_step_ = global_step;
  slots_ = {{"gradient_accumulator", 0},
            {"gradient_squared_accumulator", options.initial_gradient_squared_accumulator_value}};
  order_ = {0, 1};
  inputs_ = {{"grad", 0},
             {"learning_rate", learning_rate},
             {"l1", options.l1_regularization_strength},
             {"l2", options.l2_regularization_strength},
             {"global_step", 0}};
}

AdadeltaOptimizer::AdadeltaOptimizer(const Rate& learning_rate, const AdadeltaOptions& options)
    : Optimizer("Adadelta", "Adadelta") {
  slots_ = {{"accum", 0}, {"accum_update", 0}};
  order_ = {0, 1};
  inputs_ = {
      {"lr", learning_rate}, {"rho", options.rho}, {"epsilon", options.epsilon}, {"grad", 0}};
}

FtrlOptimizer::FtrlOptimizer(const Rate& learning_rate, const FtrlOptions& options)
    : Optimizer("Ftrl", options.l2_shrinkage_regularization_strength > 0 ? "FtrlV2" : "Ftrl") {
  slots_ = {{"accum", options.initial_accumulator_value}, {"linear", 0}};
  order_ = {0, 1};
  inputs_ = {{"grad", 0},
             {"learning_rate", learning_rate},
             {"l1", options.l1_regularization_strength},
             {"l2", options.l2_regularization_strength}};
  if (op_ == "FtrlV2") {
    inputs_.emplace_back("l2_shrinkage", options.l2_shrinkage_regularization_strength);
  }
  inputs_.emplace_back("lr_power", options.learning_rate_power);
}

ProximalAdagradOptimizer::ProximalAdagradOptimizer(const Rate& learning_rate,
                                                   const ProximalOptions& options)
    : Optimizer("ProximalAdagrad", "ProximalAdagrad") {
  slots_ = {{"accumulator", options.initial_accumulator_value}};
  order_ = {0};
  inputs_ = {{"learning_rate", learning_rate},
             {"l1", options.l1_regularization_strength},
             {"l2", options.l2_regularization_strength},
             {"grad", 0}};
}

ProximalGradientDescentOptimizer::ProximalGradientDescentOptimizer(const Rate& learning_rate,
                                                                   const ProximalOptions& options)
    : Optimizer("ProximalGradientDescent", "ProximalGradientDescent") {
  inputs_ = {{"learning_rate", learning_rate},
             {"l1", options.l1_regularization_strength},
             {"l2", options.l2_regularization_strength},
             {"grad", 0}};
}

RMSPropOptimizer::RMSPropOptimizer(const Rate& learning_rate, const RMSPropOptions& options)
    : Optimizer("RMSProp", options.centered ? "CenteredRMSProp" : "RMSProp") {
  slots_ = {{"rms", 1}};
  if (options.centered) slots_.push_back({"mg", 0});
  slots_.push_back({"momentum", 0});
  order_ = options.centered ? std::vector<int>{1, 0, 2} : std::vector<int>{0, 1};
  inputs_ = {{"learning_rate", learning_rate},
             {"decay", options.decay},
             {"momentum", options.momentum},
             {"epsilon", options.epsilon},
             {"grad", 0}};
}

}  // namespace rill::train
