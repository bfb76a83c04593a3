// The order of the samples in each epoch.
#pragma once

#include <cstdint>
#include <vector>

namespace rill::keras {

class EpochOrder {
 public:
  explicit EpochOrder(int64_t rows);
  // After utils::set_random_seed() Keras' order: tf.random.shuffle with the seeds (seed, 0), by a
  // fresh generator each epoch (measured on Keras 3.15), so that all epochs are alike. Else a
  // random one.
  std::vector<int64_t> next() const;

 private:
  int64_t rows_;
};

}  // namespace rill::keras
