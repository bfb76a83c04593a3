// The object graph in a checkpoint of objects.
#include "formats/saved_model/trackable_graph.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  using namespace formats;
  const std::string written = serialize_trackable_graph(parse_trackable_graph(bytes));
  expect(serialize_trackable_graph(parse_trackable_graph(written)) == written,
         "differs when read again");
}

}  // namespace rill::fuzz
