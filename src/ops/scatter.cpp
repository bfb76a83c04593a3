#include "ops/scatter.h"

#include <algorithm>
#include <string>

#include "base/thread_pool.h"
#include "kernels/mover.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

template <ScatterMode mode, typename T>
T combined(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, bool>) {
    return mode == ScatterMode::mul || mode == ScatterMode::min ? a && b : a || b;
  } else if constexpr (mode == ScatterMode::add) {
    return static_cast<T>(a + b);
  } else if constexpr (mode == ScatterMode::sub) {
    return static_cast<T>(a - b);
  } else if constexpr (mode == ScatterMode::mul) {
    return static_cast<T>(a * b);
  } else if constexpr (mode == ScatterMode::div) {
    if constexpr (std::is_integral_v<T>) {
      if (b == 0) fail(Code::invalid_argument, "Integer division by zero");
      if constexpr (std::is_signed_v<T>) {
        if (b == -1) return static_cast<T>(-static_cast<std::make_unsigned_t<T>>(a));
      }
    }
    return static_cast<T>(a / b);
  } else if constexpr (mode == ScatterMode::min) {
    return b < a ? b : a;
  } else {
    return a < b ? b : a;
  }
}

template <ScatterMode mode, typename T>
void combine(void* target, const void* update, int64_t n, int64_t step) {
  T* t = static_cast<T*>(target);
  const T* u = static_cast<const T*>(update);
  for (int64_t i = 0; i < n; ++i) t[i] = combined<mode, T>(t[i], u[i * step]);
}

template <ScatterMode mode>
CombineFn numeric(DType dtype, const char* who) {
  CombineFn fn = nullptr;
  if constexpr (mode == ScatterMode::min || mode == ScatterMode::max) {
    dispatch_number(dtype, who, [&]<typename T>() { fn = combine<mode, T>; });
  } else {
    dispatch_any_number(dtype, who, [&]<typename T>() { fn = combine<mode, T>; });
  }
  return fn;
}

void append(void* target, const void* update, int64_t n, int64_t step) {
  auto* t = static_cast<std::string*>(target);
  const auto* u = static_cast<const std::string*>(update);
  for (int64_t i = 0; i < n; ++i) t[i] += u[i * step];
}

template <typename T>
void assign(void* target, const void* update, int64_t n, int64_t step) {
  T* t = static_cast<T*>(target);
  const T* u = static_cast<const T*>(update);
  for (int64_t i = 0; i < n; ++i) t[i] = u[i * step];
}

}  // namespace

CombineFn combine_fn(ScatterMode mode, DType dtype, const char* who) {
  switch (mode) {
    case ScatterMode::add:
      if (dtype == DType::string) return append;
      return numeric<ScatterMode::add>(dtype, who);
    case ScatterMode::sub:
      return numeric<ScatterMode::sub>(dtype, who);
    case ScatterMode::mul:
      return numeric<ScatterMode::mul>(dtype, who);
    case ScatterMode::div:
      return numeric<ScatterMode::div>(dtype, who);
    case ScatterMode::min:
      return numeric<ScatterMode::min>(dtype, who);
    case ScatterMode::max:
      return numeric<ScatterMode::max>(dtype, who);
    case ScatterMode::update:
      break;
  }
  CombineFn fn = nullptr;
  dispatch_by_size(dtype, who, [&]<typename T>() { fn = assign<T>; });
  return fn;
}

void ScatterInto::run(CombineFn combine, const void* updates, void* to,
                      FunctionRef<void(int64_t, int64_t)> start,
                      FunctionRef<int64_t(int64_t)> at) const {
  // Each thread has slices of its own and looks for their updates among all.
  constexpr int64_t kWorthLooking = 16;
  const bool wide = slice >= kWorthLooking && count * slice >= 2 * grain_of(1);
  const int64_t slices = slice > 0 ? n / slice : 1;
  const int64_t shares = wide ? std::min<int64_t>(max_threads(), slices) : 1;
  const kernels::Mover mover(dtype);
  parallel_for(shares, 1, [&](int64_t first_share, int64_t last_share) {
    const int64_t first = slices * first_share / shares * slice;
    const int64_t last = last_share == shares ? n : slices * last_share / shares * slice;
    start(first, last);
    for (int64_t i = 0; i < count; ++i) {
      const int64_t from = at(i);
      if (from < first || from >= last) continue;
      combine(mover.at(to, from), mover.at(updates, i * slice * step), slice, step);
    }
  });
}

}  // namespace rill
