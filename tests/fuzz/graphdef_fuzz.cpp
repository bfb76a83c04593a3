// GraphDefs, binary and text: what was read is written and read again alike.
#include "fuzz.h"
#include "rill/graph.hpp"

namespace rill::fuzz {

void read(const std::string& bytes) {
  const GraphDef graph = GraphDef::parse(bytes);
  const std::string written = graph.serialize();
  expect(GraphDef::parse(written).serialize() == written, "binary differs when read again");
  if (graph.nodes.empty() || written.size() > 5000) return;  // text is slow
  // NaNs lose their payload in text: only text is compared.
  const std::string text = graph.to_text();
  expect(GraphDef::parse(text).to_text() == text, "text differs when read again");
}

}  // namespace rill::fuzz
