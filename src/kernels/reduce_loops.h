// The loops of a reduction over merged dimensions, for any element type and operation.
//
// An operation P gives: Element (in memory), Acc (what runs are added up in), Result,
//   identity(), combine(Acc, Acc), finish(Acc, count),
//   run(const Element*, n, output) -> Acc                      n <= kRun contiguous elements
//   rows(const Element*, rows, stride, columns, Acc*, output)  columns <= kTile
// where `output` is the index of the (first) output they belong to; kByOutput says whether it
// matters.
// The cuts (kRun, kRows, kTile, groups) depend on the shape alone; threads only share them out.
// The loops themselves are there once: they see accumulators as bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/reduce.h"

namespace rill::kernels {

inline constexpr int64_t kRun = 4096;
inline constexpr int64_t kRows = 64;
inline constexpr int64_t kTile = 1024;

// An operation behind pointers.
struct ErasedReduction {
  const void* op;
  bool by_output;
  size_t element, acc, result;  // bytes
  void (*start)(const void* op, void* acc, int64_t n);
  // acc[i] = combine(acc[i], more[i])
  void (*combine)(const void* op, void* acc, const void* more, int64_t n);
  void (*finish)(const void* op, const void* acc, int64_t n, int64_t count, void* y);
  // *acc = combine(*acc, run(x, n, output))
  void (*run)(const void* op, const void* x, int64_t n, int64_t output, void* acc);
  void (*rows)(const void* op, const void* x, int64_t rows, int64_t stride, int64_t columns,
               void* acc, int64_t output);
  // y[o] of the outputs [begin, end) that are runs of `count` elements, `stride` apart.
  void (*whole_runs)(const void* op, const void* x, int64_t stride, int64_t count, int64_t begin,
                     int64_t end, void* y);
};

inline constexpr size_t kLargestAccumulator = 16;

void reduce_erased(const ErasedReduction& op, const ReduceShape& s, const void* x, void* y);

template <typename P>
struct ErasedCalls {
  using Element = typename P::Element;
  using Acc = typename P::Acc;
  using Result = typename P::Result;
  static_assert(sizeof(Acc) <= kLargestAccumulator && alignof(Acc) <= kLargestAccumulator);

  static const P& op(const void* p) { return *static_cast<const P*>(p); }

  static void start(const void*, void* acc, int64_t n) {
    std::fill_n(static_cast<Acc*>(acc), n, P::identity());
  }
  static void combine(const void*, void* acc, const void* more, int64_t n) {
    auto* to = static_cast<Acc*>(acc);
    const auto* from = static_cast<const Acc*>(more);
    for (int64_t i = 0; i < n; ++i) to[i] = P::combine(to[i], from[i]);
  }
  static void finish(const void*, const void* acc, int64_t n, int64_t count, void* y) {
    const auto* from = static_cast<const Acc*>(acc);
    auto* to = static_cast<Result*>(y);
    for (int64_t i = 0; i < n; ++i) to[i] = P::finish(from[i], count);
  }
  static void run(const void* p, const void* x, int64_t n, int64_t output, void* acc) {
    auto* to = static_cast<Acc*>(acc);
    *to = P::combine(*to, op(p).run(static_cast<const Element*>(x), n, output));
  }
  static void rows(const void* p, const void* x, int64_t rows, int64_t stride, int64_t columns,
                   void* acc, int64_t output) {
    op(p).rows(static_cast<const Element*>(x), rows, stride, columns, static_cast<Acc*>(acc),
               output);
  }
  static void whole_runs(const void* p, const void* x, int64_t stride, int64_t count, int64_t begin,
                         int64_t end, void* y) {
    const auto* from = static_cast<const Element*>(x);
    auto* to = static_cast<Result*>(y);
    for (int64_t o = begin; o < end; ++o) {
      const Acc acc = P::combine(P::identity(), op(p).run(from + o * stride, count, o));
      to[o] = P::finish(acc, count);
    }
  }
};

template <typename P>
void reduce_all(const P& op, const ReduceShape& s, const typename P::Element* x,
                typename P::Result* y) {
  using Calls = ErasedCalls<P>;
  reduce_erased({&op, P::kByOutput, sizeof(typename P::Element), sizeof(typename P::Acc),
                 sizeof(typename P::Result), Calls::start, Calls::combine, Calls::finish,
                 Calls::run, Calls::rows, Calls::whole_runs},
                s, x, y);
}

}  // namespace rill::kernels
