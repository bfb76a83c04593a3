// Upper case that is more than one character.
#pragma once

#include <cstdint>
#include <string_view>

namespace rill {

// In UTF-8; empty where the simple mapping of one character to another is all there is.
std::string_view special_upper(uint32_t c);

}  // namespace rill
