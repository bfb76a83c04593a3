// Which classes of a Keras model rill lacks.
#include "cli/describe_parts.h"
#include "io/keras_formats.h"
#include "keras/saving/deserialize.h"

namespace rill::cli {

void find_missing_classes(KerasPart& keras, const Json& config) {
  const rill::keras::CustomObjects own = io::with_saved_models("", {});
  rill::keras::Deserializer deserializer(own, rill::keras::flavour_of(config, keras.keras_version));
  for (const auto& [class_name, layers] : deserializer.list_missing(config)) {
    keras.missing[class_name].assign(layers.begin(), layers.end());
  }
}

}  // namespace rill::cli
