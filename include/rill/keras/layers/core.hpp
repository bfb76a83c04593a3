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
struct RILL_API Embedding : LayerPtr {
  Embedding(int64_t input_dim, int64_t output_dim, const EmbeddingOptions& options = {});
};

// What layers without settings of their own take.
struct PlainOptions {
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};

struct RILL_API Activation : LayerPtr {
  explicit Activation(const keras::Activation& activation, const PlainOptions& options = {});
};
struct RILL_API Identity : LayerPtr {
  explicit Identity(const PlainOptions& options = {});
};
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
struct RILL_API ReLU : LayerPtr {
  explicit ReLU(const ReLUOptions& options = {});
};
struct RILL_API LeakyReLU : LayerPtr {
  explicit LeakyReLU(double negative_slope = 0.3, const PlainOptions& options = {});
};
struct RILL_API ELU : LayerPtr {
  explicit ELU(double alpha = 1, const PlainOptions& options = {});
};
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
struct RILL_API PReLU : LayerPtr {
  explicit PReLU(const PReLUOptions& options = {});
};
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
struct RILL_API Dropout : LayerPtr {
  explicit Dropout(double rate, const DropoutOptions& options = {});
};
struct RILL_API SpatialDropout1D : LayerPtr {
  explicit SpatialDropout1D(double rate, const DropoutOptions& options = {});
};
struct RILL_API SpatialDropout2D : LayerPtr {
  explicit SpatialDropout2D(double rate, const DropoutOptions& options = {});
};
struct RILL_API SpatialDropout3D : LayerPtr {
  explicit SpatialDropout3D(double rate, const DropoutOptions& options = {});
};
struct RILL_API GaussianDropout : LayerPtr {
  explicit GaussianDropout(double rate, const DropoutOptions& options = {});
};
struct RILL_API AlphaDropout : LayerPtr {
  explicit AlphaDropout(double rate, const DropoutOptions& options = {});
};
struct RILL_API GaussianNoise : LayerPtr {
  explicit GaussianNoise(double stddev, const DropoutOptions& options = {});
};
struct RILL_API ActivityRegularization : LayerPtr {
  explicit ActivityRegularization(double l1 = 0, double l2 = 0, const PlainOptions& options = {});
};

}  // namespace rill::keras::layers
