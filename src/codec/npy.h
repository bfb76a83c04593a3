// NumPy's .npy (versions 1 to 3) and .npz files.
// Layout: numpy/lib/format.py.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "codec/bytes.h"
#include "rill/tensor.hpp"

namespace rill {

// Shares the bytes where it can (little-endian, C order); Fortran order and big-endian elements
// are converted, 'S' and 'U' become string tensors. Throws DATA_LOSS for damaged files,
// UNIMPLEMENTED for object and structured arrays. `what` begins the messages.
Tensor parse_npy(const SharedBytes& file, const std::string& what);
Tensor read_npy(const std::filesystem::path& path);

// The bytes up to the elements, exactly as NumPy writes them for a C-ordered array.
std::string npy_header(DType dtype, const Shape& shape);
// A string tensor becomes an array of 'S' as wide as its longest string.
std::string format_npy(const Tensor& tensor);
void write_npy(const std::filesystem::path& path, const Tensor& tensor);

// In the order of the archive, names without ".npy".
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
NamedTensors read_npz(const std::filesystem::path& path);
void write_npz(const std::filesystem::path& path, const NamedTensors& tensors);

}  // namespace rill
