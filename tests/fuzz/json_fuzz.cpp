// JSON: what was read is written and read again alike.
#include "codec/json.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  const std::string written = Json::parse(bytes).dump();
  expect(Json::parse(written).dump() == written, "differs when read again");
}

}  // namespace rill::fuzz
