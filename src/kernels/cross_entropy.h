// Softmax cross entropy: one loss a row and its gradient with respect to the logits.
#pragma once

#include <cstdint>

#include "rill/dtype.hpp"

namespace rill::kernels {

struct CrossEntropy {
  // labels: probabilities (classes apart, or the same for every row), or one class a row.
  using Fn = void (*)(const CrossEntropy& self, const void* logits, const void* labels, void* loss,
                      void* gradient);
  Fn fn = nullptr;
  int64_t rows = 0;
  int64_t classes = 0;
  // Elements from one row to the next, and from one class to the next: 0 where one is broadcast.
  int64_t logits_row = 0, logits_class = 1;
  int64_t labels_row = 0, labels_class = 1;

  void run(const void* logits, const void* labels, void* loss, void* gradient) const {
    fn(*this, logits, labels, loss, gradient);
  }
};

CrossEntropy cross_entropy(DType dtype, int64_t rows, int64_t classes);
// The labels are class numbers that the caller has checked: in [0, classes).
CrossEntropy sparse_cross_entropy(DType dtype, DType label_dtype, int64_t rows, int64_t classes);

}  // namespace rill::kernels
