#include "op/variable.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <utility>

#include "base/fail.h"

namespace rill {

VariableState::VariableState(std::string name, DType dtype, Shape shape)
    : name_(std::move(name)), dtype_(dtype), shape_(std::move(shape)) {}

bool VariableState::initialized() const {
  std::lock_guard lock(mutex_);
  return static_cast<bool>(value_);
}

void VariableState::require_initialized() const {
  if (!value_) {
    fail(Code::failed_precondition, "variable ", quoted(name_),
         " is not initialized; restore it or run its initializer");
  }
}

Tensor VariableState::read() const {
  std::lock_guard lock(mutex_);
  require_initialized();
  return value_;
}

void VariableState::require_fit(const Tensor& value, bool validate_shape) const {
  if (value.dtype() != dtype_) {
    fail(Code::invalid_argument, "variable ", quoted(name_), " is ", dtype_,
         "; cannot assign a value of ", value.dtype());
  }
  if (validate_shape && !shape_.is_compatible_with(value.shape())) {
    fail(Code::invalid_argument, "variable ", quoted(name_), " has shape ", shape_,
         "; cannot assign a value of shape ", value.shape());
  }
}

Tensor VariableState::exchange(Tensor value) {
  std::lock_guard lock(mutex_);
  require_fit(value, true);
  Tensor before = std::exchange(value_, std::move(value));
  version_.fetch_add(1, std::memory_order_release);
  const bool ours =
      before && before.is_unique() && before.dtype() == dtype_ && before.shape() == value_.shape();
  return ours ? std::move(before) : Tensor();
}

void VariableState::assign(Tensor value, bool validate_shape) {
  // What the caller can still write must not be the variable. Read-only memory (a mapped
  // checkpoint, a constant) is shared: update() copies it before it writes.
  const bool fixed = value.is_dense() && value.rep()->buffer && value.rep()->buffer->read_only();
  const bool keeps = value.is_unique() || fixed;
  std::lock_guard lock(mutex_);
  require_fit(value, validate_shape);
  if (!keeps && is_plain(dtype_) && value_ && value_.is_unique() &&
      value_.shape() == value.shape()) {
    // Training steps write the same variables again and again: no new memory.
    if (value.bytes() > 0) std::memmove(value_.raw(), value.raw(), value.bytes());
  } else {
    value_ = (keeps ? std::move(value) : value.clone()).without_weakness();
  }
  version_.fetch_add(1, std::memory_order_release);
}

bool VariableState::change_held(std::span<Held> held, FunctionRef<void()> change) {
  // By address, as all who lock several do: no two wait for each other.
  std::sort(held.begin(), held.end(),
            [](const Held& a, const Held& b) { return std::less<>()(a.variable, b.variable); });
  const auto twice = std::adjacent_find(held.begin(), held.end(), [](const Held& a, const Held& b) {
    return a.variable == b.variable;
  });
  if (held.size() > kMostHeld || twice != held.end()) return false;
  std::array<std::unique_lock<std::mutex>, kMostHeld> locks;
  for (size_t i = 0; i < held.size(); ++i) locks[i] = std::unique_lock(held[i].variable->mutex_);
  if (std::any_of(held.begin(), held.end(), [](const Held& h) {
        return !h.variable->value_ || h.value->rep() != h.variable->value_.rep();
      })) {
    return false;
  }
  for (const Held& h : held) *h.value = Tensor();
  const bool ours = std::all_of(held.begin(), held.end(),
                                [](const Held& h) { return h.variable->value_.is_unique(); });
  if (!ours) {
    for (const Held& h : held) *h.value = h.variable->value_;
    return false;
  }
  change();
  for (const Held& h : held) h.variable->version_.fetch_add(1, std::memory_order_release);
  return true;
}

void VariableState::make_unique() {
  if (!value_.is_unique()) value_ = value_.clone();
}

void VariableState::clear() {
  std::lock_guard lock(mutex_);
  value_ = Tensor();
  version_.fetch_add(1, std::memory_order_release);
}

}  // namespace rill
