// Arrays of random numbers from Philox, bit for bit TensorFlow's.
// Source: tensorflow/core/lib/random/random_distributions.h, core/kernels/random_op_cpu.h.
#pragma once

#include <cstdint>

#include "kernels/philox.h"
#include "rill/dtype.hpp"

namespace rill::kernels {

// TensorFlow reserves so many blocks for each output of a seeded op.
inline constexpr uint64_t kPhiloxBlocksPerOutput = 256;

// Floats of every width. Throw UNIMPLEMENTED for other dtypes.
void fill_uniform(DType dtype, const Philox& philox, void* out, int64_t n);  // [0, 1)
void fill_normal(DType dtype, const Philox& philox, void* out, int64_t n);
void fill_truncated_normal(DType dtype, const Philox& philox, void* out, int64_t n);  // |x| < 2

// int32, int64, uint32, uint64: [low, high), given as bits; and every value there is.
void fill_uniform_int(DType dtype, const Philox& philox, uint64_t low, uint64_t high, void* out,
                      int64_t n);
void fill_full_int(DType dtype, const Philox& philox, void* out, int64_t n);

}  // namespace rill::kernels
