#pragma once

#include <map>
#include <string>

#include "rill/keras/layers/core.hpp"

namespace rill::keras::layers {

struct BatchNormalizationOptions {
  int64_t axis = -1;
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Initializer moving_mean_initializer = "zeros";
  Initializer moving_variance_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  bool synchronized = false;
  bool renorm = false;
  std::map<std::string, double> renorm_clipping = {};
  double renorm_momentum = 0.99;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// gamma (x - mean) / sqrt(variance + epsilon) + beta, a channel of `axis`. In training with the
// statistics of the batch, which move the kept ones by momentum; else with the kept ones. `renorm`:
// batch renormalization, whose corrections keep to "rmin", "rmax" and "dmax" of renorm_clipping
// (throws INVALID_ARGUMENT for another key).
struct RILL_API BatchNormalization : LayerPtr {
  explicit BatchNormalization(const BatchNormalizationOptions& options = {});
};

struct LayerNormalizationOptions {
  Ints axis = -1;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  bool rms_scaling = false;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// The same with the statistics of each sample over `axis`.
struct RILL_API LayerNormalization : LayerPtr {
  explicit LayerNormalization(const LayerNormalizationOptions& options = {});
};

struct GroupNormalizationOptions {
  int64_t axis = -1;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// The same over groups of channels; -1 groups: each channel by itself. Throws INVALID_ARGUMENT
// when the channels cannot be divided.
struct RILL_API GroupNormalization : LayerPtr {
  // -1 groups: one a channel.
  explicit GroupNormalization(int64_t groups = 32, const GroupNormalizationOptions& options = {});
};

// x / norm(x) over `axis`.
struct RILL_API UnitNormalization : LayerPtr {
  explicit UnitNormalization(const Ints& axis = -1, const PlainOptions& options = {});
};
// scale x / sqrt(mean(x^2) + epsilon) over `axis`.
struct RILL_API RMSNormalization : LayerPtr {
  explicit RMSNormalization(const Ints& axis = -1, double epsilon = 1e-6,
                            const PlainOptions& options = {});
};

}  // namespace rill::keras::layers
