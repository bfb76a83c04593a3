// Where the sample files lie.
#pragma once

#include <filesystem>
#include <string>

namespace rill::test {

inline const std::filesystem::path kSamples = RILL_TEST_DATA "/samples";

inline std::filesystem::path keras_file(const std::string& name) {
  return std::filesystem::path(RILL_TEST_DATA) / "keras/files" / name;
}

}  // namespace rill::test
