#include <mutex>
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

#include "ops/tensor_list.h"

namespace rill {
namespace {

// Last in, first out: how loops of TensorFlow 1 keep what their gradients need.
class TensorStack final : public Opaque {
 public:
  TensorStack(DType dtype, int64_t limit) : dtype_(dtype), limit_(limit) {}
  std::string_view type_name() const override { return "Stack"; }
  DType dtype() const { return dtype_; }

  void push(const NodeAccess& node, Tensor value) {
    std::lock_guard lock(mutex_);
    node.require(!closed_, "Stack has already been closed.");
    node.require(limit_ < 0 || static_cast<int64_t>(items_.size()) < limit_,
                 "Stack overflowed its max_size (", limit_, ")");
    items_.push_back(std::move(value));
  }
  Tensor pop(const NodeAccess& node) {
    std::lock_guard lock(mutex_);
    node.require(!closed_, "Stack has already been closed.");
    node.require(!items_.empty(), "Stack is empty when calling Pop().");
    Tensor value = std::move(items_.back());
    items_.pop_back();
    return value;
  }
  void close() {
    std::lock_guard lock(mutex_);
    items_.clear();
    closed_ = true;
  }

 private:
  std::mutex mutex_;
  DType dtype_;
  int64_t limit_;
  std::vector<Tensor> items_;
  bool closed_ = false;
};

void stack_make(KernelContext& ctx) {
  ctx.require(ctx.num_inputs() == 0 || ctx.input(0).rank() == 0,
              "Stack size must be a scalar, but had shape: ",
              ctx.num_inputs() == 0 ? Shape{} : ctx.input(0).shape());
  const int64_t limit = ctx.num_inputs() > 0 ? ctx.input(0).item<int64_t>() : -1;
  ctx.set_output(0, Tensor::opaque(DType::resource, std::make_shared<TensorStack>(
                                                        ctx.attr<DType>("elem_type"), limit)));
}

void stack_push(KernelContext& ctx) {
  const auto stack = ctx.resource<TensorStack>(0);
  ctx.require(stack->dtype() == ctx.input(1).dtype(), "Must have type ", stack->dtype(),
              " but got ", ctx.input(1).dtype());
  stack->push(ctx, ctx.input(1).owned());
  ctx.set_output(0, ctx.input(1));
}

void push_shape(ShapeContext& ctx) { ctx.set_output(0, ctx.input(1)); }

void stack_pop(KernelContext& ctx) { ctx.set_output(0, ctx.resource<TensorStack>(0)->pop(ctx)); }

void stack_close(KernelContext& ctx) { ctx.resource<TensorStack>(0)->close(); }

}  // namespace

void register_stack(OpRegistry& registry) {
  registry.add({.signature = "StackV2(max_size: int32) -> (handle: resource)",
                .attrs = {type_attr("elem_type"), string_attr("stack_name", "")},
                .shape = shapes::scalar,
                .kernel = stack_make,
                .stateful = true});
  registry.add({.signature = "StackPushV2(handle: resource, elem: T) -> (output: T)",
                .attrs = {type_attr("T"), bool_attr("swap_memory", false)},
                .shape = push_shape,
                .kernel = stack_push,
                .stateful = true});
  registry.add({.signature = "StackPopV2(handle: resource) -> (elem: elem_type)",
                .attrs = {type_attr("elem_type")},
                .shape = shapes::unknown,
                .kernel = stack_pop,
                .stateful = true});
  registry.add({.signature = "StackCloseV2(handle: resource) -> ()",
                .shape = shapes::none,
                .kernel = stack_close,
                .stateful = true});
  // The old forms hand the same handle on as a ref.
  registry.add({.signature = "Stack() -> (handle: Ref(string))",
                .attrs = {type_attr("elem_type"), string_attr("stack_name", "")},
                .shape = shapes::unknown,
                .kernel = stack_make,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "StackPush(handle: Ref(string), elem: T) -> (output: T)",
                .attrs = {type_attr("T"), bool_attr("swap_memory", false)},
                .shape = push_shape,
                .kernel = stack_push,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "StackPop(handle: Ref(string)) -> (elem: elem_type)",
                .attrs = {type_attr("elem_type")},
                .shape = shapes::unknown,
                .kernel = stack_pop,
                .stateful = true,
                .not_differentiable = true});
  registry.add({.signature = "StackClose(handle: Ref(string)) -> ()",
                .shape = shapes::none,
                .kernel = stack_close,
                .stateful = true,
                .not_differentiable = true});
}

}  // namespace rill
