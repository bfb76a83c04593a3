// Reshaping and merging.
#pragma once

#include "rill/keras/layers/core.hpp"

namespace rill::keras::layers {

struct ImageOptions {
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// (batch, ...) -> (batch, product).
struct RILL_API Flatten : LayerPtr {
  explicit Flatten(const ImageOptions& options = {});
};
// Another shape behind the batch, of which one size may be -1.
struct RILL_API Reshape : LayerPtr {
  explicit Reshape(const Ints& target_shape, const PlainOptions& options = {});
};
// Dimensions behind the batch in another order, counted from 1.
struct RILL_API Permute : LayerPtr {
  explicit Permute(const Ints& dims, const PlainOptions& options = {});
};
// (batch, n) -> (batch, times, n).
struct RILL_API RepeatVector : LayerPtr {
  explicit RepeatVector(int64_t n, const PlainOptions& options = {});
};
// One number for both sides of every dimension, one a dimension, or (before, after) a dimension.
struct Amounts : std::vector<Ints> {
  Amounts(int amount) : std::vector<Ints>{Ints(amount)} {}  // NOLINT
  Amounts(std::initializer_list<Ints> amounts) : std::vector<Ints>(amounts) {}
};
// Less at both ends of each dimension of space.
struct RILL_API Cropping1D : LayerPtr {
  explicit Cropping1D(const Amounts& cropping = 1, const PlainOptions& options = {});
};
struct RILL_API Cropping2D : LayerPtr {
  explicit Cropping2D(const Amounts& cropping = 0, const ImageOptions& options = {});
};
struct RILL_API Cropping3D : LayerPtr {
  explicit Cropping3D(const Amounts& cropping = 1, const ImageOptions& options = {});
};
// Zeros at both ends of each dimension of space.
struct RILL_API ZeroPadding1D : LayerPtr {
  explicit ZeroPadding1D(const Amounts& padding = 1, const ImageOptions& options = {});
};
struct RILL_API ZeroPadding2D : LayerPtr {
  explicit ZeroPadding2D(const Amounts& padding = 1, const ImageOptions& options = {});
};
struct RILL_API ZeroPadding3D : LayerPtr {
  explicit ZeroPadding3D(const Amounts& padding = 1, const ImageOptions& options = {});
};
struct UpSamplingOptions {
  std::string interpolation = "nearest";
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Each position `size` times; pictures also by interpolation.
struct RILL_API UpSampling1D : LayerPtr {
  explicit UpSampling1D(int64_t size = 2, const PlainOptions& options = {});
};
struct RILL_API UpSampling2D : LayerPtr {
  explicit UpSampling2D(const Ints& size = 2, const UpSamplingOptions& options = {});
};
struct RILL_API UpSampling3D : LayerPtr {
  explicit UpSampling3D(const Ints& size = 2, const ImageOptions& options = {});
};

// Called on two or more inputs that broadcast.
struct RILL_API Add : LayerPtr {
  explicit Add(const PlainOptions& options = {});
};
// The first less the second.
struct RILL_API Subtract : LayerPtr {
  explicit Subtract(const PlainOptions& options = {});
};
struct RILL_API Multiply : LayerPtr {
  explicit Multiply(const PlainOptions& options = {});
};
// The mean of the inputs.
struct RILL_API Average : LayerPtr {
  explicit Average(const PlainOptions& options = {});
};
struct RILL_API Maximum : LayerPtr {
  explicit Maximum(const PlainOptions& options = {});
};
struct RILL_API Minimum : LayerPtr {
  explicit Minimum(const PlainOptions& options = {});
};
// Inputs joined along `axis`.
struct RILL_API Concatenate : LayerPtr {
  explicit Concatenate(int64_t axis = -1, const PlainOptions& options = {});
};
// Products of two inputs over an axis of each; `normalize`: cosines.
struct RILL_API Dot : LayerPtr {
  explicit Dot(const Ints& axes, bool normalize = false, const PlainOptions& options = {});
  explicit Dot(std::initializer_list<int64_t> axes, bool normalize = false,
               const PlainOptions& options = {})
      : Dot(Ints(axes), normalize, options) {}
};

}  // namespace rill::keras::layers
