// saved_model.pb and its object graph.
#include "formats/saved_model/saved_model.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  expect_stable(bytes, [](const std::string& text) {
    return formats::serialize_saved_model(
        formats::parse_saved_model(SharedBytes::own(text), "fuzz.pb"));
  });
}

}  // namespace rill::fuzz
