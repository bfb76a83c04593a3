#include <algorithm>

#include "base/fail.h"
#include "base/thread_pool.h"
#include "kernels/complex_elementwise.h"
#include "kernels/dispatch.h"
#include "kernels/elementwise.h"
#include "kernels/half_blocks.h"
#include "kernels/op_table.h"
#include "kernels/unary_functions.h"

namespace rill::kernels {
namespace {

template <UnaryOp op, typename T>
void loop(const Unary& self, const void* input, void* output, int64_t n) {
  const T* x = static_cast<const T*>(input);
  [[maybe_unused]] const double alpha = self.alpha;
  if constexpr (op == UnaryOp::logical_not) {
    // As bytes: loops over bool do not vectorise.
    const auto* from = static_cast<const uint8_t*>(input);
    auto* to = static_cast<uint8_t*>(output);
    for (int64_t i = 0; i < n; ++i) to[i] = from[i] ^ 1;
  } else if constexpr (gives_bool(op)) {
    bool* y = static_cast<bool*>(output);
    for (int64_t i = 0; i < n; ++i) {
      if constexpr (op == UnaryOp::is_nan) y[i] = x[i] != x[i];
      if constexpr (op == UnaryOp::is_inf)
        y[i] = std::abs(x[i]) == std::numeric_limits<T>::infinity();
      if constexpr (op == UnaryOp::is_finite)
        y[i] = std::abs(x[i]) <= std::numeric_limits<T>::max();
    }
  } else {
    T* y = static_cast<T*>(output);
    for (int64_t i = 0; i < n; ++i) {
      if constexpr (std::is_same_v<T, bool>) {
        y[i] = x[i];
      } else if constexpr (std::is_integral_v<T>) {
        y[i] = unary_integer<op>(x[i], alpha);
      } else {
        y[i] = unary_real<op>(x[i], alpha);
      }
    }
  }
}

void simd_loop(const Unary& self, const void* x, void* y, int64_t n) {
  simd().unary[static_cast<int>(self.op)](static_cast<const float*>(x), static_cast<float*>(y), n,
                                          static_cast<float>(self.alpha));
}

void simd_loop_f64(const Unary& self, const void* x, void* y, int64_t n) {
  simd().unary_f64[static_cast<int>(self.op)](static_cast<const double*>(x),
                                              static_cast<double*>(y), n, self.alpha);
}

template <typename H>
void half_loop(const Unary& self, const void* input, void* output, int64_t n) {
  const H* x = static_cast<const H*>(input);
  const bool to_bool = gives_bool(self.op);
  alignas(64) float block[kHalfBlock];
  for (int64_t begin = 0; begin < n; begin += kHalfBlock) {
    const int64_t length = std::min(kHalfBlock, n - begin);
    to_float(x + begin, block, length);
    if (to_bool) {
      self.in_float(self, block, static_cast<bool*>(output) + begin, length);
    } else {
      self.in_float(self, block, block, length);
      from_float(block, static_cast<H*>(output) + begin, length);
    }
  }
}

template <typename T>
constexpr auto kTable = op_table<Unary::Fn, kUnaryOps>([]<size_t i>() -> Unary::Fn {
  constexpr auto op = static_cast<UnaryOp>(i);
  if constexpr (unary_exists<T>(op)) {
    return loop<op, T>;
  } else {
    return nullptr;
  }
});

Unary::Fn generic(UnaryOp op, DType dtype) noexcept {
  return loop_for<Unary::Fn>(
      dtype, [&]<typename T>() { return kTable<T>[static_cast<size_t>(op)]; },
      []<typename H>() -> Unary::Fn { return half_loop<H>; },
      [&] { return complex_unary(op, dtype); });
}

bool is_cheap(UnaryOp op) {
  using enum UnaryOp;
  return op <= square || op == relu || op == relu6 || op == leaky_relu || op >= floor ||
         op == hard_sigmoid || op == hard_swish;
}

}  // namespace

DType unary_result(UnaryOp op, DType dtype) noexcept {
  if (generic(op, dtype) == nullptr) return DType::invalid;
  return gives_bool(op) ? DType::bool_ : dtype;
}

Unary prepare_unary(UnaryOp op, DType dtype, int64_t n, double alpha) {
  Unary result;
  result.fn = generic(op, dtype);
  if (result.fn == nullptr) {
    fail(Code::unimplemented, "This elementwise operation does not support ", dtype_name(dtype));
  }
  const bool fast = simd().unary[static_cast<int>(op)] != nullptr;
  if (dtype == DType::float32 && fast) result.fn = simd_loop;
  if (dtype == DType::float64 && simd().unary_f64[static_cast<int>(op)] != nullptr) {
    result.fn = simd_loop_f64;
  }
  if (dtype == DType::float16 || dtype == DType::bfloat16) {
    result.in_float = fast ? simd_loop : generic(op, DType::float32);
  }
  result.op = op;
  result.n = n;
  result.alpha = alpha;
  result.grain = is_cheap(op) ? 16384 : 4096;
  result.x_size = static_cast<uint8_t>(dtype_size(dtype));
  result.y_size = static_cast<uint8_t>(dtype_size(gives_bool(op) ? DType::bool_ : dtype));
  return result;
}

void Unary::run(const void* x, void* y) const noexcept {
  if (n <= grain) return fn(*this, x, y, n);
  parallel_for(n, grain, [&](int64_t begin, int64_t end) {
    fn(*this, static_cast<const char*>(x) + begin * x_size, static_cast<char*>(y) + begin * y_size,
       end - begin);
  });
}

}  // namespace rill::kernels
