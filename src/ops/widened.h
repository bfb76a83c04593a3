// Kernels of float32 on halves: what is half as wide is made wide, and rounded once at the end.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "op/prepared.h"

namespace rill {

struct WidenedInput {
  int at;  // below 4
  int64_t elements;
};

inline bool is_half(DType dtype) { return dtype == DType::float16 || dtype == DType::bfloat16; }

// `wide` reads these inputs, and no others, as float32 and writes output 0.
Prepared prepare_widened(DType half, Prepared wide, std::initializer_list<WidenedInput> inputs,
                         int64_t output_elements);

}  // namespace rill
