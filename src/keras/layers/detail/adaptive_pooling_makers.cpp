// What a C++ program writes for adaptive pooling.
#include "keras/layers/configured.h"
#include "rill/keras/layers/conv.hpp"

namespace rill::keras::layers {
namespace {

Config config_of(const Ints& output_size, const AdaptivePoolingOptions& o) {
  return Config()
      .set("output_size", std::vector<int64_t>(output_size.begin(), output_size.end()))
      .set("data_format", o.data_format);
}

}  // namespace

AdaptiveAveragePooling1D::AdaptiveAveragePooling1D(const Ints& size,
                                                   const AdaptivePoolingOptions& o)
    : LayerPtr(configured("AdaptiveAveragePooling1D", o, config_of(size, o))) {}
AdaptiveAveragePooling2D::AdaptiveAveragePooling2D(const Ints& size,
                                                   const AdaptivePoolingOptions& o)
    : LayerPtr(configured("AdaptiveAveragePooling2D", o, config_of(size, o))) {}
AdaptiveAveragePooling3D::AdaptiveAveragePooling3D(const Ints& size,
                                                   const AdaptivePoolingOptions& o)
    : LayerPtr(configured("AdaptiveAveragePooling3D", o, config_of(size, o))) {}
AdaptiveMaxPooling1D::AdaptiveMaxPooling1D(const Ints& size, const AdaptivePoolingOptions& o)
    : LayerPtr(configured("AdaptiveMaxPooling1D", o, config_of(size, o))) {}
AdaptiveMaxPooling2D::AdaptiveMaxPooling2D(const Ints& size, const AdaptivePoolingOptions& o)
    : LayerPtr(configured("AdaptiveMaxPooling2D", o, config_of(size, o))) {}
AdaptiveMaxPooling3D::AdaptiveMaxPooling3D(const Ints& size, const AdaptivePoolingOptions& o)
    : LayerPtr(configured("AdaptiveMaxPooling3D", o, config_of(size, o))) {}

}  // namespace rill::keras::layers
