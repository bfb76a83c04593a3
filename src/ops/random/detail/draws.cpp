// tf.random's functions over the ops with a generator of their own. Source:
// tensorflow/python/ops/random_ops.py and framework/random_seed.py.
#include "op/emit.h"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"
#include "rill/ops/random.hpp"

namespace rill {
namespace {

// DEFAULT_GRAPH_SEED; both seeds 0: from the operating system.
constexpr int64_t kGraphSeed = 87654321;

Value draw(std::string_view op, const Value& shape, DType dtype, int64_t seed) {
  return emit(op, {shape},
              {{"dtype", dtype}, {"seed", seed != 0 ? kGraphSeed : 0}, {"seed2", seed}});
}

}  // namespace

Value ops::random_uniform(const Value& shape, const Value& minval, const Value& maxval, DType dtype,
                          int64_t seed) {
  const Value low = cast(minval, dtype), high = cast(maxval, dtype);
  if (is_integer(dtype)) {
    return emit("RandomUniformInt", {shape, low, high},
                {{"seed", seed != 0 ? kGraphSeed : 0}, {"seed2", seed}});
  }
  return draw("RandomUniform", shape, dtype, seed) * (high - low) + low;
}

Value ops::random_normal(const Value& shape, const Value& mean, const Value& stddev, DType dtype,
                         int64_t seed) {
  return draw("RandomStandardNormal", shape, dtype, seed) * cast(stddev, dtype) + cast(mean, dtype);
}

Value ops::truncated_normal(const Value& shape, const Value& mean, const Value& stddev, DType dtype,
                            int64_t seed) {
  return draw("TruncatedNormal", shape, dtype, seed) * cast(stddev, dtype) + cast(mean, dtype);
}

Value ops::random_shuffle(const Value& x, int64_t seed) {
  return emit("RandomShuffle", {x}, {{"seed", seed != 0 ? kGraphSeed : 0}, {"seed2", seed}});
}

}  // namespace rill
