// Loops over whole blocks only: a loop whose count is known needs no second copy of its function
// for what is left over.
#pragma once

#include <cstdint>

namespace rill::kernels::RILL_ISA {
namespace {

template <typename T>
constexpr int64_t kBlock = 64 / sizeof(T);

// `blocks` takes a length that is a multiple of the block's, in place or not.
template <typename T>
using BlocksFn = void (*)(const T* x, T* y, int64_t n, T alpha);

template <typename T>
void whole_and_rest(const T* x, T* y, int64_t n, T alpha, BlocksFn<T> blocks) {
  const int64_t whole = n / kBlock<T> * kBlock<T>;
  blocks(x, y, whole, alpha);
  if (whole == n) return;
  T rest[kBlock<T>] = {};
  for (int64_t i = whole; i < n; ++i) rest[i - whole] = x[i];
  blocks(rest, rest, kBlock<T>, alpha);
  for (int64_t i = whole; i < n; ++i) y[i] = rest[i - whole];
}

// F::f(x, alpha) is one element.
template <typename F, typename T>
void map_blocks(const T* x, T* y, int64_t n, T alpha) {
  for (; n > 0; n -= kBlock<T>, x += kBlock<T>, y += kBlock<T>) {
#pragma GCC ivdep
    for (int64_t i = 0; i < kBlock<T>; ++i) y[i] = F::f(x[i], alpha);
  }
}

template <typename F, typename T>
void map(const T* x, T* y, int64_t n, T alpha) {
  whole_and_rest<T>(x, y, n, alpha, map_blocks<F, T>);
}

}  // namespace
}  // namespace rill::kernels::RILL_ISA
