// What the block ops of recurrent cells do a step: products of rows with weights, activations.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/dispatch.h"
#include "kernels/gemm.h"

namespace rill::rnn {

inline kernels::MatMulSpec product_spec(int64_t m, int64_t k, int64_t n) {
  kernels::MatMulSpec spec;
  spec.m = m;
  spec.k = k;
  spec.n = n;
  spec.threads = max_threads();
  return spec;
}

// What a product needs whose weights are only there when it runs.
class BlockScratch {
 public:
  explicit BlockScratch(const kernels::MatMul& product)
      : bytes_(product.scratch_bytes()), memory_(bytes_ + 64) {}
  void* get() {
    void* at = memory_.data();
    size_t space = memory_.size();
    return std::align(64, bytes_, at, space);
  }

 private:
  size_t bytes_;
  std::vector<std::byte> memory_;
};

// y[k] = f(x[k]), in place or not.
inline void apply(kernels::UnaryOp f, const float* x, int64_t n, float* y) {
  kernels::simd().unary[static_cast<int>(f)](x, y, n, 0.0f);
}

}  // namespace rill::rnn
