// Code points as bytes.
#pragma once

#include <cstdint>
#include <string>

namespace rill {

// Of at most 0x1fffff. A lone surrogate becomes its three-byte form.
void append_utf8(std::string& out, uint32_t code);

}  // namespace rill
