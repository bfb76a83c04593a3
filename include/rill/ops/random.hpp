// Random numbers, bit for bit TensorFlow's (Philox).
#pragma once

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// The same shape and seed ([2], int32 or int64) always give the same numbers.
RILL_API Value stateless_random_uniform(const Value& shape, const Value& seed,
                                        DType dtype = DType::float32);
RILL_API Value stateless_random_normal(const Value& shape, const Value& seed,
                                       DType dtype = DType::float32);
RILL_API Value stateless_truncated_normal(const Value& shape, const Value& seed,
                                          DType dtype = DType::float32);

}  // namespace rill::ops
