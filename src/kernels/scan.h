// Running sums, products, and log-sum-exps along one axis.
#pragma once

#include <cstdint>

#include "rill/dtype.hpp"

namespace rill::kernels {

enum class ScanOp : uint8_t { sum, prod, logsumexp };

struct Scan {
  using Fn = void (*)(const Scan& self, const void* x, void* y);
  Fn fn = nullptr;
  int64_t outer = 1, length = 1, inner = 1;
  bool exclusive = false;  // element i without x[i] itself
  bool reverse = false;    // from the end

  void run(const void* x, void* y) const { fn(*this, x, y); }
};

// Throws UNIMPLEMENTED for a dtype that is not a number; logsumexp is for floats.
Scan prepare_scan(ScanOp op, DType dtype, int64_t outer, int64_t length, int64_t inner,
                  bool exclusive, bool reverse);

}  // namespace rill::kernels
