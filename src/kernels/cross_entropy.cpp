#include "kernels/cross_entropy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/thread_pool.h"
#include "kernels/accumulate.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

template <typename T, typename F>
void each_row(const CrossEntropy& self, const void* logits, void* gradient, F&& finish) {
  using Acc = Accumulator<T>;
  const int64_t grain = std::max<int64_t>(1, 4096 / std::max<int64_t>(1, self.classes));
  parallel_for(self.rows, grain, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const T* x = static_cast<const T*>(logits) + r * self.logits_row;
      T* dx = static_cast<T*>(gradient) + r * self.classes;
      Acc top = -std::numeric_limits<Acc>::infinity();
      for (int64_t c = 0; c < self.classes; ++c) {
        top = std::max(top, static_cast<Acc>(x[c * self.logits_class]));
      }
      Acc sum = 0;
      for (int64_t c = 0; c < self.classes; ++c) {
        sum += std::exp(static_cast<Acc>(x[c * self.logits_class]) - top);
      }
      finish(r, x, dx, top, sum);
    }
  });
}

// loss = sum(labels * (log(sum(exp(x - top))) - (x - top))), dx = softmax(x) - labels
template <typename T>
void dense(const CrossEntropy& self, const void* logits, const void* labels, void* loss,
           void* gradient) {
  using Acc = Accumulator<T>;
  each_row<T>(self, logits, gradient, [&](int64_t r, const T* x, T* dx, Acc top, Acc sum) {
    const T* p = static_cast<const T*>(labels) + r * self.labels_row;
    const Acc log_sum = std::log(sum);
    Acc total = 0;
    for (int64_t c = 0; c < self.classes; ++c) {
      const Acc label = static_cast<Acc>(p[c * self.labels_class]);
      const Acc shifted = static_cast<Acc>(x[c * self.logits_class]) - top;
      total += label * (log_sum - shifted);
      dx[c] = static_cast<T>(std::exp(shifted) / sum - label);
    }
    static_cast<T*>(loss)[r] = static_cast<T>(total);
  });
}

template <typename T, typename I>
void sparse(const CrossEntropy& self, const void* logits, const void* labels, void* loss,
            void* gradient) {
  using Acc = Accumulator<T>;
  each_row<T>(self, logits, gradient, [&](int64_t r, const T* x, T* dx, Acc top, Acc sum) {
    const int64_t label = static_cast<int64_t>(static_cast<const I*>(labels)[r]);
    for (int64_t c = 0; c < self.classes; ++c) {
      const Acc shifted = static_cast<Acc>(x[c]) - top;
      dx[c] = static_cast<T>(std::exp(shifted) / sum - (c == label ? Acc(1) : Acc(0)));
    }
    static_cast<T*>(loss)[r] = static_cast<T>(std::log(sum) - (static_cast<Acc>(x[label]) - top));
  });
}

}  // namespace

CrossEntropy cross_entropy(DType dtype, int64_t rows, int64_t classes) {
  CrossEntropy c{.rows = rows, .classes = classes, .logits_row = classes, .labels_row = classes};
  dispatch_float(dtype, "SoftmaxCrossEntropyWithLogits", [&]<typename T>() { c.fn = dense<T>; });
  return c;
}

CrossEntropy sparse_cross_entropy(DType dtype, DType label_dtype, int64_t rows, int64_t classes) {
  CrossEntropy c{.rows = rows, .classes = classes, .logits_row = classes};
  dispatch_float(dtype, "SparseSoftmaxCrossEntropyWithLogits", [&]<typename T>() {
    c.fn = label_dtype == DType::int32 ? sparse<T, int32_t> : sparse<T, int64_t>;
  });
  return c;
}

}  // namespace rill::kernels
