// JSON: what was read is written and read again alike.
#include "codec/json.h"

#include "fuzz.h"

namespace rill::fuzz {

void read(const std::string& bytes) {
  expect_stable(bytes, [](const std::string& text) { return Json::parse(text).dump(); });
}

}  // namespace rill::fuzz
