#include "keras/core/seeds.h"

#include <memory>
#include <random>

#include "keras/core/ops.h"
#include "keras/core/weights.h"
#include "rill/keras/initializers.hpp"

namespace rill::keras {
namespace {

constexpr size_t kWords = 624, kMiddle = 397;

std::unique_ptr<PythonRandom>& generator() {
  thread_local std::unique_ptr<PythonRandom> made;
  return made;
}

std::optional<int64_t>& given_seed() {
  thread_local std::optional<int64_t> seed;
  return seed;
}

constexpr int64_t kSeedModulus = INT32_MAX - 1;  // keras/src/backend/tensorflow/random.py

}  // namespace

// Matsumoto and Nishimura, mt19937ar.c; Python seeds with the 32-bit words of |seed|.
PythonRandom::PythonRandom(int64_t seed) {
  const uint64_t size =
      seed < 0 ? uint64_t{0} - static_cast<uint64_t>(seed) : static_cast<uint64_t>(seed);
  const uint32_t key[2] = {static_cast<uint32_t>(size), static_cast<uint32_t>(size >> 32)};
  const uint32_t length = key[1] != 0 ? 2 : 1;
  state_[0] = 19650218u;
  for (uint32_t i = 1; i < kWords; ++i) {
    state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  }
  uint32_t i = 1, j = 0;
  const auto step = [&] {
    if (++i >= kWords) {
      state_[0] = state_[kWords - 1];
      i = 1;
    }
  };
  for (size_t k = 0; k < kWords; ++k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1664525u)) + key[j] + j;
    step();
    if (++j >= length) j = 0;
  }
  for (size_t k = 0; k + 1 < kWords; ++k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1566083941u)) - i;
    step();
  }
  state_[0] = 0x80000000u;
}

uint32_t PythonRandom::next() {
  if (at_ >= kWords) {
    for (size_t k = 0; k < kWords; ++k) {
      const uint32_t y = (state_[k] & 0x80000000u) | (state_[(k + 1) % kWords] & 0x7fffffffu);
      state_[k] =
          state_[(k + kMiddle) % kWords] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908b0dfu : uint32_t{0});
    }
    at_ = 0;
  }
  uint32_t y = state_[at_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

// random.py _randbelow_with_getrandbits().
int64_t PythonRandom::randint(int64_t low, int64_t high) {
  const uint64_t n = static_cast<uint64_t>(high - low) + 1;
  int count = 0;
  while (count < 32 && (n >> count) != 0) ++count;
  uint64_t drawn = bits(count);
  while (drawn >= n) drawn = bits(count);
  return low + static_cast<int64_t>(drawn);
}

namespace {

PythonRandom& this_threads() {
  if (!generator()) {
    std::random_device device;
    generator() = std::make_unique<PythonRandom>(static_cast<int64_t>(device()));
  }
  return *generator();
}

}  // namespace

int64_t default_seed() { return this_threads().randint(1, 1000000000); }
int64_t choose(int64_t count) { return this_threads().randint(0, count - 1); }

Value seed_pair(int64_t seed) {
  constexpr int64_t kModulus = INT32_MAX - 1;  // keras/src/backend/tensorflow/random.py _cast_seed
  const int64_t rest = ((seed % kModulus) + kModulus) % kModulus;
  return Tensor::vector<int32_t>({static_cast<int32_t>(rest), 0});
}

void utils::set_random_seed(int64_t seed) {
  generator() = std::make_unique<PythonRandom>(seed);
  given_seed() = seed;
}

std::optional<int64_t> global_seed() { return given_seed(); }

SeedGenerator::SeedGenerator(std::optional<int64_t> seed) {
  auto state = std::make_shared<VariableState>("seed_generator_state", DType::int64, Shape{2});
  state->assign(Tensor::vector<int64_t>({seed ? *seed : default_seed(), 0}));
  state_ = Tensor::of_variable(std::move(state), DType::int64, Shape{2});
}

Value SeedGenerator::next() const {
  const Value now = emit("ReadVariableOp", {state_}, {{"dtype", DType::int64}});
  emit("AssignVariableOp", {state_, op::add(now, Tensor::vector<int64_t>({0, 1}))});
  const Value modulus = op::constant_like(static_cast<double>(kSeedModulus), now);
  return op::cast(emit("FloorMod", {now, modulus}), DType::int32);
}

}  // namespace rill::keras
