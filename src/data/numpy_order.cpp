#include "data/numpy_order.h"

#include <numeric>
#include <random>
#include <utility>

namespace rill::data {

// Its generator is this one; numbers below a limit are drawn until one fits below the next power of
// two.
std::vector<size_t> numpy_order(size_t count, uint32_t seed) {
  std::mt19937 generator(seed);
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t i = count; i-- > 1;) {
    uint32_t mask = static_cast<uint32_t>(i);
    for (int shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
    uint32_t drawn = 0;
    do {
      drawn = static_cast<uint32_t>(generator()) & mask;
    } while (drawn > i);
    std::swap(order[i], order[drawn]);
  }
  return order;
}

}  // namespace rill::data
