// Configs of Keras 1 and 2 in the spelling of Keras 2, with what old defaults meant.
#pragma once

#include "codec/json.h"
#include "keras/saving/deserialize.h"

namespace rill::keras::legacy {

// {"class_name", "config"} of one layer. Nested layers are not touched: they come here themselves.
Json upgrade(const Json& layer, Flavour flavour);

}  // namespace rill::keras::legacy
