// Callables traced into graphs: tf.function.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill {

struct FunctionOptions {
  // The first dimension stays open: one trace serves every batch size. Else each shape is traced.
  bool open_batch = false;
};

// A body that is called with symbolic tensors once for each set of dtypes and shapes; what it does
// then is a program that later calls run. Variables that it reads and writes are read and written
// by each call, in the order of the text. Called while another function is traced, it becomes a
// part of that one. A value handle; thread-safe.
class RILL_API Function {
 public:
  using Body = std::function<Values(const Values& inputs)>;
  explicit Function(Body body, const FunctionOptions& options = {});

  // Throws what the body or the run throws.
  Values operator()(const Values& inputs) const;
  size_t num_traces() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

namespace detail {

template <typename F>
struct Signature : Signature<decltype(&F::operator())> {};
template <typename C, typename R, typename... Args>
struct Signature<R (C::*)(Args...) const> {
  using Result = R;
  static constexpr size_t kArguments = sizeof...(Args);
};
template <typename C, typename R, typename... Args>
struct Signature<R (C::*)(Args...)> : Signature<R (C::*)(Args...) const> {};
template <typename R, typename... Args>
struct Signature<R (*)(Args...)> {
  using Result = R;
  static constexpr size_t kArguments = sizeof...(Args);
};

template <typename F, size_t... i>
Values call_with(F& f, const Values& inputs, std::index_sequence<i...>) {
  using Result = typename Signature<F>::Result;
  if constexpr (std::is_void_v<Result>) {
    f(inputs[i]...);
    return {};
  } else if constexpr (std::is_same_v<std::decay_t<Result>, Tensor>) {
    return {f(inputs[i]...)};
  } else {
    return f(inputs[i]...);
  }
}

}  // namespace detail

// A traced function of a fixed number of tensors, called like the callable it was made from.
template <typename Result, size_t arguments>
class TracedCallable {
 public:
  TracedCallable(Function function) : function_(std::move(function)) {}  // NOLINT
  template <typename... Tensors>
  requires(sizeof...(Tensors) == arguments &&
           (std::is_convertible_v<Tensors, Tensor> && ...)) Result
  operator()(const Tensors&... inputs) const {
    Values outputs = function_(Values{Tensor(inputs)...});
    if constexpr (std::is_same_v<Result, Tensor>) {
      return std::move(outputs[0]);
    } else if constexpr (!std::is_void_v<Result>) {
      return outputs;
    }
  }
  size_t num_traces() const { return function_.num_traces(); }

 private:
  Function function_;
};

// auto step = function([&](const Tensor& x, const Tensor& y) { ... return loss; });
template <typename F>
auto function(F f, const FunctionOptions& options = {}) {
  using Of = detail::Signature<F>;
  return TracedCallable<typename Of::Result, Of::kArguments>(Function(
      [f = std::move(f)](const Values& inputs) mutable {
        return detail::call_with(f, inputs, std::make_index_sequence<Of::kArguments>());
      },
      options));
}

}  // namespace rill
