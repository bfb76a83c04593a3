// keras_metadata.pb of Keras 2.
#include "formats/saved_model/keras_metadata.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  const auto parse = [](const std::string& text) {
    return formats::parse_keras_metadata(bytes_of(text), "fuzz.pb");
  };
  const std::string written = formats::serialize_keras_metadata(parse(bytes));
  expect(formats::serialize_keras_metadata(parse(written)) == written, "differs when read again");
}

}  // namespace rill::fuzz
