// MetaGraphDefs, as .meta files hold them.
#include "formats/meta_graph/meta_graph.h"
#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  expect_stable(bytes, [](const std::string& text) {
    return formats::serialize_meta_graph(
        formats::parse_meta_graph(SharedBytes::own(text), "fuzz.meta"));
  });
}

}  // namespace rill::fuzz
