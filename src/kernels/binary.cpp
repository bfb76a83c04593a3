#include <algorithm>

#include "base/fail.h"
#include "base/thread_pool.h"
#include "kernels/binary_functions.h"
#include "kernels/binary_loops.h"
#include "kernels/complex_elementwise.h"
#include "kernels/dispatch.h"
#include "kernels/elementwise.h"
#include "kernels/half_blocks.h"
#include "kernels/op_table.h"

namespace rill::kernels {
namespace {

using enum BinaryMode;

void simd_loop(const Binary& self, const void* a, const void* b, void* y, int64_t n,
               BinaryMode mode) {
  simd().binary[static_cast<int>(self.op)](static_cast<const float*>(a),
                                           static_cast<const float*>(b), static_cast<float*>(y), n,
                                           mode, static_cast<float>(self.alpha));
}

void simd_compare(const Binary& self, const void* a, const void* b, void* y, int64_t n,
                  BinaryMode mode) {
  simd().compare[static_cast<int>(self.op)](
      static_cast<const float*>(a), static_cast<const float*>(b), static_cast<bool*>(y), n, mode);
}

// x^2 and the like are common, and much cheaper than a power.
void simd_power(const Binary& self, const void* a, const void* b, void* y, int64_t n,
                BinaryMode mode) {
  if (mode == vector_scalar) {
    const float exponent = *static_cast<const float*>(b);
    const auto map = [&](UnaryOp op) {
      simd().unary[static_cast<int>(op)](static_cast<const float*>(a), static_cast<float*>(y), n,
                                         0.0f);
    };
    if (exponent == 2.0f) return map(UnaryOp::square);
    if (exponent == 1.0f) return map(UnaryOp::identity);
    if (exponent == -1.0f) return map(UnaryOp::reciprocal);
  }
  simd_loop(self, a, b, y, n, mode);
}

template <typename H>
void half_loop(const Binary& self, const void* input_a, const void* input_b, void* output,
               int64_t n, BinaryMode mode) {
  const H* a = static_cast<const H*>(input_a);
  const H* b = static_cast<const H*>(input_b);
  alignas(64) float block_a[kHalfBlock];
  alignas(64) float block_b[kHalfBlock];
  if (mode == scalar_vector) to_float(a, block_a, 1);
  if (mode == vector_scalar) to_float(b, block_b, 1);
  for (int64_t begin = 0; begin < n; begin += kHalfBlock) {
    const int64_t length = std::min(kHalfBlock, n - begin);
    if (mode != scalar_vector) to_float(a + begin, block_a, length);
    if (mode != vector_scalar) to_float(b + begin, block_b, length);
    if (is_comparison(self.op)) {
      self.in_float(self, block_a, block_b, static_cast<bool*>(output) + begin, length, mode);
    } else {
      float* result = mode == scalar_vector ? block_b : block_a;
      self.in_float(self, block_a, block_b, result, length, mode);
      from_float(result, static_cast<H*>(output) + begin, length);
    }
  }
}

Binary::Fn generic(BinaryOp op, DType dtype) noexcept {
  return loop_for<Binary::Fn>(
      dtype, [&]<typename T>() { return binary_loop<T>(op); },
      []<typename H>() -> Binary::Fn { return half_loop<H>; },
      [&] { return complex_binary(op, dtype); });
}

// floor_div and trunc_div of half types in float: the quotient is rounded to H before it is cut.
template <typename H>
void cut_quotients(const Binary& self, const void* input_a, const void* input_b, void* output,
                   int64_t n, BinaryMode mode) {
  const auto* a = static_cast<const float*>(input_a);
  const auto* b = static_cast<const float*>(input_b);
  auto* y = static_cast<float*>(output);
  for (int64_t i = 0; i < n; ++i) {
    const float quotient = H(a[mode == scalar_vector ? 0 : i] / b[mode == vector_scalar ? 0 : i]);
    y[i] = self.op == BinaryOp::floor_div ? std::floor(quotient) : std::trunc(quotient);
  }
}

Binary::Fn best_float(BinaryOp op) {
  if (simd().binary[static_cast<int>(op)] != nullptr) return simd_loop;
  if (simd().compare[static_cast<int>(op)] != nullptr) return simd_compare;
  if (op == BinaryOp::pow) return simd_power;
  return generic(op, DType::float32);
}

// Rows shorter than this are gathered into blocks first: a call per row would cost more.
constexpr int64_t kShortRow = 24;
constexpr int64_t kBlockBytes = 4096;

template <typename T>
void gather_block(const BroadcastN& shape, int operand, const T* from, T* to, int64_t begin,
                  int64_t end) {
  shape.for_each_row(begin, end, [&](int64_t at, int64_t n, const int64_t* offset) {
    const T* row = from + offset[operand];
    T* out = to + (at - begin);
    if (shape.stride[operand][0] != 0) {
      for (int64_t i = 0; i < n; ++i) out[i] = row[i];
    } else {
      for (int64_t i = 0; i < n; ++i) out[i] = *row;
    }
  });
}

struct Sixteen {
  uint64_t half[2];
};

void gather_bytes(const BroadcastN& shape, int operand, int size, const void* from, void* to,
                  int64_t begin, int64_t end) {
  const auto gather = [&]<typename T>() {
    gather_block(shape, operand, static_cast<const T*>(from), static_cast<T*>(to), begin, end);
  };
  switch (size) {
    case 1:
      return gather.operator()<uint8_t>();
    case 2:
      return gather.operator()<uint16_t>();
    case 4:
      return gather.operator()<uint32_t>();
    case 8:
      return gather.operator()<uint64_t>();
    default:
      return gather.operator()<Sixteen>();
  }
}

bool is_dense(const BroadcastN& shape, int operand) {
  int64_t expected = 1;
  for (int d = 0; d < shape.dims; ++d) {
    if (shape.stride[operand][d] != expected) return false;
    expected *= shape.size[d];
  }
  return true;
}

// The same row again and again: one gathered block serves all blocks that are whole rows.
bool is_repeated_row(const BroadcastN& shape, int operand) {
  return shape.dims == 2 && shape.stride[operand][0] != 0 && shape.stride[operand][1] == 0;
}

void run_short_rows(const Binary& self, const char* a, const char* b, char* y, int64_t begin,
                    int64_t end) {
  alignas(64) char gathered[2][kBlockBytes];
  const BroadcastN& shape = self.shape;
  const char* from[2] = {a, b};
  const int size = self.in_size;
  const int64_t row = shape.size[0];
  const int64_t block = kBlockBytes / size / row * row;  // row <= kShortRow: at least 10 rows
  const bool dense[2] = {is_dense(shape, 0), is_dense(shape, 1)};
  const bool repeated[2] = {is_repeated_row(shape, 0), is_repeated_row(shape, 1)};
  int64_t filled[2] = {0, 0};
  while (begin < end) {
    // The first block ends at the end of a row, so that the others start a row.
    const int64_t room = begin % row == 0 ? block : row - begin % row;
    const int64_t stop = std::min(end, begin + room);
    const char* operand[2];
    for (int i = 0; i < 2; ++i) {
      operand[i] = dense[i] ? from[i] + begin * size : gathered[i];
      if (dense[i] || (repeated[i] && begin % row == 0 && filled[i] >= stop - begin)) continue;
      gather_bytes(shape, i, size, from[i], gathered[i], begin, stop);
      filled[i] = begin % row == 0 ? stop - begin : 0;
    }
    self.fn(self, operand[0], operand[1], y + begin * self.out_size, stop - begin, vector_vector);
    begin = stop;
  }
}

void run_range(const Binary& self, const char* a, const char* b, char* y, int64_t begin,
               int64_t end) {
  const BroadcastN& shape = self.shape;
  if (shape.dims > 1 && shape.size[0] < kShortRow) {
    return run_short_rows(self, a, b, y, begin, end);
  }
  const BinaryMode mode = shape.stride[0][0] == 0   ? scalar_vector
                          : shape.stride[1][0] == 0 ? vector_scalar
                                                    : vector_vector;
  shape.for_each_row(begin, end, [&](int64_t at, int64_t n, const int64_t* offset) {
    self.fn(self, a + offset[0] * self.in_size, b + offset[1] * self.in_size,
            y + at * self.out_size, n, mode);
  });
}

bool is_costly(BinaryOp op) {
  return op == BinaryOp::pow || op == BinaryOp::atan2 || op == BinaryOp::floor_mod ||
         op == BinaryOp::trunc_mod || op == BinaryOp::xlogy || op == BinaryOp::xlog1py ||
         op == BinaryOp::next_after;
}

}  // namespace

DType binary_result(BinaryOp op, DType dtype) noexcept {
  if (generic(op, dtype) == nullptr) return DType::invalid;
  return is_comparison(op) ? DType::bool_ : dtype;
}

bool divides_integers(BinaryOp op, DType dtype) noexcept {
  return is_integer(dtype) && op >= BinaryOp::div && op <= BinaryOp::trunc_mod;
}

Binary prepare_binary(BinaryOp op, DType dtype, const Shape& a, const Shape& b, double alpha) {
  Binary result;
  result.fn = generic(op, dtype);
  if (result.fn == nullptr) {
    fail(Code::unimplemented, "This elementwise operation does not support ", dtype_name(dtype));
  }
  if (dtype == DType::float32) result.fn = best_float(op);
  if (dtype == DType::float16 || dtype == DType::bfloat16) {
    const bool is_half = dtype == DType::float16;
    result.in_float = op != BinaryOp::floor_div && op != BinaryOp::trunc_div ? best_float(op)
                      : is_half ? cut_quotients<float16>
                                : cut_quotients<bfloat16>;
  }
  const Shape* const operands[] = {&a, &b};
  result.shape = merge_broadcast(broadcast_shape(a, b), operands);
  result.alpha = alpha;
  result.grain = is_costly(op) ? 4096 : 16384;
  result.op = op;
  result.in_size = static_cast<uint8_t>(dtype_size(dtype));
  result.out_size = static_cast<uint8_t>(dtype_size(is_comparison(op) ? DType::bool_ : dtype));
  return result;
}

void Binary::run(const void* a, const void* b, void* y) const noexcept {
  const auto* from_a = static_cast<const char*>(a);
  const auto* from_b = static_cast<const char*>(b);
  auto* to = static_cast<char*>(y);
  if (shape.count <= grain) {
    if (shape.dims == 1) {
      if (shape.count == 0) return;
      const BinaryMode mode = shape.stride[0][0] == 0   ? scalar_vector
                              : shape.stride[1][0] == 0 ? vector_scalar
                                                        : vector_vector;
      return fn(*this, a, b, y, shape.count, mode);
    }
    return run_range(*this, from_a, from_b, to, 0, shape.count);
  }
  parallel_for(shape.count, grain, [&](int64_t begin, int64_t end) {
    run_range(*this, from_a, from_b, to, begin, end);
  });
}

}  // namespace rill::kernels
