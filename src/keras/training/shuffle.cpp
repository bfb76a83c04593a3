#include "keras/training/shuffle.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <random>

#include "function/traced.h"
#include "keras/core/seeds.h"
#include "op/emit.h"

namespace rill::keras {

EpochOrder::EpochOrder(int64_t rows, bool goes_on) : rows_(rows), goes_on_(goes_on) {}
EpochOrder::~EpochOrder() = default;

std::vector<int64_t> EpochOrder::next() {
  std::vector<int64_t> order(static_cast<size_t>(rows_));
  std::iota(order.begin(), order.end(), int64_t{0});
  const std::optional<int64_t> seed = global_seed();
  if (!seed) {
    std::random_device device;
    std::mt19937_64 generator((uint64_t{device()} << 32) | device());
    std::shuffle(order.begin(), order.end(), generator);
    return order;
  }
  // tensorflow/python/framework/random_seed.py: modulo 2^31 - 1, and never both zero.
  constexpr int64_t kModulus = INT32_MAX;
  const int64_t first = (*seed % kModulus + kModulus) % kModulus;
  const int64_t second = first == 0 ? kModulus : 0;
  // A function of its own has a generator of its own.
  if (!shuffle_ || !goes_on_) {
    shuffle_ = std::make_unique<Traced>([first, second](const Values& inputs) {
      return Values{emit("RandomShuffle", {inputs[0]}, {{"seed", first}, {"seed2", second}})};
    });
  }
  const Tensor rows = Tensor::vector(order);
  return (*shuffle_)(std::span(&rows, 1))[0].to_vector<int64_t>();
}

}  // namespace rill::keras
