#pragma once

#include <memory>
#include <utility>

#include "base/make_shared_as.h"
#include "keras/core/naming.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

// What all options structs share goes to the layer itself.
template <typename Options>
void apply_common(Layer& layer, const Options& options) {
  if (!options.name.empty()) layer.set_name(options.name);
  layer.set_dtype(options.dtype);
  if constexpr (requires { options.trainable; }) {
    if (!options.trainable) layer.set_trainable(false);
  }
  if constexpr (requires { options.input_shape; }) {
    if (options.input_shape) {
      Shape shape = *options.input_shape;
      shape.insert(0, Shape::kUnknownDim);
      layer.set_batch_input_shape(std::move(shape));
    }
  }
}

// A layer inside another one stands in configs, which want a name.
inline void name_if_none(const LayerPtr& layer) {
  if (layer && layer->name().empty()) layer->set_name(unique_layer_name(layer->class_name()));
}

template <typename T, typename Options, typename... Args>
LayerPtr make_layer(const char* class_name, const Options& options, Args&&... args) {
  auto layer = make_shared_as<Layer, T>(std::forward<Args>(args)...);
  layer->set_class_name(class_name);
  apply_common(*layer, options);
  layer->draw_seeds();
  return LayerPtr(std::move(layer));
}

}  // namespace rill::keras
