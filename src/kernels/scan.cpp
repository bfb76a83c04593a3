#include "kernels/scan.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/accumulate.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

template <ScanOp op, typename Acc>
Acc combine(Acc a, Acc b) {
  if constexpr (op == ScanOp::sum) return a + b;
  if constexpr (op == ScanOp::prod) return a * b;
  if constexpr (op == ScanOp::logsumexp) {
    const Acc top = std::max(a, b), low = std::min(a, b);
    if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<Acc>::quiet_NaN();
    if (low == -std::numeric_limits<Acc>::infinity() || std::isinf(top)) return top;
    return top + std::log1p(std::exp(low - top));
  }
}

template <typename Acc>
Acc minus_infinity() {
  if constexpr (std::is_floating_point_v<Acc>) return -std::numeric_limits<Acc>::infinity();
  return Acc(0);
}

template <ScanOp op, typename T>
void scan(const Scan& s, const void* x, void* y) {
  using Acc = Accumulator<T>;
  const Acc start = op == ScanOp::sum    ? Acc(0)
                    : op == ScanOp::prod ? Acc(1)
                                         : minus_infinity<Acc>();
  for (int64_t o = 0; o < s.outer; ++o) {
    for (int64_t i = 0; i < s.inner; ++i) {
      const int64_t base = o * s.length * s.inner + i;
      Acc total = start;
      for (int64_t step = 0; step < s.length; ++step) {
        const int64_t at = base + (s.reverse ? s.length - 1 - step : step) * s.inner;
        const Acc value = static_cast<Acc>(static_cast<const T*>(x)[at]);
        const Acc next = combine<op>(total, value);
        static_cast<T*>(y)[at] = static_cast<T>(s.exclusive ? total : next);
        total = next;
      }
    }
  }
}

}  // namespace

Scan prepare_scan(ScanOp op, DType dtype, int64_t outer, int64_t length, int64_t inner,
                  bool exclusive, bool reverse) {
  Scan s{nullptr, outer, length, inner, exclusive, reverse};
  if (op == ScanOp::logsumexp) {
    dispatch_float(dtype, "CumulativeLogsumexp",
                   [&]<typename T>() { s.fn = scan<ScanOp::logsumexp, T>; });
    return s;
  }
  const bool sum = op == ScanOp::sum;
  dispatch_any_number(dtype, sum ? "Cumsum" : "Cumprod", [&]<typename T>() {
    if constexpr (!std::is_same_v<T, bool>) {
      s.fn = sum ? scan<ScanOp::sum, T> : scan<ScanOp::prod, T>;
    }
  });
  if (!s.fn) unsupported_dtype(sum ? "Cumsum" : "Cumprod", dtype);
  return s;
}

}  // namespace rill::kernels
