// The order of the steps: unsupported/Eigen/CXX11/src/Tensor/TensorReduction.h
// (InnerMostDimReducer, InnerMostDimPreserver, GenericDimReducer) with packets of eight, behind the
// dimensions that tensorflow/core/kernels/reduction_ops_common.cc merges.
#include "kernels/reduce_half.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/half_blocks.h"

namespace rill::kernels {
namespace {

constexpr int64_t kPacket = 8;
constexpr int64_t kUnrolled = 4 * kPacket;
constexpr int64_t kHalfTile = 64;
constexpr int64_t kMinUnrolledRows = 16;
constexpr int64_t kLeaf = 200 * kPacket;  // longer sums are halved

// x rounded to the nearest number that the type has, ties to even.
template <typename T>
float rounded(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  const uint32_t size = bits & 0x7fffffffU, sign = bits ^ size;
  constexpr int kDropped = std::is_same_v<T, float16> ? 13 : 16;
  const uint32_t half_step = (1U << (kDropped - 1)) - 1;
  uint32_t near = (size + half_step + ((size >> kDropped) & 1U)) & ~((1U << kDropped) - 1);
  if constexpr (std::is_same_v<T, float16>) {
    constexpr uint32_t kTooLarge = 0x47800000;  // 2^16
    constexpr uint32_t kNormal = 0x38800000;    // 2^-14; below it the step is 2^-24
    near = near >= kTooLarge ? 0x7f800000U : near;
    const float tiny = (std::bit_cast<float>(size) + 0.5F) - 0.5F;
    near = size < kNormal ? std::bit_cast<uint32_t>(tiny) : near;
  }
  return x != x ? x : std::bit_cast<float>(sign | near);
}

template <ReduceOp op, typename T>
struct HalfSteps {
  static constexpr float kStart = op == ReduceOp::prod ? 1.0F : 0.0F;

  static float wide(float a, float b) { return op == ReduceOp::prod ? a * b : a + b; }
  static float join(float a, float b) { return rounded<T>(wide(a, b)); }
  static float element(float x) { return op == ReduceOp::euclidean_norm ? rounded<T>(x * x) : x; }
  static void join_all(float* acc, const float* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i) acc[i] = join(acc[i], element(x[i]));
  }
  static T finish(float acc, int64_t count) {
    if (op == ReduceOp::mean) acc /= static_cast<float>(T(static_cast<float>(count)));
    if (op == ReduceOp::euclidean_norm) acc = std::sqrt(acc);
    return T(acc);
  }

  // acc[c] = join(acc[c], element(x[r, c])), row after row; columns <= kHalfTile.
  [[gnu::noinline]] static void join_rows(const T* x, int64_t rows, int64_t stride, int64_t columns,
                                          float* acc) {
    if constexpr (std::is_same_v<T, float16> && (op == ReduceOp::sum || op == ReduceOp::mean)) {
      simd().add_halves(reinterpret_cast<const uint16_t*>(x), rows, stride, columns, acc);
      return;
    }
    alignas(64) float row[kHalfTile];
    for (int64_t r = 0; r < rows; ++r) {
      to_float(x + r * stride, row, columns);
      join_all(acc, row, columns);
    }
  }

  // Four packets side by side, then one, then single elements.
  static float run(const T* x, int64_t n) {
    alignas(64) float acc[kUnrolled], tail[kUnrolled];
    std::fill_n(acc, kUnrolled, kStart);
    join_rows(x, n / kUnrolled, kUnrolled, kUnrolled, acc);
    for (int64_t k = kPacket; k < kUnrolled; ++k) acc[k % kPacket] = join(acc[k % kPacket], acc[k]);
    const int64_t left = n % kUnrolled, packets = left / kPacket;
    to_float(x + n - left, tail, left);
    for (int64_t k = 0; k < packets; ++k) join_all(acc, tail + k * kPacket, kPacket);
    float rest = kStart;
    for (int64_t j = packets * kPacket; j < left; ++j) rest = join(rest, element(tail[j]));
    return join(rest, across(acc));
  }

  static float across(const float* p) {
    float pair[4];
    for (int k = 0; k < 4; ++k) pair[k] = wide(p[k], p[k + 4]);
    return rounded<T>(wide(wide(pair[0], pair[2]), wide(pair[1], pair[3])));
  }

  // x[0, n), which begins at element `first` of the tensor: cuts are multiples of a packet there.
  [[gnu::noinline]] static float tree(const T* x, int64_t first, int64_t n) {
    if (op == ReduceOp::prod || n <= kLeaf) return run(x, n);
    const int64_t middle = first + (n + 1) / 2;
    const int64_t left = std::min((middle + kPacket - 1) / kPacket * kPacket - first, n);
    const float sum = join(kStart, tree(x, first, left));
    return left < n ? join(sum, tree(x + left, first + left, n - left)) : sum;
  }

