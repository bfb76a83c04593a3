// Which instruction set the kernels of simd/ run on: the best this machine has, chosen once.
// The environment variable RILL_ISA (x86_64, v3, v4) lowers the choice, for tests.
#pragma once

#include <vector>

#include "kernels/simd/table.h"

namespace rill::kernels {

const SimdTable& simd() noexcept;

// Every table this machine can run, the baseline first. For tests and benchmarks.
std::vector<const SimdTable*> simd_tables();

}  // namespace rill::kernels
