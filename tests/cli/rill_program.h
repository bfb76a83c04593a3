// The command line under test, and the samples it is run on.
#pragma once

#include <string>
#include <vector>

#include "process.h"

namespace rill::test {

inline const std::string kSamples = RILL_TEST_DATA "/samples/";

// Runs bin/rill with these arguments; `input` is its standard input.
inline Finished rill_program(const std::vector<std::string>& arguments,
                             const std::string& input = {}) {
  return run_program(program_folder() / "rill", arguments, input);
}

}  // namespace rill::test
