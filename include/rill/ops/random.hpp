// Random numbers, bit for bit TensorFlow's (Philox).
#pragma once

#include <cstdint>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// From a generator that goes on from call to call. seed 0: started anew by each process. shape:
// [rank], int32 or int64. Throw INVALID_ARGUMENT for shapes that are none.
//
// Floating numbers, or integers, from minval up to but without maxval.
RILL_API Value random_uniform(const Value& shape, const Value& minval = Value(0),
                              const Value& maxval = Value(1), DType dtype = DType::float32,
                              int64_t seed = 0);
RILL_API Value random_normal(const Value& shape, const Value& mean = Value(0),
                             const Value& stddev = Value(1), DType dtype = DType::float32,
                             int64_t seed = 0);
// Drawn again when more than two standard deviations away.
RILL_API Value truncated_normal(const Value& shape, const Value& mean = Value(0),
                                const Value& stddev = Value(1), DType dtype = DType::float32,
                                int64_t seed = 0);
// The rows of x in another order.
RILL_API Value random_shuffle(const Value& x, int64_t seed = 0);

// The same shape and seed ([2], int32 or int64) always give the same numbers.
RILL_API Value stateless_random_uniform(const Value& shape, const Value& seed,
                                        DType dtype = DType::float32);
RILL_API Value stateless_random_normal(const Value& shape, const Value& seed,
                                       DType dtype = DType::float32);
RILL_API Value stateless_truncated_normal(const Value& shape, const Value& seed,
                                          DType dtype = DType::float32);

}  // namespace rill::ops
