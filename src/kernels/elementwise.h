// Elementwise operations on raw memory. Two steps: prepare_*() once a Plan (checks, may throw), and
// run() as often as one likes: no check, no allocation, no exception. run() uses the thread pool
// for large tensors; its results do not depend on the number of threads. The output may be an
// input's memory when the element sizes agree (and, for two inputs, that input is not broadcast).
#pragma once

#include <cstdint>

#include "kernels/broadcast.h"
#include "kernels/op_codes.h"
#include "rill/dtype.hpp"
#include "rill/shape.hpp"

namespace rill::kernels {

// The dtype of the result; DType::invalid when the operation does not exist for `dtype`.
DType unary_result(UnaryOp op, DType dtype) noexcept;
DType binary_result(BinaryOp op, DType dtype) noexcept;

struct Unary {
  using Fn = void (*)(const Unary& self, const void* x, void* y, int64_t n);
  Fn fn = nullptr;
  Fn in_float = nullptr;  // half types: what is done between the conversions
  int64_t n = 0;
  double alpha = 0;
  int64_t grain = 0;
  UnaryOp op = UnaryOp::identity;
  uint8_t x_size = 0;
  uint8_t y_size = 0;

  void run(const void* x, void* y) const noexcept;
};

// Throws UNIMPLEMENTED when the operation does not exist for the dtype.
Unary prepare_unary(UnaryOp op, DType dtype, int64_t n, double alpha = 1);

// True when a zero in `b` is an error that the caller must report before run() ("Integer division
// by zero"): run() gives 0 there instead of trapping.
bool divides_integers(BinaryOp op, DType dtype) noexcept;

struct Binary {
  using Fn = void (*)(const Binary& self, const void* a, const void* b, void* y, int64_t n,
                      BinaryMode mode);
  Fn fn = nullptr;
  Fn in_float = nullptr;  // half types: what is done between the conversions
  Broadcast shape;
  double alpha = 0;
  int64_t grain = 0;
  BinaryOp op = BinaryOp::add;
  uint8_t in_size = 0;
  uint8_t out_size = 0;

  void run(const void* a, const void* b, void* y) const noexcept;
};

// Throws INVALID_ARGUMENT ("Incompatible shapes: [2,3] vs. [4]") when the shapes do not broadcast,
// UNIMPLEMENTED when the operation does not exist for the dtype. `alpha` is for leaky_relu_grad.
Binary prepare_binary(BinaryOp op, DType dtype, const Shape& a, const Shape& b, double alpha = 0);

// y = condition ? a : b, all three broadcast together; bytes are copied, so any plain dtype.
struct Select {
  BroadcastN shape;
  int64_t grain = 0;
  int element = 0;

  void run(const bool* condition, const void* a, const void* b, void* y) const noexcept;
};
Select prepare_select(const Shape& condition, const Shape& a, const Shape& b, size_t element_size);

}  // namespace rill::kernels