  // Down `columns` (at most kHalfTile) columns at once; `unrolled`: four sums side by side.
  static void down(const T* x, int64_t rows, int64_t stride, int64_t columns, bool unrolled, T* y) {
    alignas(64) float acc[4][kHalfTile];
    for (auto& a : acc) std::fill_n(a, columns, kStart);
    const int64_t side_by_side = unrolled && rows >= kMinUnrolledRows ? rows / 4 * 4 : 0;
    for (int k = 0; k < 4 && side_by_side > 0; ++k) {
      join_rows(x + k * stride, side_by_side / 4, 4 * stride, columns, acc[k]);
      for (int64_t c = 0; c < columns && k > 0; ++c) acc[0][c] = join(acc[0][c], acc[k][c]);
    }
    join_rows(x + side_by_side * stride, rows - side_by_side, stride, columns, acc[0]);
    for (int64_t c = 0; c < columns; ++c) y[c] = finish(acc[0][c], rows);
  }

  // The columns [c, last) of the middle dimension of [outer, rows, columns]. Whole packets of the
  // result that lie in one row of it are unrolled.
  [[gnu::noinline]] static void middle(const T* x, int64_t rows, int64_t columns, int64_t outer,
                                       int64_t c, int64_t last, T* y) {
    const int64_t first = outer * columns;
    const int64_t head = std::min((kPacket - first % kPacket) % kPacket, columns);
    const int64_t whole = head + (columns - head) / kPacket * kPacket;
    x += first * rows;
    while (c < last) {
      const int64_t end = std::min(last, c < head ? head : c < whole ? whole : columns);
      const int64_t n = std::min(end - c, kHalfTile);
      down(x + c, rows, columns, n, c >= head && c < whole, y + first + c);
      c += n;
    }
  }

  // The first and the last dimension: down the first for each of the last.
  static float around(const ReduceShape& s, const T* x) {
    float acc = kStart;
    for (int64_t j = 0; j < s.reduced[0]; ++j) {
      for (int64_t i = 0; i < s.reduced[1]; ++i) {
        acc = join(acc, element(static_cast<float>(x[j + i * s.reduced_stride[1]])));
      }
    }
    return acc;
  }

  // Any dimensions: one after the other, as after a transposition.
  static float gathered(const ReduceShape& s, const T* x, int64_t output) {
    std::vector<T> items;
    items.reserve(static_cast<size_t>(s.count));
    for (int64_t outer = 0; outer < s.outer_reduced; ++outer) {
      const T* from = x + s.reduced_offset(outer);
      for (int64_t i = 0; i < s.reduced[0]; ++i) items.push_back(from[i * s.reduced_stride[0]]);
    }
    return tree(items.data(), output * s.count, s.count);
  }

  static float one(const ReduceShape& s, const T* x, int64_t output) {
    x += s.kept_offset(output / s.kept[0]) + output % s.kept[0] * s.kept_stride[0];
    const bool inner = s.kept[0] == 1;
    if (inner && s.levels <= 2 && s.reduced[s.levels - 1] == (s.levels == 1 ? s.count : 1)) {
      return tree(x, output * s.count, s.count);
    }
    return inner && s.levels == 2 ? around(s, x) : gathered(s, x, output);
  }
};

template <ReduceOp op, typename T>
void reduce_half(const Reduce& self, const void* from, void* to) {
  using Steps = HalfSteps<op, T>;
  const ReduceShape& s = self.shape;
  const auto* x = static_cast<const T*>(from);
  auto* y = static_cast<T*>(to);
  const int64_t grain = std::max<int64_t>(1, 16'384 / std::max<int64_t>(s.count, 1));
  if (s.kept[0] > 1 && (s.levels == 1 || (s.levels == 2 && s.reduced[1] == 1))) {
    const int64_t columns = s.kept[0], tiles = (columns + kHalfTile - 1) / kHalfTile;
    parallel_for(s.outputs / columns * tiles, std::max<int64_t>(1, grain * tiles / columns),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t first = i % tiles * kHalfTile;
                     Steps::middle(x, s.reduced[0], columns, i / tiles, first,
                                   std::min(columns, first + kHalfTile), y);
                   }
                 });
    return;
  }
  parallel_for(s.outputs, grain, [&](int64_t begin, int64_t end) {
    for (int64_t o = begin; o < end; ++o) y[o] = Steps::finish(Steps::one(s, x, o), s.count);
  });
}

}  // namespace

float half_sum(const float16* x, int64_t first, int64_t n) {
  return HalfSteps<ReduceOp::sum, float16>::tree(x, first, n);
}
float half_sum(const bfloat16* x, int64_t first, int64_t n) {
  return HalfSteps<ReduceOp::sum, bfloat16>::tree(x, first, n);
}

Reduce::Fn half_reduction(ReduceOp op, DType dtype) noexcept {
  if (op == ReduceOp::prod && dtype == DType::bfloat16)
    return reduce_half<ReduceOp::prod, bfloat16>;
  if (dtype != DType::float16) return nullptr;
  switch (op) {
    case ReduceOp::sum:
      return reduce_half<ReduceOp::sum, float16>;
    case ReduceOp::mean:
      return reduce_half<ReduceOp::mean, float16>;
    case ReduceOp::prod:
      return reduce_half<ReduceOp::prod, float16>;
    case ReduceOp::euclidean_norm:
      return reduce_half<ReduceOp::euclidean_norm, float16>;
    default:
      return nullptr;
  }
}

}  // namespace rill::kernels
