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
struct RILL_API Conv1D : LayerPtr {
  Conv1D(int64_t filters, const Ints& kernel_size, const ConvOptions& options = {});
};
struct RILL_API Conv2D : LayerPtr {
  Conv2D(int64_t filters, const Ints& kernel_size, const ConvOptions& options = {});
};
struct RILL_API Conv3D : LayerPtr {
  Conv3D(int64_t filters, const Ints& kernel_size, const ConvOptions& options = {});
};
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
struct RILL_API DepthwiseConv1D : LayerPtr {
  explicit DepthwiseConv1D(const Ints& kernel_size, const DepthwiseConvOptions& options = {});
};
struct RILL_API DepthwiseConv2D : LayerPtr {
  explicit DepthwiseConv2D(const Ints& kernel_size, const DepthwiseConvOptions& options = {});
};
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
struct RILL_API MaxPooling1D : LayerPtr {
  explicit MaxPooling1D(const Ints& pool_size = 2, const PoolingOptions& options = {});
};
struct RILL_API MaxPooling2D : LayerPtr {
  explicit MaxPooling2D(const Ints& pool_size = 2, const PoolingOptions& options = {});
};
struct RILL_API MaxPooling3D : LayerPtr {
  explicit MaxPooling3D(const Ints& pool_size = 2, const PoolingOptions& options = {});
};
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
struct RILL_API GlobalMaxPooling1D : LayerPtr {
  explicit GlobalMaxPooling1D(const GlobalPoolingOptions& options = {});
};
struct RILL_API GlobalMaxPooling2D : LayerPtr {
  explicit GlobalMaxPooling2D(const GlobalPoolingOptions& options = {});
};
struct RILL_API GlobalMaxPooling3D : LayerPtr {
  explicit GlobalMaxPooling3D(const GlobalPoolingOptions& options = {});
};
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
