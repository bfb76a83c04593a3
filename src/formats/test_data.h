// Where the tests of several formats find their samples.
#pragma once

#include <string>

namespace rill::formats {

inline const std::string kGraphs = RILL_TEST_DATA "/graphs/";

}  // namespace rill::formats
