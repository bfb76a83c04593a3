// Steps of the plan that work on float elements of one shape become one step: what lies between
// them stays in the first-level cache, and a graph of scalars runs as straight code.
//
// A group runs where its last member stood. So a step joins the group of an input only while no
// other step has read that group: whoever reads it then comes later. Pure ops only, so moving them
// is not seen.
#include <algorithm>
#include <map>

#include "exec/plan_builder.h"
#include "op/elementwise_names.h"
#include "op/import.h"
#include "op/registry.h"
#include "rill/error.hpp"

namespace rill {
namespace {

constexpr size_t kMostMembers = 2000;
constexpr int64_t kNoPeriod = 0;
constexpr int64_t kUnfit = -1;

// The row length with which x is read over shape: kNoPeriod for all elements or one; kUnfit when it
// cannot be.
int64_t period_of(const Shape& x, const Shape& shape) {
  if (x == shape || x.num_elements() == 1) return kNoPeriod;
  int64_t row = 1;
  bool is_row = x.rank() <= shape.rank();
  for (int i = 0; i < x.rank() && is_row; ++i) {
    const int64_t have = x[x.rank() - 1 - i];
    if (row == x.num_elements()) {
      is_row = have == 1;
    } else {
      is_row = have == shape[shape.rank() - 1 - i];
      row *= have;
    }
  }
  if (is_row && row == x.num_elements()) return row;
  if (x.rank() != shape.rank()) return kUnfit;
  int64_t behind = 1;
  int i = x.rank() - 1;
  for (; i >= 0 && x[i] == 1; --i) behind *= shape[i];
  for (; i >= 0; --i) {
    if (x[i] != shape[i]) return kUnfit;
  }
  return behind;
}

float alpha_of(const Node& node) {
  if (node.op != "LeakyRelu") return 1.0f;
  const AttrValue* alpha = node.attrs.find("alpha");
  const float* value = alpha ? alpha->get_if<float>() : nullptr;
  return value ? *value : 0.2f;
}

struct Group {
  std::vector<int> members;  // step indices, in order
  int64_t period = kNoPeriod;
  bool read_outside = false;
};

class Fuser {
 public:
  Fuser(std::vector<Step>& steps, const std::vector<Slot>& slots) : steps_(steps), slots_(slots) {}

  // By step: its group, or -1.
  void group() {
    group_of_.assign(steps_.size(), -1);
    producer_.assign(slots_.size(), -1);
    for (size_t i = 0; i < steps_.size(); ++i) {
      for (const int s : steps_[i].outputs) producer_[static_cast<size_t>(s)] = static_cast<int>(i);
    }
    for (size_t i = 0; i < steps_.size(); ++i) {
      int64_t period = kNoPeriod;
      const Step& step = steps_[i];
      // A view is read in memory, so what it views must have been written: also where this step
      // reads both the view and its source.
      for (const int s : step.inputs) {
        if (slot(s).alias >= 0) leave(producer(s));
      }
      if (eligible(step, period)) {
        group_of_[i] = static_cast<int>(groups_.size());
        groups_.push_back({{static_cast<int>(i)}, period, false});
        for (const int s : step.inputs) join(static_cast<int>(i), s);
      }
      // Whatever did not join is read by this step from outside.
      for (const int s : step.inputs) {
        const int p = producer(s);
        if (p >= 0 && group_of_[static_cast<size_t>(p)] != group_of_[i]) leave(p);
      }
    }
  }

  const std::vector<Group>& groups() const { return groups_; }
  int group_of(size_t step) const { return group_of_[step]; }
  int producer(int s) const {
    while (slot(s).alias >= 0) s = slot(s).alias;
    return producer_[static_cast<size_t>(s)];
  }

 private:
  const Slot& slot(int s) const { return slots_[static_cast<size_t>(s)]; }

  // Another group, or none, reads what the step makes.
  void leave(int step) {
    if (step < 0 || group_of_[static_cast<size_t>(step)] < 0) return;
    groups_[static_cast<size_t>(group_of_[static_cast<size_t>(step)])].read_outside = true;
  }

  bool eligible(const Step& step, int64_t& period) const {
    if (!step.can_prepare || step.outputs.size() != 1) return false;
    const int operands = fused_operands(step.def->name);
    if (operands == 0 || step.inputs.size() != static_cast<size_t>(operands)) return false;
    const Slot& out = slot(step.outputs[0]);
    if (out.dtype != DType::float32 || out.shape.num_elements() == 0) return false;
    for (const int s : step.inputs) {
      if (slot(s).dtype != DType::float32) return false;
      const int64_t p = period_of(slot(s).shape, out.shape);
      if (p == kUnfit || (p != kNoPeriod && period != kNoPeriod && p != period)) return false;
      if (p != kNoPeriod) period = p;
    }
    if (step.def->name == "BiasAdd") {
      const AttrValue* format = step.node->attrs.find("data_format");
      const auto* text = format ? format->get_if<std::string>() : nullptr;
      return text == nullptr || *text == "NHWC";
    }
    return true;
  }

