// The constants of a plan and the steps that take them in before the first run: large ones are made
// when a step asks for them and let go when every reader has packed them.
#include <set>

#include "base/fail.h"
#include "base/mapped_ranges.h"
#include "exec/plan_builder.h"
#include "tensor/buffer.h"
#include "tensor/stored.h"

namespace rill {
namespace {

// Of a constant that every reader keeps in a form of its own: the pages of a mapped file are not
// needed beside the packed weights.
void drop_absorbed(Slot& slot) {
  if (slot.value && slot.value.rep()->buffer->read_only() &&
      slot.value.rep()->kind == detail::TensorKind::dense) {
    release_if_mapped(slot.value.raw(), slot.value.bytes());
  }
  slot.value = Tensor();
}

}  // namespace

const Tensor& PlanBuilder::value_of(int s) {
  Slot& slot = plan_->slots_[static_cast<size_t>(s)];
  if (slot.value) return slot.value;
  const Node& node = *deferred_.at(s);
  std::vector<Tensor> inputs;
  for (const Endpoint& e : node.inputs) {
    const int from = slot_of(e);
    // What this one is made from is not kept either.
    const bool passing = !plan_->slots_[static_cast<size_t>(from)].value;
    inputs.push_back(passing_copy(value_of(from)));
    if (passing) plan_->slots_[static_cast<size_t>(from)].value = Tensor();
  }
  std::vector<Tensor> outputs(1);
  run_op(*node.def, node.attrs, node.name, inputs, outputs, node.output_dtypes, runtime_);
  for (const Tensor& t : inputs) {
    const bool large = is_plain(t.dtype()) && t.size() > kDeferredElements;
    if (large && t.rep()->buffer->read_only()) release_if_mapped(t.raw(), t.bytes());
  }
  plan_->slots_[static_cast<size_t>(s)].value = outputs[0].owned();
  return plan_->slots_[static_cast<size_t>(s)].value;
}

void PlanBuilder::prepare_step(Step& step) {
  const Node& node = *step.node;
  std::vector<PrepareContext::Input> inputs;
  std::vector<Tensor> copies(step.inputs.size());  // of constants that still lie in a file
  for (size_t i = 0; i < step.inputs.size(); ++i) {
    const int s = step.inputs[i];
    const bool constant = plan_->slots_[static_cast<size_t>(s)].kind == SlotKind::constant;
    if (constant) copies[i] = passing_copy(value_of(s));
    const Slot& slot = plan_->slots_[static_cast<size_t>(s)];
    inputs.push_back({&slot.shape, slot.dtype, constant ? &copies[i] : nullptr});
  }
  std::vector<Shape> shapes;
  for (const int s : step.outputs) shapes.push_back(plan_->slots_[static_cast<size_t>(s)].shape);
  const PrepareContext ctx(*step.def, node.attrs, node.name, inputs, shapes, node.output_dtypes);
  step.prepared = step.def->prepare(ctx);
}

void PlanBuilder::prepare_steps() {
  const ScopedBufferReuse reuse;
  // How many steps (and fetches) still need the elements of a constant.
  std::map<int, int> readers;
  for (const Step& step : plan_->steps_) {
    for (const int s : step.inputs) ++readers[s];
  }
  for (const Endpoint& e : program_.fetches) readers[slot_of(e)] = INT32_MAX / 2;
  // What a constant that is not made yet is made from stays until the last step has its inputs.
  std::set<int> held;
  for (const auto& [s, node] : deferred_) {
    for (const Endpoint& e : node->inputs) held.insert(slot_of(e));
  }
  for (Step& step : plan_->steps_) {
    if (step.can_prepare && !step.prepared) prepare_step(step);
    if (!step.prepared && step.def->kernel == nullptr) {
      if (step.def->prepare == nullptr) {
        fail(Code::unimplemented, "op ", step.def->name, " (node ", quoted(step.node->name),
             ") has no kernel");
      }
      step.cache = std::make_unique<PreparedCache>();
    }
    for (size_t i = 0; i < step.inputs.size(); ++i) {
      const int s = step.inputs[i];
      Slot& slot = plan_->slots_[static_cast<size_t>(s)];
      if (slot.kind != SlotKind::constant) continue;
      if (!step.prepared) value_of(s);
      if (!step.prepared || i >= 32 || ((step.prepared.absorbed >> i) & 1U) == 0) {
        readers[s] = INT32_MAX / 2;  // read in every run
      } else if (--readers[s] == 0 && !held.contains(s)) {
        drop_absorbed(slot);
      }
    }
  }
  for (const Endpoint& e : program_.fetches) {
    const int s = slot_of(e);
    if (plan_->slots_[static_cast<size_t>(s)].kind == SlotKind::constant) value_of(s);
  }
  for (const int s : held) {
    const auto left = readers.find(s);
    if (left != readers.end() && left->second == 0) {
      drop_absorbed(plan_->slots_[static_cast<size_t>(s)]);
    }
  }
  forget_values();
}

// Constants that no step reads any more: intermediate results of folding.
void PlanBuilder::forget_values() {
  std::vector<char> read(plan_->slots_.size(), 0);
  for (const Step& step : plan_->steps_) {
    for (const int s : step.inputs) read[static_cast<size_t>(root(s))] = 1;
  }
  for (const Endpoint& e : program_.fetches) read[static_cast<size_t>(root(slot_of(e)))] = 1;
  for (size_t s = 0; s < plan_->slots_.size(); ++s) {
    if (!read[s]) plan_->slots_[s].value = Tensor();
  }
}

}  // namespace rill
