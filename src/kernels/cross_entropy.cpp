#include "kernels/cross_entropy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/thread_pool.h"
#include "kernels/accumulate.h"
#include "kernels/dispatch.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

int64_t row_grain(const CrossEntropy& self) {
  return std::max<int64_t>(1, 4096 / std::max<int64_t>(1, self.classes));
}

template <typename T, typename F>
void each_row(const CrossEntropy& self, const void* logits, void* gradient, F&& finish) {
  using Acc = Accumulator<T>;
  parallel_for(self.rows, row_grain(self), [&](int64_t begin, int64_t end) {
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

// e[c] = exp(x[c] - top), where top is the largest of x.
struct Exponentials {
  float top;
  float sum;
};
Exponentials exponentials(const float* x, int64_t n, float* e) {
  float top = -std::numeric_limits<float>::infinity();
  for (int64_t c = 0; c < n; ++c) top = std::max(top, x[c]);
  for (int64_t c = 0; c < n; ++c) e[c] = x[c] - top;
  const SimdTable& table = simd();
  table.unary[static_cast<int>(UnaryOp::exp)](e, e, n, 0.0f);
  double sum = 0;
  constexpr int64_t kBlock = 4096;
  for (int64_t c = 0; c < n; c += kBlock) {
    sum += table.reduce[static_cast<int>(FloatReduce::sum)](e + c, std::min(kBlock, n - c), 0.0f);
  }
  return {top, static_cast<float>(sum)};
}

void dense_float(const CrossEntropy& self, const void* logits, const void* labels, void* loss,
                 void* gradient) {
  if (self.logits_class != 1) return dense<float>(self, logits, labels, loss, gradient);
  const int64_t n = self.classes;
  parallel_for(self.rows, row_grain(self), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const float* x = static_cast<const float*>(logits) + r * self.logits_row;
      const float* p = static_cast<const float*>(labels) + r * self.labels_row;
      float* dx = static_cast<float*>(gradient) + r * n;
      const auto [top, sum] = exponentials(x, n, dx);
      const float log_sum = std::log(sum);
      float total = 0;
      for (int64_t c = 0; c < n; ++c) {
        const float label = p[c * self.labels_class];
        total += label * (log_sum - (x[c] - top));
        dx[c] = dx[c] / sum - label;
      }
      static_cast<float*>(loss)[r] = total;
    }
  });
}

template <typename I>
void sparse_float(const CrossEntropy& self, const void* logits, const void* labels, void* loss,
                  void* gradient) {
  const int64_t n = self.classes;
  parallel_for(self.rows, row_grain(self), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const float* x = static_cast<const float*>(logits) + r * self.logits_row;
      float* dx = static_cast<float*>(gradient) + r * n;
      const auto label = static_cast<int64_t>(static_cast<const I*>(labels)[r]);
      const auto [top, sum] = exponentials(x, n, dx);
      for (int64_t c = 0; c < n; ++c) dx[c] /= sum;
      dx[label] -= 1.0f;
      static_cast<float*>(loss)[r] = std::log(sum) - (x[label] - top);
    }
  });
}

}  // namespace

CrossEntropy cross_entropy(DType dtype, int64_t rows, int64_t classes) {
  CrossEntropy c{.rows = rows, .classes = classes, .logits_row = classes, .labels_row = classes};
  dispatch_float(dtype, "SoftmaxCrossEntropyWithLogits", [&]<typename T>() { c.fn = dense<T>; });
  if (dtype == DType::float32) c.fn = dense_float;
  return c;
}

CrossEntropy sparse_cross_entropy(DType dtype, DType label_dtype, int64_t rows, int64_t classes) {
  CrossEntropy c{.rows = rows, .classes = classes, .logits_row = classes};
  dispatch_float(dtype, "SparseSoftmaxCrossEntropyWithLogits", [&]<typename T>() {
    c.fn = label_dtype == DType::int32 ? sparse<T, int32_t> : sparse<T, int64_t>;
  });
  if (dtype == DType::float32) {
    c.fn = label_dtype == DType::int32 ? sparse_float<int32_t> : sparse_float<int64_t>;
  }
  return c;
}

}  // namespace rill::kernels
