#include "kernels/rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/fail.h"
#include "base/thread_pool.h"
#include "kernels/dispatch.h"
#include "kernels/half_blocks.h"
#include "kernels/reduce_half.h"
#include "tensor/dispatch.h"

namespace rill::kernels {
namespace {

constexpr int64_t kRowWork = 8192;  // elements worth a thread

int64_t row_grain(int64_t columns) {
  return std::max<int64_t>(1, kRowWork / std::max<int64_t>(columns, 1));
}

void softmax_float(const Softmax& self, const void* x, void* y) {
  const auto row = self.logarithm ? simd().log_softmax_row : simd().softmax_row;
  parallel_for(self.rows, row_grain(self.columns), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      row(static_cast<const float*>(x) + r * self.columns,
          static_cast<float*>(y) + r * self.columns, self.columns);
    }
  });
}

// Lane by lane, so that no sum or comparison waits for the one before.
constexpr int64_t kLanes = 8;
template <typename V, typename F>
V fold(const V* x, int64_t n, V start, F&& f) {
  V lanes[kLanes];
  std::fill_n(lanes, kLanes, start);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int64_t j = 0; j < kLanes; ++j) lanes[j] = f(lanes[j], x[i + j]);
  }
  for (; i < n; ++i) lanes[0] = f(lanes[0], x[i]);
  for (int64_t j = 1; j < kLanes; ++j) lanes[0] = f(lanes[0], lanes[j]);
  return lanes[0];
}

// In blocks on the stack. A row of one block is read once, a longer one three times.
void softmax_row(const double* x, double* y, int64_t, int64_t n, bool logarithm) {
  constexpr int64_t kBlock = 1024;
  alignas(64) double powers[kBlock];
  const bool kept = n <= kBlock;
  const auto for_each_block = [&](auto&& work) {
    for (int64_t begin = 0; begin < n; begin += kBlock) work(begin, std::min(kBlock, n - begin));
  };
  const double top = fold(x, n, -std::numeric_limits<double>::infinity(),
                          [](double a, double b) { return b > a || b != b ? b : a; });
  const auto make_powers = [&](int64_t begin, int64_t length) {
    for (int64_t i = 0; i < length; ++i) powers[i] = x[begin + i] - top;
    simd().unary_f64[static_cast<int>(UnaryOp::exp)](powers, powers, length, 0.0);
  };
  double total = 0;
  for_each_block([&](int64_t begin, int64_t length) {
    make_powers(begin, length);
    total += fold(powers, length, 0.0, [](double a, double b) { return a + b; });
  });
  const double shift = std::log(total);
  for_each_block([&](int64_t begin, int64_t length) {
    if (!kept && !logarithm) make_powers(begin, length);
    for (int64_t i = 0; i < length; ++i) {
      y[begin + i] = logarithm ? (x[begin + i] - top) - shift : powers[i] / total;
    }
  });
}

// Half types: every step is rounded to the type, as TensorFlow's are
// (tensorflow/core/kernels/softmax_op_functor.h). The row begins at element `first` of the tensor.
template <typename T>
void softmax_row(const T* x, T* y, int64_t first, int64_t n, bool logarithm) {
  alignas(64) float block[kHalfBlock];
  const auto for_each_block = [&](const T* from, T* to, auto&& work) {
    for (int64_t begin = 0; begin < n; begin += kHalfBlock) {
      const int64_t length = std::min(kHalfBlock, n - begin);
      to_float(from + begin, block, length);
      work(length);
      if (to != nullptr) from_float(block, to + begin, length);
    }
  };
  const auto exp = [&](int64_t length) {
    simd().unary[static_cast<int>(UnaryOp::exp)](block, block, length, 0.0f);
  };
  float top = -std::numeric_limits<float>::infinity();
  for_each_block(x, nullptr, [&](int64_t length) {
    top = fold(block, length, top, [](float a, float b) { return b > a || b != b ? b : a; });
  });
  for_each_block(x, y, [&](int64_t length) {
    for (int64_t i = 0; i < length; ++i) block[i] -= top;
  });
  if (logarithm) {
    std::array<T, kHalfBlock> few;
    std::vector<T> many(n > kHalfBlock ? static_cast<size_t>(n) : 0);
    T* powers = many.empty() ? few.data() : many.data();
    for_each_block(y, powers, exp);
    const auto shift = static_cast<float>(T(std::log(half_sum(powers, first, n))));
    for_each_block(y, y, [&](int64_t length) {
      for (int64_t i = 0; i < length; ++i) block[i] -= shift;
    });
    return;
  }
  for_each_block(y, y, exp);
  const auto share = static_cast<float>(T(1.0f / half_sum(y, first, n)));
  for_each_block(y, y, [&](int64_t length) {
    for (int64_t i = 0; i < length; ++i) block[i] *= share;
  });
}