  void join(int step, int s) {
    if (slot(s).alias >= 0) return;
    const int p = producer_[static_cast<size_t>(s)];
    if (p < 0 || group_of_[static_cast<size_t>(p)] < 0) return;
    const int from = group_of_[static_cast<size_t>(p)];
    const int to = group_of_[static_cast<size_t>(step)];
    if (from == to) return;
    Group& a = groups_[static_cast<size_t>(from)];
    Group& b = groups_[static_cast<size_t>(to)];
    if (a.read_outside || a.members.size() + b.members.size() > kMostMembers) return;
    if (a.period != kNoPeriod && b.period != kNoPeriod && a.period != b.period) return;
    const auto shape_of = [&](int member) {
      return slot(steps_[static_cast<size_t>(member)].outputs[0]).shape;
    };
    if (!(shape_of(p) == shape_of(step))) return;
    b.period = std::max(a.period, b.period);
    for (const int m : a.members) group_of_[static_cast<size_t>(m)] = to;
    b.members.insert(b.members.end(), a.members.begin(), a.members.end());
    std::sort(b.members.begin(), b.members.end());
    a.members.clear();
  }

  std::vector<Step>& steps_;
  const std::vector<Slot>& slots_;
  std::vector<int> producer_;  // by root slot
  std::vector<int> group_of_;
  std::vector<Group> groups_;
};

}  // namespace

void PlanBuilder::fuse_elementwise() {
  static const OpDef* const def = op_registry().find("_FusedElementwise");
  if (def == nullptr) return;
  std::vector<Step>& steps = plan_->steps_;
  Fuser fuser(steps, plan_->slots_);
  fuser.group();
  // Who reads a slot from outside the group of its step.
  std::vector<char> leaves(plan_->slots_.size(), 0);
  for (size_t i = 0; i < steps.size(); ++i) {
    for (const int s : steps[i].inputs) {
      const int p = fuser.producer(s);
      const bool inside = p >= 0 && fuser.group_of(static_cast<size_t>(p)) >= 0 &&
                          fuser.group_of(static_cast<size_t>(p)) == fuser.group_of(i) &&
                          root(s) == s;
      if (!inside) leaves[static_cast<size_t>(root(s))] = 1;
    }
  }
  for (const Endpoint& e : program_.fetches) leaves[static_cast<size_t>(root(slot_of(e)))] = 1;
  std::vector<char> gone(steps.size(), 0);
  for (const Group& group : fuser.groups()) {
    if (group.members.size() < 2) continue;
    std::map<int, int64_t> number;  // slot -> value
    std::vector<int> inputs, outputs;
    for (const int m : group.members) {
      for (const int s : steps[static_cast<size_t>(m)].inputs) {
        const int p = fuser.producer(s);
        const bool inside =
            root(s) == s && p >= 0 &&
            fuser.group_of(static_cast<size_t>(p)) == fuser.group_of(static_cast<size_t>(m));
        if (!inside && number.emplace(s, static_cast<int64_t>(inputs.size())).second) {
          inputs.push_back(s);
        }
      }
    }
    std::vector<std::string> ops;
    std::vector<int64_t> operands, results;
    std::vector<float> alphas;
    auto next = static_cast<int64_t>(inputs.size());
    for (const int m : group.members) {
      const Step& step = steps[static_cast<size_t>(m)];
      ops.push_back(step.def->name);
      operands.push_back(number.at(step.inputs[0]));
      operands.push_back(step.inputs.size() > 1 ? number.at(step.inputs[1]) : -1);
      alphas.push_back(alpha_of(*step.node));
      const int out = step.outputs[0];
      number[out] = next;
      if (leaves[static_cast<size_t>(out)]) {
        outputs.push_back(out);
        results.push_back(next);
      }
      ++next;
    }
    const auto last = static_cast<size_t>(group.members.back());
    Node node;
    node.op = def->name;
    node.def = def;
    node.name = steps[last].node->name;
    node.attrs = {{"T", DType::float32},
                  {"alphas", std::move(alphas)},
                  {"num_inputs", static_cast<int64_t>(inputs.size())},
                  {"num_outputs", static_cast<int64_t>(outputs.size())},
                  {"operands", std::move(operands)},
                  {"ops", std::move(ops)},
                  {"results", std::move(results)}};
    node.output_dtypes.assign(outputs.size(), DType::float32);
    plan_->made_nodes_.push_back(std::move(node));
    Step fused;
    fused.def = def;
    fused.node = &plan_->made_nodes_.back();
    fused.inputs = inputs;
    fused.outputs = outputs;
    fused.can_prepare = true;
    for (size_t k = 0; k < inputs.size() && k < 32; ++k) {
      const Slot& slot = plan_->slots_[static_cast<size_t>(inputs[k])];
      if (slot.shape == plan_->slots_[static_cast<size_t>(outputs[0])].shape) {
        fused.in_place |= 1U << k;
      }
    }
    try {
      prepare_step(fused);
    } catch (const Error&) {
      continue;  // too many values at once, or no such kernel here: one by one, then
    }
    for (const int m : group.members) gone[static_cast<size_t>(m)] = 1;
    gone[last] = 0;
    steps[last] = std::move(fused);
  }
  size_t at = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (gone[i]) continue;
    if (at != i) steps[at] = std::move(steps[i]);
    ++at;
  }
  steps.resize(at);
}

}  // namespace rill
