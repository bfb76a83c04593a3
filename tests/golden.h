// Values that Keras or TensorFlow gave, stored as JSON below tests/data.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "codec/json.h"

namespace rill::test {

inline Json golden(const std::string& file) {
  std::ifstream in(RILL_TEST_DATA "/" + file, std::ios::binary);
  return Json::parse(std::string(std::istreambuf_iterator<char>(in), {}), file);
}

}  // namespace rill::test
