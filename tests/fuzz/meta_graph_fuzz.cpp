// MetaGraphDefs, as .meta files hold them.
#include "formats/meta_graph/meta_graph.h"
#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  const auto parse = [](const std::string& text) {
    return formats::parse_meta_graph(SharedBytes::own(text), "fuzz.meta");
  };
  const std::string written = formats::serialize_meta_graph(parse(bytes));
  expect(formats::serialize_meta_graph(parse(written)) == written, "differs when read again");
}

}  // namespace rill::fuzz