template <typename T>
void softmax_in_blocks(const Softmax& self, const void* x, void* y) {
  const int64_t n = self.columns;
  parallel_for(self.rows, row_grain(n), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      softmax_row(static_cast<const T*>(x) + r * n, static_cast<T*>(y) + r * n, r * n, n,
                  self.logarithm);
    }
  });
}

}  // namespace

Softmax prepare_softmax(DType dtype, int64_t rows, int64_t columns, bool logarithm) {
  Softmax result;
  result.rows = columns == 0 ? 0 : rows;
  result.columns = columns;
  result.logarithm = logarithm;
  dispatch_float(dtype, logarithm ? "LogSoftmax" : "Softmax", [&]<typename T>() {
    if constexpr (std::is_same_v<T, float>) {
      result.fn = softmax_float;
    } else {
      result.fn = softmax_in_blocks<T>;
    }
  });
  return result;
}

void LayerNorm::run(const float* x, const float* gamma, const float* beta, float* y, float* mean,
                    float* inverse) const noexcept {
  const auto row = simd().normalise_row;
  parallel_for(rows, row_grain(columns), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      row(x + r * columns, gamma, beta, y + r * columns, columns, epsilon, rms,
          mean == nullptr ? nullptr : mean + r, inverse == nullptr ? nullptr : inverse + r);
    }
  });
}

ScaleShift prepare_scale_shift(int64_t outer, int64_t channels, int64_t inner, bool channels_first,
                               UnaryOp activation, float alpha) {
  if (simd().unary[static_cast<int>(activation)] == nullptr) {
    fail(Code::unimplemented, "Activation ", static_cast<int>(activation),
         " cannot be fused into a bias addition");
  }
  return {outer, channels, inner, channels_first, activation, alpha};
}

void ScaleShift::run(const float* x, const float* scale, const float* shift,
                     float* y) const noexcept {
  const SimdTable& table = simd();
  const auto act = table.unary[static_cast<int>(activation)];
  const bool plain = activation == UnaryOp::identity;
  constexpr int64_t kTile = 2048;
  if (channels_first) {
    const int64_t grain = std::max<int64_t>(1, 16384 / std::max<int64_t>(inner, 1));
    parallel_for(outer * channels, grain, [&](int64_t begin, int64_t end) {
      for (int64_t p = begin; p < end; ++p) {
        const float a = scale == nullptr ? 1.0f : scale[p % channels];
        const float b = shift == nullptr ? 0.0f : shift[p % channels];
        for (int64_t i = 0; i < inner; i += kTile) {
          const int64_t n = std::min(kTile, inner - i);
          float* to = y + p * inner + i;
          table.scale_shift_one(x + p * inner + i, a, b, to, n);
          if (!plain) act(to, to, n, alpha);
        }
      }
    });
    return;
  }
  // Narrow rows: the channels are repeated into a wide row on the stack.
  constexpr int64_t kWide = 512;
  const int64_t fold = channels < 128 && outer > 1 && channels > 0 ? kWide / channels : 1;
  const int64_t width = fold * channels;
  const int64_t grain = std::max<int64_t>(1, 16384 / std::max<int64_t>(channels, 1));
  parallel_for(outer, grain, [&](int64_t begin, int64_t end) {
    alignas(64) float wide[2][kWide];
    const float* a = scale;
    const float* b = shift;
    if (fold > 1) {
      for (int64_t i = 0; i < width; ++i) {
        if (scale != nullptr) wide[0][i] = scale[i % channels];
        if (shift != nullptr) wide[1][i] = shift[i % channels];
      }
      if (scale != nullptr) a = wide[0];
      if (shift != nullptr) b = wide[1];
    }
    const int64_t stop = end * channels;
    for (int64_t i = begin * channels; i < stop; i += width) {
      const int64_t row = std::min(width, stop - i);
      for (int64_t c = 0; c < row; c += kTile) {
        const int64_t n = std::min(kTile, row - c);
        table.scale_shift(x + i + c, a == nullptr ? nullptr : a + c, b == nullptr ? nullptr : b + c,
                          y + i + c, n);
        if (!plain) act(y + i + c, y + i + c, n, alpha);
      }
    }
  });
}

void batch_norm_scale_shift(const float* gamma, const float* beta, const float* mean,
                            const float* variance, float epsilon, int64_t channels, float* scale,
                            float* shift) noexcept {
  for (int64_t c = 0; c < channels; ++c) {
    const double inverse = 1.0 / std::sqrt(static_cast<double>(variance[c]) + epsilon);
    const double a = gamma == nullptr ? inverse : gamma[c] * inverse;
    scale[c] = static_cast<float>(a);
    shift[c] = static_cast<float>((beta == nullptr ? 0.0 : beta[c]) - mean[c] * a);
  }
}

}  // namespace rill::kernels
