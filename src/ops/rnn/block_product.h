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

// y [m, n] = x [m, k] w [k, n] (+ bias) (+ what y holds already); w is packed here.
class BlockProduct {
 public:
  BlockProduct(const kernels::MatMulSpec& spec, const float* w)
      : product_(spec, w), scratch_(product_.scratch_bytes() + 64) {}

  void set(const float* x, const float* bias, float* y) {
    product_.run(x, nullptr, bias, nullptr, y, scratch());
  }
  void add(const float* x, float* y) { product_.run(x, nullptr, nullptr, y, y, scratch()); }

 private:
  void* scratch() {
    void* at = scratch_.data();
    size_t space = scratch_.size();
    return std::align(64, scratch_.size() - 64, at, space);
  }

  kernels::MatMul product_;
  std::vector<std::byte> scratch_;
};

// y[k] = f(x[k]), in place or not.
inline void apply(kernels::UnaryOp f, const float* x, int64_t n, float* y) {
  kernels::simd().unary[static_cast<int>(f)](x, y, n, 0.0f);
}

}  // namespace rill::rnn
