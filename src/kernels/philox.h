// Philox 4x32-10, counter-based random bits, stepped as TensorFlow steps it.
// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011); the layout of seeds and
// counters: tensorflow/core/lib/random/philox_random.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace rill::kernels {

class Philox {
 public:
  using Block = std::array<uint32_t, 4>;
  using Key = std::array<uint32_t, 2>;

  Philox(const Block& counter, const Key& key) : counter_(counter), key_(key) {}
  // As the seeded ops of TensorFlow: seed in the key, seed2 in the upper half of the counter.
  Philox(uint64_t seed, uint64_t seed2)
      : counter_{0, 0, static_cast<uint32_t>(seed2), static_cast<uint32_t>(seed2 >> 32)},
        key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)} {}
  // As the V2 stateless ops: a counter of two words and a key of one.
  Philox(uint64_t counter_low, uint64_t counter_high, uint64_t key)
      : counter_{static_cast<uint32_t>(counter_low), static_cast<uint32_t>(counter_low >> 32),
                 static_cast<uint32_t>(counter_high), static_cast<uint32_t>(counter_high >> 32)},
        key_{static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)} {}

  const Block& counter() const { return counter_; }
  const Key& key() const { return key_; }

  // The present block, then one step.
  Block operator()() {
    Block c = counter_;
    Key k = key_;
    for (int round = 0; round < 10; ++round) {
      if (round > 0) {
        k[0] += 0x9E3779B9U;
        k[1] += 0xBB67AE85U;
      }
      const uint64_t a = uint64_t{0xD2511F53U} * c[0];
      const uint64_t b = uint64_t{0xCD9E8D57U} * c[2];
      c = {static_cast<uint32_t>(b >> 32) ^ c[1] ^ k[0], static_cast<uint32_t>(b),
           static_cast<uint32_t>(a >> 32) ^ c[3] ^ k[1], static_cast<uint32_t>(a)};
    }
    skip(1);
    return c;
  }

  void skip(uint64_t blocks) {
    const uint64_t low = (uint64_t{counter_[1]} << 32) | counter_[0];
    const uint64_t sum = low + blocks;
    counter_[0] = static_cast<uint32_t>(sum);
    counter_[1] = static_cast<uint32_t>(sum >> 32);
    if (sum < low && ++counter_[2] == 0) ++counter_[3];
  }

 private:
  Block counter_;
  Key key_;
};

// One 32-bit number after the other.
class PhiloxStream {
 public:
  // Behind the first `numbers` of the generator.
  explicit PhiloxStream(Philox philox, uint64_t numbers = 0) : philox_(philox) {
    philox_.skip(numbers / 4);
    for (uint64_t i = 0; i < numbers % 4; ++i) (*this)();
  }
  uint32_t operator()() {
    if (used_ == 4) {
      block_ = philox_();
      used_ = 0;
    }
    return block_[used_++];
  }

 private:
  Philox philox_;
  Philox::Block block_{};
  size_t used_ = 4;
};

}  // namespace rill::kernels
