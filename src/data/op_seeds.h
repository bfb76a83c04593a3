// The two seeds that tf.data gives an op.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace rill::data {

// None given: others each time.
std::pair<uint64_t, uint64_t> op_seeds(std::optional<int64_t> seed,
                                       std::optional<int64_t> global_seed);

}  // namespace rill::data
