// saved_model.pb and its object graph.
#include "formats/saved_model/saved_model.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  const auto parse = [](const std::string& text) {
    return formats::parse_saved_model(SharedBytes::own(text), "fuzz.pb");
  };
  const std::string written = formats::serialize_saved_model(parse(bytes));
  expect(formats::serialize_saved_model(parse(written)) == written, "differs when read again");
}

}  // namespace rill::fuzz
