// Seeds as Keras chooses them: where the user gives none, Python's generator does.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "rill/tensor.hpp"

namespace rill::keras {

// Python's random.Random: MT19937, seeded by init_by_array.
class PythonRandom {
 public:
  explicit PythonRandom(int64_t seed);
  // random.randint(low, high), both included; high - low < 2^32.
  int64_t randint(int64_t low, int64_t high);

 private:
  uint32_t next();
  uint32_t bits(int count) { return next() >> (32 - count); }
  std::array<uint32_t, 624> state_;
  size_t at_ = 624;
};

// keras.random.make_default_seed(): from 1 to 10^9, of this thread. Without a set_random_seed()
// before it, another one in each process.
int64_t default_seed();
// The pair that the stateless ops take: the seed and 0, as int32.
Value seed_pair(int64_t seed);

}  // namespace rill::keras
