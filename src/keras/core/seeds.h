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
// A number below `count` from the same generator, as random.choice() of Python draws it.
int64_t choose(int64_t count);
// The pair that the stateless ops take: the seed and 0, as int32.
Value seed_pair(int64_t seed);
// What set_random_seed() of this thread was given; it also seeds the order of samples.
std::optional<int64_t> global_seed();

// keras.random.SeedGenerator: a counter beside a seed, which every draw advances. The state is a
// variable, so that draws in a traced step go on from step to step.
class SeedGenerator {
 public:
  SeedGenerator() = default;
  explicit SeedGenerator(std::optional<int64_t> seed);
  explicit operator bool() const { return static_cast<bool>(state_); }
  // The seeds of the next draw, as the stateless ops take them: two of int32.
  Value next() const;
  const Value& state() const { return state_; }

 private:
  Value state_;  // int64 [2]
};

}  // namespace rill::keras
