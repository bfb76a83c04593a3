// The object graph in a checkpoint of objects.
#include "formats/saved_model/trackable_graph.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  expect_stable(bytes, [](const std::string& text) {
    return formats::serialize_trackable_graph(formats::parse_trackable_graph(text));
  });
}

}  // namespace rill::fuzz
