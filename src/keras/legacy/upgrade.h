// Configs of Keras 1 and 2 in the spelling of Keras 2, with what old defaults meant.
#pragma once

#include <string>
#include <string_view>

#include "codec/json.h"
#include "keras/saving/deserialize.h"

namespace rill::keras::legacy {

// {"class_name", "config"} of one layer. Nested layers are not touched: they come here themselves.
// `image_order` is that of the model's other layers ("th", "tf"), for those that Keras 1 wrote
// without one.
Json upgrade(const Json& layer, Flavour flavour, std::string_view image_order = {});

// "th" or "tf" where the layer says so itself, else empty.
std::string image_order_of(const Json& layer);

}  // namespace rill::keras::legacy
