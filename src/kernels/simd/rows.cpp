#include <cstddef>
#include <cstdint>

#include "kernels/simd/math.h"
#include "kernels/simd/table.h"

namespace rill::kernels::RILL_ISA {
namespace {

constexpr int kLanes = 32;
constexpr int64_t kBlock = 2048;  // summed in float; blocks are summed in double

struct Lanes {
  float at[kLanes];
  inline void fill(float value) {
    for (int j = 0; j < kLanes; ++j) at[j] = value;
  }
  inline float sum() {
#pragma GCC unroll 8
    for (int width = kLanes / 2; width > 0; width /= 2) {
      for (int j = 0; j < width; ++j) at[j] += at[j + width];
    }
    return at[0];
  }
  inline float max() {
#pragma GCC unroll 8
    for (int width = kLanes / 2; width > 0; width /= 2) {
      for (int j = 0; j < width; ++j) at[j] = max1(at[j], at[j + width]);
    }
    return at[0];
  }
};

float row_max(const float* x, int64_t n) {
  Lanes lanes;
  lanes.fill(-kInf);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) lanes.at[j] = max1(lanes.at[j], x[i + j]);
  }
  for (int j = 0; i < n; ++i, ++j) lanes.at[j] = max1(lanes.at[j], x[i]);
  return lanes.max();
}

template <typename Term>
double sum_of(int64_t n, Term term) {
  double total = 0;
  for (int64_t begin = 0; begin < n; begin += kBlock) {
    const int64_t end = begin + kBlock < n ? begin + kBlock : n;
    Lanes lanes;
    lanes.fill(0.0f);
    int64_t i = begin;
    for (; i + kLanes <= end; i += kLanes) {
      for (int j = 0; j < kLanes; ++j) lanes.at[j] += term(i + j);
    }
    for (int j = 0; i < end; ++i, ++j) lanes.at[j] += term(i);
    total += static_cast<double>(lanes.sum());
  }
  return total;
}

// Rows of up to `width` elements, padded to that width: everything is one or two registers.
template <int width>
void softmax_short(const float* x, float* y, int64_t n, bool logarithm) {
  float row[width];
  float e[width];
  float fold[width];
  // Masked loads and stores where the instruction set has them: a copy of `n` floats in two or
  // three pieces would be waited for before it can be read as one register.
  for (int j = 0; j < width; ++j) row[j] = j < n ? x[j] : -kInf;
  for (int j = 0; j < width; ++j) fold[j] = row[j];
#pragma GCC unroll 8
  for (int half = width / 2; half > 0; half /= 2) {
    for (int j = 0; j < half; ++j) fold[j] = max1(fold[j], fold[j + half]);
  }
  const float top = fold[0];
  for (int j = 0; j < width; ++j) {
    const float v = exp1(row[j] - top);
    e[j] = j < n ? v : 0.0f;  // -inf - -inf is NaN in the padding, too
  }
  for (int j = 0; j < width; ++j) fold[j] = e[j];
#pragma GCC unroll 8
  for (int half = width / 2; half > 0; half /= 2) {
    for (int j = 0; j < half; ++j) fold[j] += fold[j + half];
  }
  if (logarithm) {
    const float shift = log1(fold[0]);
    for (int j = 0; j < width; ++j) e[j] = (row[j] - top) - shift;
  } else {
    const float scale = 1.0f / fold[0];
    for (int j = 0; j < width; ++j) e[j] *= scale;
  }
  for (int j = 0; j < width; ++j) {
    if (j < n) y[j] = e[j];
  }
}

void softmax_row(const float* x, float* y, int64_t n) {
  if (n <= 16) return softmax_short<16>(x, y, n, false);
  if (n <= 32) return softmax_short<32>(x, y, n, false);
  const float top = row_max(x, n);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) y[i] = exp1(x[i] - top);
  const float scale = static_cast<float>(1.0 / sum_of(n, [y](int64_t i) { return y[i]; }));
  for (int64_t i = 0; i < n; ++i) y[i] *= scale;
}

void log_softmax_row(const float* x, float* y, int64_t n) {
  if (n <= 16) return softmax_short<16>(x, y, n, true);
  if (n <= 32) return softmax_short<32>(x, y, n, true);
  const float top = row_max(x, n);
  const auto total =
      static_cast<float>(sum_of(n, [x, top](int64_t i) { return exp1(x[i] - top); }));
  const float shift = log1(total);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) y[i] = (x[i] - top) - shift;
}

void normalise_row(const float* x, const float* gamma, const float* beta, float* y, int64_t n,
                   float epsilon, bool rms, float* mean_out, float* inverse_out) {
  const double count = static_cast<double>(n);
  const float mean =
      rms ? 0.0f : static_cast<float>(sum_of(n, [x](int64_t i) { return x[i]; }) / count);
  const double variance =
      sum_of(n, [x, mean](int64_t i) { return (x[i] - mean) * (x[i] - mean); }) / count;
  const auto inverse =
      static_cast<float>(1.0 / __builtin_sqrt(variance + static_cast<double>(epsilon)));
  if (gamma != nullptr && beta != nullptr) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * inverse * gamma[i] + beta[i];
  } else if (gamma != nullptr) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * inverse * gamma[i];
  } else if (beta != nullptr) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * inverse + beta[i];
  } else {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * inverse;
  }
  if (mean_out != nullptr) *mean_out = mean;
  if (inverse_out != nullptr) *inverse_out = inverse;
}

void scale_shift(const float* x, const float* scale, const float* shift, float* y, int64_t n) {
  if (scale != nullptr && shift != nullptr) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = x[i] * scale[i] + shift[i];
  } else if (scale != nullptr) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = x[i] * scale[i];
  } else if (shift != nullptr) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) y[i] = x[i] + shift[i];
  } else if (x != y) {
    __builtin_memmove(y, x, static_cast<size_t>(n) * sizeof(float));
  }
}

void scale_shift_one(const float* x, float scale, float shift, float* y, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] * scale + shift;
}

}  // namespace

void fill_rows(SimdTable& table);
void fill_rows(SimdTable& table) {
  table.softmax_row = softmax_row;
  table.log_softmax_row = log_softmax_row;
  table.normalise_row = normalise_row;
  table.scale_shift = scale_shift;
  table.scale_shift_one = scale_shift_one;
}

}  // namespace rill::kernels::RILL_ISA
