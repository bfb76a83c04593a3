// tensorflow/python/data/util/random_seed.py, framework/random_seed.py.
#include "data/op_seeds.h"

#include <random>

namespace rill::data {
namespace {

constexpr int64_t kDefaultGraphSeed = 87654321;

// Python's seed % (2^31 - 1).
uint64_t truncated(int64_t seed) {
  constexpr int64_t kModulus = INT32_MAX;
  return static_cast<uint64_t>((seed % kModulus + kModulus) % kModulus);
}

}  // namespace

std::pair<uint64_t, uint64_t> op_seeds(std::optional<int64_t> seed,
                                       std::optional<int64_t> global_seed) {
  if (!seed) {
    std::random_device device;
    const uint64_t first = (uint64_t{device()} << 32) | device();
    return {first, (uint64_t{device()} << 32) | device()};
  }
  std::pair<uint64_t, uint64_t> out{truncated(global_seed.value_or(kDefaultGraphSeed)),
                                    truncated(*seed)};
  if (out.first == 0 && out.second == 0) out.second = INT32_MAX;
  return out;
}

}  // namespace rill::data
