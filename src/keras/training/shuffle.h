// The order of the samples in each epoch.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace rill {
class Traced;
}

namespace rill::keras {

// After utils::set_random_seed() Keras' order: tf.random.shuffle with the seeds (seed, 0). Else a
// random one.
class EpochOrder {
 public:
  // Keras 3 begins each epoch with a fresh generator, so that all epochs are alike (measured on
  // 3.15); that of Keras 2 goes on.
  EpochOrder(int64_t rows, bool goes_on);
  ~EpochOrder();
  std::vector<int64_t> next();

 private:
  int64_t rows_;
  bool goes_on_;
  std::unique_ptr<Traced> shuffle_;
};

}  // namespace rill::keras
