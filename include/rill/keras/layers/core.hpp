// Core layers, advanced activations, regularization.
#pragma once

#include <functional>

#include "rill/keras/layer.hpp"

namespace rill::keras::layers {

struct DenseOptions {
  keras::Activation activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// activation(x kernel + bias): (..., n) -> (..., units); kernel (n, units), bias (units).
struct RILL_API Dense : LayerPtr {
  explicit Dense(int64_t units, const DenseOptions& options = {});
};

struct EinsumDenseOptions {
  keras::Activation activation = {};
  std::string bias_axes = {};  // empty: no bias
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// activation(einsum(equation, x, kernel) + bias): "ab,bc->ac", with an ellipsis for what is left
// out. output_shape is without the batch, one size a label of the result.
struct RILL_API EinsumDense : LayerPtr {
  // -1 in output_shape: known from the input.
  EinsumDense(const std::string& equation, const Ints& output_shape,
              const EinsumDenseOptions& options = {});
};

struct EmbeddingOptions {
  Initializer embeddings_initializer = "uniform";
  Regularizer embeddings_regularizer = {};
  Constraint embeddings_constraint = {};
  bool mask_zero = false;
  std::optional<int64_t> input_length = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// Rows of a table by number: integers (...) -> (..., output_dim); embeddings (input_dim,
// output_dim). mask_zero: 0 is padding, which later layers leave out.
struct RILL_API Embedding : LayerPtr {
  Embedding(int64_t input_dim, int64_t output_dim, const EmbeddingOptions& options = {});
};

// What layers without settings of their own take.
struct PlainOptions {
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};

// A function of each element, by name ("relu") or given.
struct RILL_API Activation : LayerPtr {
  explicit Activation(const keras::Activation& activation, const PlainOptions& options = {});
};
// x as it is.
struct RILL_API Identity : LayerPtr {
  explicit Identity(const PlainOptions& options = {});
};
// Steps (batch, steps, features) of which all features are mask_value are left out by later
// layers.
struct RILL_API Masking : LayerPtr {
  explicit Masking(double mask_value = 0, const PlainOptions& options = {});
};
// A function as a layer. Files never hold it: give it again as a custom object.
struct RILL_API Lambda : LayerPtr {
  explicit Lambda(std::function<Tensor(const Tensor&)> function, const PlainOptions& options = {});
};

struct ReLUOptions {
  std::optional<double> max_value = {};
  double negative_slope = 0;
  double threshold = 0;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// max(x, 0), with negative_slope below `threshold` and at most max_value.
struct RILL_API ReLU : LayerPtr {
  explicit ReLU(const ReLUOptions& options = {});
};
// x where positive, negative_slope x elsewhere.
struct RILL_API LeakyReLU : LayerPtr {
  explicit LeakyReLU(double negative_slope = 0.3, const PlainOptions& options = {});
};
// x where positive, alpha (exp(x) - 1) elsewhere.
struct RILL_API ELU : LayerPtr {
  explicit ELU(double alpha = 1, const PlainOptions& options = {});
};
// x where above theta, 0 elsewhere.
struct RILL_API ThresholdedReLU : LayerPtr {
  explicit ThresholdedReLU(double theta = 1, const PlainOptions& options = {});
};
struct PReLUOptions {
  Initializer alpha_initializer = "zeros";
  Regularizer alpha_regularizer = {};
  Constraint alpha_constraint = {};
  std::optional<Ints> shared_axes = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// x where positive, alpha x elsewhere; alpha has the shape of x without the batch, 1 along
// shared_axes.
struct RILL_API PReLU : LayerPtr {
  explicit PReLU(const PReLUOptions& options = {});
};
// exp(x) / sum(exp(x)) along `axis`; a mask of bool as second input leaves elements out.
struct RILL_API Softmax : LayerPtr {
  explicit Softmax(const Ints& axis = -1, const PlainOptions& options = {});
};

struct DropoutOptions {
  std::optional<Ints> noise_shape = {};
  std::optional<int64_t> seed = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// In training each element is 0 with probability `rate`, the others are divided by 1 - rate.
// noise_shape: where one draw goes for a whole dimension of size 1. Throws INVALID_ARGUMENT for a
// rate outside [0, 1].
struct RILL_API Dropout : LayerPtr {
  explicit Dropout(double rate, const DropoutOptions& options = {});
};
// Drops whole channels of (batch, steps, channels), likewise of pictures and of volumes.
struct RILL_API SpatialDropout1D : LayerPtr {
  explicit SpatialDropout1D(double rate, const DropoutOptions& options = {});
};
struct RILL_API SpatialDropout2D : LayerPtr {
  explicit SpatialDropout2D(double rate, const DropoutOptions& options = {});
};
struct RILL_API SpatialDropout3D : LayerPtr {
  explicit SpatialDropout3D(double rate, const DropoutOptions& options = {});
};
// In training times 1 + noise of deviation sqrt(rate / (1 - rate)).
struct RILL_API GaussianDropout : LayerPtr {
  explicit GaussianDropout(double rate, const DropoutOptions& options = {});
};
// Dropout that keeps the mean and variance of what selu gives.
struct RILL_API AlphaDropout : LayerPtr {
  explicit AlphaDropout(double rate, const DropoutOptions& options = {});
};
// In training plus noise of this deviation.
struct RILL_API GaussianNoise : LayerPtr {
  explicit GaussianNoise(double stddev, const DropoutOptions& options = {});
};
// x as it is; adds l1 sum(|x|) + l2 sum(x^2) to the loss.
struct RILL_API ActivityRegularization : LayerPtr {
  explicit ActivityRegularization(double l1 = 0, double l2 = 0, const PlainOptions& options = {});
};

}  // namespace rill::keras::layers
