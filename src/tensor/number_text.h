// Numbers as NumPy 2 prints them (numpy/_core/arrayprint.py: FloatingFormat, IntegerFormat,
// ComplexFloatingFormat): the shortest digits that read back, columns aligned on the point.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rill/tensor.hpp"

namespace rill {

// One text an element, all of the same width, for the elements at these flat positions.
std::vector<std::string> element_texts(const Tensor& tensor, const std::vector<int64_t>& positions);

// The only element of a scalar, as Python's str() prints the NumPy scalar: 1.0, 1e-05, b'text'.
std::string scalar_text(const Tensor& tensor);

}  // namespace rill
