// The state behind VarHandleOp and VariableV2: a value that changes, with a version.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "base/function_ref.h"
#include "rill/tensor.hpp"

namespace rill {

class VariableState final : public Opaque {
 public:
  VariableState(std::string name, DType dtype, Shape shape);
  std::string_view type_name() const override { return "Variable"; }

  const std::string& name() const { return name_; }
  // Tapes watch trainable variables that are used, without being told.
  bool trainable() const { return trainable_; }
  void set_trainable(bool trainable) { trainable_ = trainable; }
  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }  // may be partial

  bool initialized() const;
  // The present value; it is never written in place while somebody else holds it.
  // Throws FAILED_PRECONDITION naming the variable when it has none.
  Tensor read() const;
  // Replaces the value. Throws INVALID_ARGUMENT when dtype or shape do not fit
  // (unless validate_shape is false).
  void assign(Tensor value, bool validate_shape = true);
  // As assign() of a value that nobody else holds. Gives back the memory of the value before when
  // nobody else holds that either, for the next one; else nothing.
  Tensor exchange(Tensor value);
  // Runs `change` on a value that nobody else holds (copied first when shared), under the lock.
  template <typename Change>
  void update(Change&& change) {
    std::lock_guard lock(mutex_);
    require_initialized();
    make_unique();
    change(value_);
    version_.fetch_add(1, std::memory_order_release);
  }
  // A variable and the reference to its value that somebody who will change it holds.
  struct Held {
    VariableState* variable = nullptr;
    Tensor* value = nullptr;
  };
  // Takes the references and runs `change` on the values where they lie, under the locks of all the
  // variables. False, with nothing changed, when somebody else holds one of the values, a variable
  // has another value by now or is there twice. Sorts `held`, at most kMostHeld.
  static bool change_held(std::span<Held> held, FunctionRef<void()> change);
  static constexpr size_t kMostHeld = 8;
  void clear();
  // Changes with every assignment.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  void require_initialized() const;
  void require_fit(const Tensor& value, bool validate_shape) const;
  void make_unique();

  std::string name_;
  DType dtype_;
  Shape shape_;
  std::atomic<bool> trainable_{true};
  mutable std::mutex mutex_;
  Tensor value_;
  std::atomic<uint64_t> version_{0};
};

}  // namespace rill
