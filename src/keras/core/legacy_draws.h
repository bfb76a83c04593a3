// What Keras 2 draws in training for a layer with a seed: TensorFlow's seeded ops, whose numbers go
// on from run to run.
#pragma once

#include <cstdint>
#include <optional>

#include "keras/core/ops.h"

namespace rill::keras {

// Sources: tf_keras/src/backend.py (RandomGenerator, legacy_stateful: another seed for each call
// that is traced), tensorflow/python/framework/random_seed.py,
// tensorflow/core/util/guarded_philox_random.cc (256 blocks a number).
class LegacyDraws {
 public:
  LegacyDraws() = default;
  explicit LegacyDraws(int64_t seed) : seed_(seed) {}
  explicit operator bool() const { return seed_.has_value(); }
  // "Uniform" or "Normal" numbers for `x`: each call eagerly with the next seed, traced ones from
  // one stream.
  Value draw(const char* kind, const Value& x, const std::vector<op::Dim>& dims);

 private:
  std::optional<int64_t> seed_;
  Value stream_;  // the counter of Philox, int64 [2]
};

// While it lives a step is traced as tf_keras does it for a compiled model from a file: once, since
// loading has made all variables. Else a first trace makes them, and its draws are lost.
class TracedOnce {
 public:
  explicit TracedOnce(bool once);
  TracedOnce(const TracedOnce&) = delete;
  TracedOnce& operator=(const TracedOnce&) = delete;
  ~TracedOnce();
  static bool now();

 private:
  bool before_;
};

}  // namespace rill::keras
