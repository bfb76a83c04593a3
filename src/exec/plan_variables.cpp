// What a plan does with variables itself: a training step reads and writes each of them, and most
// of a small step would be spent on calling kernels for that.
#include <array>
#include <utility>

#include "exec/plan.h"
#include "exec/store_snapshot.h"
#include "op/variable.h"

namespace rill {
namespace {

std::shared_ptr<VariableState> variable_of(const Tensor& handle) {
  if (!handle.is_dense() || handle.dtype() != DType::resource || handle.size() != 1) return nullptr;
  return std::dynamic_pointer_cast<VariableState>(handle.opaque_at(0));
}

}  // namespace

// A variable and the slot take turns with two pieces of memory, so that nothing is copied into the
// variable and whoever holds its old value keeps it.
void Plan::bind_assigned(Frame& frame, int s) const {
  const Slot& slot = slots_[static_cast<size_t>(s)];
  Tensor& memory = frame.tensors[static_cast<size_t>(s)];
  if (!memory) memory = Tensor(slot.dtype, slot.shape);
  point_at(frame, slot, memory.raw());
}

void Plan::check_handles(Frame& frame, Runtime& runtime) const {
  if (num_handles_ == 0) return;
  const uint64_t state = state_of(runtime.resources());
  if (state != 0 && state == frame.store_state) return;
  frame.handles.assign(num_handles_, Tensor());
  frame.store_state = state;
}

bool Plan::find_variable(const Step& step, Frame& frame) const {
  const Tensor& handle = frame.handles[step.handle];
  if (!handle) return false;
  frame.tensors[static_cast<size_t>(step.outputs[0])] = handle;
  return true;
}

bool Plan::read_variable(const Step& step, Frame& frame) const {
  const auto variable = variable_of(frame.tensors[static_cast<size_t>(step.inputs[0])]);
  const auto out = static_cast<size_t>(step.outputs[0]);
  const Slot& slot = slots_[out];
  if (!variable || variable->dtype() != slot.dtype || !variable->initialized()) return false;
  Tensor value = variable->read();
  if (!slot.patches.empty()) {
    if (!(value.shape() == slot.shape)) return false;
    point_at(frame, slot, const_cast<void*>(std::as_const(value).raw()));
  }
  frame.tensors[out] = std::move(value);
  return true;
}

bool Plan::assign_variable(const Step& step, Frame& frame) const {
  const auto variable = variable_of(frame.tensors[static_cast<size_t>(step.inputs[0])]);
  Tensor& value = frame.tensors[static_cast<size_t>(step.inputs[1])];
  if (!variable || variable->dtype() != value.dtype()) return false;
  value = variable->exchange(std::move(value));
  return true;
}

bool Plan::update_in_place(const Step& step, Frame& frame) const {
  std::array<std::shared_ptr<VariableState>, VariableState::kMostHeld> variables;
  std::array<VariableState::Held, VariableState::kMostHeld> held;
  const size_t n = step.updates.size();
  for (size_t i = 0; i < n; ++i) {
    const Update& update = step.updates[i];
    variables[i] = variable_of(frame.tensors[static_cast<size_t>(update.handle)]);
    if (!variables[i]) return false;
    Tensor& own = frame.tensors[static_cast<size_t>(update.own)];
    held[i] = {variables[i].get(), &own};
    point_at(frame, slots_[static_cast<size_t>(update.output)],
             const_cast<void*>(std::as_const(own).raw()));
  }
  return VariableState::change_held(std::span(held).first(n), [&] { run_prepared(step, frame); });
}

}  // namespace rill
