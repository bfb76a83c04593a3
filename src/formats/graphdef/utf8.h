#pragma once

#include <string_view>

namespace rill::formats {

// Well-formed UTF-8 (Unicode table 3-7: no overlong forms, no surrogates, up to U+10FFFF).
bool is_utf8(std::string_view text) noexcept;

}  // namespace rill::formats
