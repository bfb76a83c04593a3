#include "io/session_tables.h"

#include <set>

#include "graph/graph.h"
#include "io/variables.h"
#include "ops/lookup_table.h"

namespace rill::io {

std::vector<SavedTable> filled_tables(const Session& session) {
  std::vector<SavedTable> out;
  std::set<const Opaque*> seen;
  const std::shared_ptr<GraphImpl> graph = session.graph().impl();
  for (int id = 0; id < graph->num_nodes(); ++id) {
    const Node& node = graph->node(id);
    const bool dense = node.op == "MutableDenseHashTableV2";
    if (!dense && node.op != "MutableHashTableV2" && node.op != "MutableHashTableOfTensorsV2") {
      continue;
    }
    const auto found = session.impl()->resources()->find(
        text_attr(node, "container"),
        LookupTable::resource_name(text_attr(node, "shared_name"), node.name));
    const auto* table = dynamic_cast<const LookupTable*>(found.get());
    if (table == nullptr || !seen.insert(table).second) continue;
    auto [keys, values] = table->export_all();
    out.push_back({node.name, std::move(keys), std::move(values), dense});
  }
  return out;
}

}  // namespace rill::io
