// function(): a C++ callable traced into a graph once for each signature of its arguments, then run
// as a compiled plan (tf.function).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "rill/dtype.hpp"
#include "rill/export.hpp"
#include "rill/shape.hpp"
#include "rill/tensor.hpp"

namespace rill {

struct TensorSpec {
  Shape shape = {};
  DType dtype = DType::float32;
};

struct FunctionOptions {
  // When given: the only signature. Arguments that do not fit are refused, and open dimensions
  // (Shape::kUnknownDim) make one trace serve every size.
  std::vector<TensorSpec> input_signature = {};
  // After a second shape the dimensions that differ stay open in later traces.
  bool reduce_retracing = false;
  int threads = 0;  // most threads of one run; 0: all cores
};

// What function() keeps: the traces. Copies share them. Thread-safe.
class RILL_API FunctionTraces {
 public:
  using Body = std::function<Values(const Values& arguments)>;
  explicit FunctionTraces(FunctionOptions options = {});

  // Runs `body` through its trace for these arguments; traces it first when there is none. Inside
  // another trace, the body becomes part of it. Under a tape the call is differentiable.
  // Arguments are dense tensors; a variable is captured as itself.
  // Throws INVALID_ARGUMENT when an argument does not fit input_signature.
  Values call(const Body& body, const Values& arguments) const;
  size_t num_traces() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

namespace detail {

inline void append_values(Values& out, const Tensor& value) { out.push_back(value); }
inline void append_values(Values& out, const Values& values) {
  out.insert(out.end(), values.begin(), values.end());
}
template <typename... Parts>
void append_values(Values& out, const std::tuple<Parts...>& parts) {
  std::apply([&](const auto&... part) { (append_values(out, part), ...); }, parts);
}
template <typename A, typename B>
void append_values(Values& out, const std::pair<A, B>& parts) {
  append_values(out, parts.first);
  append_values(out, parts.second);
}

template <typename Result, size_t... I>
Result tuple_of(const Values& values, std::index_sequence<I...>) {
  return Result{values.at(I)...};
}

template <typename Result>
Result result_of(Values values) {
  if constexpr (std::is_same_v<Result, Tensor>) {
    return std::move(values.at(0));
  } else if constexpr (std::is_same_v<Result, Values>) {
    return values;
  } else {
    return tuple_of<Result>(values, std::make_index_sequence<std::tuple_size_v<Result>>());
  }
}

}  // namespace detail

// What function() returns. Called like the callable itself; an argument may be a number.
template <typename F>
class Function {
 public:
  Function(F body, FunctionOptions options) : body_(std::move(body)), traces_(std::move(options)) {}

  template <typename... Arguments>
  auto operator()(const Arguments&... arguments) const {
    if constexpr (std::is_invocable_v<const F&, const Values&> &&
                  (std::is_same_v<Arguments, Values> && ...) && sizeof...(Arguments) == 1) {
      using Result = std::invoke_result_t<const F&, const Values&>;
      return run<Result>([this](const Values& in) { return body_(in); }, arguments...);
    } else {
      using Result = decltype(body_(Tensor(arguments)...));
      return run<Result>(
          [this](const Values& in) {
            return apply(in, std::make_index_sequence<sizeof...(Arguments)>());
          },
          Values{Tensor(arguments)...});
    }
  }

  size_t num_traces() const { return traces_.num_traces(); }

 private:
  template <size_t... I>
  auto apply([[maybe_unused]] const Values& in, std::index_sequence<I...>) const {
    return body_(in.at(I)...);
  }

  template <typename Result, typename Call>
  Result run(const Call& call, const Values& arguments) const {
    if constexpr (std::is_void_v<Result>) {
      traces_.call(
          [&](const Values& in) {
            call(in);
            return Values();
          },
          arguments);
    } else {
      return detail::result_of<Result>(traces_.call(
          [&](const Values& in) {
            Values out;
            detail::append_values(out, call(in));
            return out;
          },
          arguments));
    }
  }

  F body_;
  FunctionTraces traces_;
};

// `body` takes tensors (or one Values) and returns a Tensor, Values, a pair or tuple of tensors, or
// nothing. It runs only while it is traced: what it does besides calling ops happens once.
template <typename F>
Function<std::decay_t<F>> function(F&& body, FunctionOptions options = {}) {
  return {std::forward<F>(body), std::move(options)};
}

}  // namespace rill
