#include "base/fail.h"
#include "keras/core/ops.h"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {

UpdateStep::UpdateStep() = default;
UpdateStep::~UpdateStep() = default;

size_t UpdateStep::entry(const Value& variable) {
  if (!variable.is_variable()) fail(Code::internal, "an optimizer may only update variables");
  const auto [at, is_new] = index_.try_emplace(variable.rep()->variable.get(), entries_.size());
  if (is_new) {
    entries_.push_back(
        {variable, emit("ReadVariableOp", {variable}, {{"dtype", variable.dtype()}}), false});
  }
  return at->second;
}

Value UpdateStep::get(const Value& variable) { return entries_[entry(variable)].value; }

void UpdateStep::set(const Value& variable, Value value) {
  const size_t at = entry(variable);
  if (value.dtype() != variable.dtype()) value = op::cast(value, variable.dtype());
  if (!conditions_.empty()) conditions_.back().before.try_emplace(at, entries_[at].value);
  entries_[at].value = std::move(value);
  entries_[at].changed = true;
}

Value UpdateStep::once(std::string_view key, DType dtype, const std::function<Value()>& compute) {
  const std::pair<std::string, DType> full(key, dtype);
  const auto found = scalars_.find(full);
  if (found != scalars_.end()) return found->second;
  Value value = compute();
  return scalars_.emplace(full, std::move(value)).first->second;
}

void UpdateStep::open(const Value& condition) { conditions_.push_back({condition, {}}); }

void UpdateStep::close() {
  const Condition last = std::move(conditions_.back());
  conditions_.pop_back();
  for (const auto& [at, before] : last.before) {
    entries_[at].value = op::select(last.value, entries_[at].value, before);
    if (!conditions_.empty()) conditions_.back().before.try_emplace(at, before);
  }
}

void UpdateStep::commit() {
  for (const Entry& e : entries_) {
    if (e.changed) emit("AssignVariableOp", {e.variable, e.value});
  }
  entries_.clear();
  index_.clear();
}

}  // namespace rill::keras
