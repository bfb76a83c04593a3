// The verdict on a sandboxed run.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "sandbox.h"

namespace rill::test {

inline void expect_no_faults(const SandboxReport& report) {
  std::printf("%lld fine, %lld refused, %lld faults\n", static_cast<long long>(report.fine),
              static_cast<long long>(report.refused), static_cast<long long>(report.num_faults));
  std::string faults;
  for (const auto& fault : report.faults) faults += fault + "\n";
  EXPECT_EQ(report.num_faults, 0) << faults;
}

}  // namespace rill::test
