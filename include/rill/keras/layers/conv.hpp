// Convolutions and pooling.
#pragma once

#include "rill/keras/layers/core.hpp"

namespace rill::keras::layers {

struct ConvOptions {
  Ints strides = 1;
  std::string padding = "valid";
  std::string data_format = "channels_last";
  Ints dilation_rate = 1;
  int64_t groups = 1;
  keras::Activation activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::optional<Ints> output_padding = {};  // of the transposed ones
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// Convolution: (batch, steps, n) -> (batch, new steps, filters), kernel (kernel_size, n / groups,
// filters). padding: "valid", "same" or "causal"; strides and dilation_rate are not both above 1.
struct RILL_API Conv1D : LayerPtr {
  Conv1D(int64_t filters, const Ints& kernel_size, const ConvOptions& options = {});
};
// (batch, height, width, n) -> (batch, new height, new width, filters), kernel (rows, columns, n /
// groups, filters); with data_format "channels_first" the channels come after the batch.
struct RILL_API Conv2D : LayerPtr {
  Conv2D(int64_t filters, const Ints& kernel_size, const ConvOptions& options = {});
};
// (batch, depth, height, width, n), kernel (depth, rows, columns, n / groups, filters).
struct RILL_API Conv3D : LayerPtr {
  Conv3D(int64_t filters, const Ints& kernel_size, const ConvOptions& options = {});
};
// The way back of a convolution: size * strides with padding "same", (size - 1) * strides +
// kernel_size with "valid", unless output_padding says otherwise; kernel (kernel_size, filters,
// n).
struct RILL_API Conv1DTranspose : LayerPtr {
  Conv1DTranspose(int64_t filters, const Ints& kernel_size, const ConvOptions& options = {});
};
struct RILL_API Conv2DTranspose : LayerPtr {
  Conv2DTranspose(int64_t filters, const Ints& kernel_size, const ConvOptions& options = {});
};
struct RILL_API Conv3DTranspose : LayerPtr {
  Conv3DTranspose(int64_t filters, const Ints& kernel_size, const ConvOptions& options = {});
};

struct DepthwiseConvOptions {
  Ints strides = 1;
  std::string padding = "valid";
  int64_t depth_multiplier = 1;
  std::string data_format = "channels_last";
  Ints dilation_rate = 1;
  keras::Activation activation = {};
  bool use_bias = true;
  Initializer depthwise_initializer = "glorot_uniform";
  Initializer pointwise_initializer = "glorot_uniform";  // of the separable ones
  Initializer bias_initializer = "zeros";
  Regularizer depthwise_regularizer = {};
  Regularizer pointwise_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint pointwise_constraint = {};
  Constraint bias_constraint = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
  bool trainable = true;
};
// Each channel by itself: n channels give n * depth_multiplier; kernel (kernel_size, n,
// depth_multiplier).
struct RILL_API DepthwiseConv1D : LayerPtr {
  explicit DepthwiseConv1D(const Ints& kernel_size, const DepthwiseConvOptions& options = {});
};
struct RILL_API DepthwiseConv2D : LayerPtr {
  explicit DepthwiseConv2D(const Ints& kernel_size, const DepthwiseConvOptions& options = {});
};
// A depthwise convolution, then a 1 x 1 one over channels to `filters`.
struct RILL_API SeparableConv1D : LayerPtr {
  SeparableConv1D(int64_t filters, const Ints& kernel_size,
                  const DepthwiseConvOptions& options = {});
};
struct RILL_API SeparableConv2D : LayerPtr {
  SeparableConv2D(int64_t filters, const Ints& kernel_size,
                  const DepthwiseConvOptions& options = {});
};

struct PoolingOptions {
  std::optional<Ints> strides = {};  // none: the pool size
  std::string padding = "valid";
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// The greatest of each window of pool_size; strides are pool_size unless given.
struct RILL_API MaxPooling1D : LayerPtr {
  explicit MaxPooling1D(const Ints& pool_size = 2, const PoolingOptions& options = {});
};
struct RILL_API MaxPooling2D : LayerPtr {
  explicit MaxPooling2D(const Ints& pool_size = 2, const PoolingOptions& options = {});
};
struct RILL_API MaxPooling3D : LayerPtr {
  explicit MaxPooling3D(const Ints& pool_size = 2, const PoolingOptions& options = {});
};
// The mean of each window, of what lies inside.
struct RILL_API AveragePooling1D : LayerPtr {
  explicit AveragePooling1D(const Ints& pool_size = 2, const PoolingOptions& options = {});
};
struct RILL_API AveragePooling2D : LayerPtr {
  explicit AveragePooling2D(const Ints& pool_size = 2, const PoolingOptions& options = {});
};
struct RILL_API AveragePooling3D : LayerPtr {
  explicit AveragePooling3D(const Ints& pool_size = 2, const PoolingOptions& options = {});
};

struct GlobalPoolingOptions {
  std::string data_format = "channels_last";
  bool keepdims = false;
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// The greatest over all positions: (batch, ..., channels) -> (batch, channels), or 1 for each
// dimension with keepdims.
struct RILL_API GlobalMaxPooling1D : LayerPtr {
  explicit GlobalMaxPooling1D(const GlobalPoolingOptions& options = {});
};
struct RILL_API GlobalMaxPooling2D : LayerPtr {
  explicit GlobalMaxPooling2D(const GlobalPoolingOptions& options = {});
};
struct RILL_API GlobalMaxPooling3D : LayerPtr {
  explicit GlobalMaxPooling3D(const GlobalPoolingOptions& options = {});
};
// The mean over all positions; of (batch, steps, channels) without masked steps.
struct RILL_API GlobalAveragePooling1D : LayerPtr {
  explicit GlobalAveragePooling1D(const GlobalPoolingOptions& options = {});
};
struct RILL_API GlobalAveragePooling2D : LayerPtr {
  explicit GlobalAveragePooling2D(const GlobalPoolingOptions& options = {});
};
struct RILL_API GlobalAveragePooling3D : LayerPtr {
  explicit GlobalAveragePooling3D(const GlobalPoolingOptions& options = {});
};

struct AdaptivePoolingOptions {
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Pools to `output_size`, whatever the size of the input.
struct RILL_API AdaptiveAveragePooling1D : LayerPtr {
  explicit AdaptiveAveragePooling1D(const Ints& output_size,
                                    const AdaptivePoolingOptions& options = {});
};
struct RILL_API AdaptiveAveragePooling2D : LayerPtr {
  explicit AdaptiveAveragePooling2D(const Ints& output_size,
                                    const AdaptivePoolingOptions& options = {});
};
struct RILL_API AdaptiveAveragePooling3D : LayerPtr {
  explicit AdaptiveAveragePooling3D(const Ints& output_size,
                                    const AdaptivePoolingOptions& options = {});
};
struct RILL_API AdaptiveMaxPooling1D : LayerPtr {
  explicit AdaptiveMaxPooling1D(const Ints& output_size,
                                const AdaptivePoolingOptions& options = {});
};
struct RILL_API AdaptiveMaxPooling2D : LayerPtr {
  explicit AdaptiveMaxPooling2D(const Ints& output_size,
                                const AdaptivePoolingOptions& options = {});
};
struct RILL_API AdaptiveMaxPooling3D : LayerPtr {
  explicit AdaptiveMaxPooling3D(const Ints& output_size,
                                const AdaptivePoolingOptions& options = {});
};

}  // namespace rill::keras::layers
