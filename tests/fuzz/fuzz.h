// What a target of the fuzzer (libFuzzer, `./dev fuzz NAME`) says: how its bytes are read.
#pragma once

#include <functional>
#include <string>

#include "rill/error.hpp"

namespace rill::fuzz {

// Each target defines it. It may throw Errors, but no INTERNAL or UNKNOWN ones; anything else, and
// memory or time without bound, is a finding.
void read(const std::string& bytes);

// Ends the process with the words when the bytes were read wrongly.
void expect(bool holds, const char* words);
// What `rewrite` reads and writes is read and written again alike.
template <typename Rewrite>
void expect_stable(const std::string& bytes, const Rewrite& rewrite) {
  const std::string written = rewrite(bytes);
  expect(rewrite(written) == written, "differs when read again");
}

// Goes on after an Error that read() might throw.
void attempt(const std::function<void()>& part);

}  // namespace rill::fuzz
