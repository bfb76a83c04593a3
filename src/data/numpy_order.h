// The order in which NumPy shuffles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rill::data {

// numpy.random.RandomState(seed).shuffle(range(count)).
std::vector<size_t> numpy_order(size_t count, uint32_t seed);

}  // namespace rill::data
