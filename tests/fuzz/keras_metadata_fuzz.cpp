// keras_metadata.pb of Keras 2.
#include "formats/saved_model/keras_metadata.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  expect_stable(bytes, [](const std::string& text) {
    return formats::serialize_keras_metadata(
        formats::parse_keras_metadata(bytes_of(text), "fuzz.pb"));
  });
}

}  // namespace rill::fuzz
