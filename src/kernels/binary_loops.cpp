#include "kernels/binary_loops.h"

#include <algorithm>

#include "kernels/binary_functions.h"
#include "kernels/op_table.h"

namespace rill::kernels {
namespace {

using enum BinaryMode;

constexpr bool is_division(BinaryOp op) {
  return op == BinaryOp::div || op == BinaryOp::trunc_div || op == BinaryOp::floor_div ||
         op == BinaryOp::floor_mod || op == BinaryOp::trunc_mod;
}

// As binary_integer(), in doubles, which hold all quotients of 32 bits well enough to be cut off
// right, and are divided several at a time.
template <BinaryOp op>
inline int32_t divided(int32_t a, int32_t b) {
  const bool zero = b == 0, negates = b == -1;
  const int32_t by = zero | negates ? 1 : b;
  const auto cut = static_cast<int32_t>(static_cast<double>(a) / static_cast<double>(by));
  const auto opposite = static_cast<int32_t>(0u - static_cast<uint32_t>(a));
  const int32_t quotient = zero ? 0 : (negates ? opposite : cut);
  const auto product = static_cast<uint32_t>(cut) * static_cast<uint32_t>(by);
  const auto rest = static_cast<int32_t>(static_cast<uint32_t>(a) - product);
  const bool adjust = (rest != 0) & ((rest ^ b) < 0);
  if constexpr (op == BinaryOp::trunc_mod) return rest;
  if constexpr (op == BinaryOp::floor_mod) return adjust ? rest + b : rest;
  if constexpr (op == BinaryOp::floor_div) return adjust ? quotient - 1 : quotient;
  return quotient;
}

template <BinaryOp op, typename T, typename R>
inline R apply(T a, T b, [[maybe_unused]] double alpha) {
  if constexpr (is_comparison(op)) {
    return binary_comparison<op>(a, b);
  } else if constexpr (op == BinaryOp::logical_and) {
    return a & b;
  } else if constexpr (op == BinaryOp::logical_or) {
    return a | b;
  } else if constexpr (std::is_same_v<T, int32_t> && is_division(op)) {
    return divided<op>(a, b);
  } else if constexpr (std::is_integral_v<T>) {
    return binary_integer<op>(a, b);
  } else {
    return binary_real<op>(a, b, alpha);
  }
}

// Loops over whole blocks, whose count is known, and a scalar as a block of copies that stands
// still: each function is compiled once, not for three modes and what is left over as well.
template <typename T>
constexpr int64_t kBlock = 64 / sizeof(T);

template <typename T, typename R>
using BlocksFn = void (*)(const T* a, int64_t a_step, const T* b, int64_t b_step, R* y, int64_t n,
                          double alpha);

template <BinaryOp op, typename T, typename R>
void apply_blocks(const T* a, int64_t a_step, const T* b, int64_t b_step, R* y, int64_t n,
                  double alpha) {
  for (; n > 0; n -= kBlock<T>, a += a_step, b += b_step, y += kBlock<T>) {
#pragma GCC ivdep
#pragma GCC unroll 1
    for (int64_t i = 0; i < kBlock<T>; ++i) y[i] = apply<op, T, R>(a[i], b[i], alpha);
  }
}

template <typename T>
struct BlockOperand {
  // What is beyond the whole blocks is followed by copies of its last element, which any operation
  // takes.
  BlockOperand(const T* x, bool scalar, int64_t whole, int64_t n)
      : blocks(scalar ? copy : x), step(scalar ? 0 : kBlock<T>) {
    for (int64_t i = 0; i < kBlock<T>; ++i) {
      copy[i] = x[scalar ? 0 : std::min(whole + i, n - 1)];
    }
  }
  T copy[kBlock<T>];
  const T* blocks;
  int64_t step;
};

template <typename T, typename R>
void run_blocks(const T* a, const T* b, R* y, int64_t n, BinaryMode mode, double alpha,
                BlocksFn<T, R> blocks) {
  if (n == 0) return;
  const int64_t whole = n / kBlock<T> * kBlock<T>;
  const BlockOperand<T> left(a, mode == scalar_vector, whole, n);
  const BlockOperand<T> right(b, mode == vector_scalar, whole, n);
  blocks(left.blocks, left.step, right.blocks, right.step, y, whole, alpha);
  if (whole == n) return;
  R rest[kBlock<T>];
  blocks(left.copy, 0, right.copy, 0, rest, kBlock<T>, alpha);
  std::copy_n(rest, n - whole, y + whole);
}

template <BinaryOp op, typename T>
void loop(const Binary& self, const void* a, const void* b, void* y, int64_t n, BinaryMode mode) {
  using R = std::conditional_t<is_comparison(op) || is_logical(op), bool, T>;
  run_blocks<T, R>(static_cast<const T*>(a), static_cast<const T*>(b), static_cast<R*>(y), n, mode,
                   self.alpha, apply_blocks<op, T, R>);
}

template <typename T>
constexpr auto kTable = op_table<Binary::Fn, kBinaryOps>([]<size_t i>() -> Binary::Fn {
  constexpr auto op = static_cast<BinaryOp>(i);
  if constexpr (binary_exists<T>(op)) {
    return loop<op, T>;
  } else {
    return nullptr;
  }
});

}  // namespace

template <typename T>
Binary::Fn binary_loop(BinaryOp op) noexcept {
  return kTable<T>[static_cast<size_t>(op)];
}
template Binary::Fn binary_loop<float>(BinaryOp) noexcept;
template Binary::Fn binary_loop<double>(BinaryOp) noexcept;
template Binary::Fn binary_loop<bool>(BinaryOp) noexcept;
template Binary::Fn binary_loop<int8_t>(BinaryOp) noexcept;
template Binary::Fn binary_loop<int16_t>(BinaryOp) noexcept;
template Binary::Fn binary_loop<int32_t>(BinaryOp) noexcept;
template Binary::Fn binary_loop<int64_t>(BinaryOp) noexcept;
template Binary::Fn binary_loop<uint8_t>(BinaryOp) noexcept;
template Binary::Fn binary_loop<uint16_t>(BinaryOp) noexcept;
template Binary::Fn binary_loop<uint32_t>(BinaryOp) noexcept;
template Binary::Fn binary_loop<uint64_t>(BinaryOp) noexcept;

}  // namespace rill::kernels
