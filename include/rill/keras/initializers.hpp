// Initializers, named as in Keras: with a seed they give Keras' numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rill/keras/objects.hpp"

namespace rill::keras::initializers {

using Seed = std::optional<int64_t>;

RILL_API Initializer Zeros();
RILL_API Initializer Ones();
RILL_API Initializer Constant(double value);
RILL_API Initializer Identity(double gain = 1.0);
RILL_API Initializer RandomUniform(double minval = -0.05, double maxval = 0.05, Seed seed = {});
RILL_API Initializer RandomNormal(double mean = 0.0, double stddev = 0.05, Seed seed = {});
RILL_API Initializer TruncatedNormal(double mean = 0.0, double stddev = 0.05, Seed seed = {});
RILL_API Initializer VarianceScaling(double scale = 1.0, const std::string& mode = "fan_in",
                                     const std::string& distribution = "truncated_normal",
                                     Seed seed = {});
RILL_API Initializer GlorotUniform(Seed seed = {});
RILL_API Initializer GlorotNormal(Seed seed = {});
RILL_API Initializer HeUniform(Seed seed = {});
RILL_API Initializer HeNormal(Seed seed = {});
RILL_API Initializer LecunUniform(Seed seed = {});
RILL_API Initializer LecunNormal(Seed seed = {});
RILL_API Initializer Orthogonal(double gain = 1.0, Seed seed = {});

// The values. Throws INVALID_ARGUMENT for an unknown name or setting, or a shape that it cannot
// make.
RILL_API Tensor apply(const Initializer& initializer, const Shape& shape,
                      DType dtype = DType::float32);

}  // namespace rill::keras::initializers

namespace rill::keras::utils {

// As keras.utils.set_random_seed(): initializers and layers without a seed draw theirs from
// Python's generator with this seed, so that models start as Keras' do. Of this thread.
RILL_API void set_random_seed(int64_t seed);

}  // namespace rill::keras::utils
