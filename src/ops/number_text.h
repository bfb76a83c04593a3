// Numbers in texts as TensorFlow reads them (tensorflow/core/platform/numbers.h, safe_strto*).
#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/c_format.h"
#include "ops/text.h"

namespace rill {

// False for what is no number. Spaces around it and a sign are allowed; floats may be hexadecimal,
// and are infinite or zero where they are too large or too small to hold.
template <typename T>
bool parse_number(std::string_view text, T& value) {
  text = strip(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  const char* end = text.data() + text.size();
  if constexpr (std::is_floating_point_v<T>) {
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
    const auto result = std::from_chars(text.data(), end, value);
    if (!hexadecimal && result.ec == std::errc() && result.ptr == end) return true;
    if (!hexadecimal && (result.ec != std::errc::result_out_of_range || result.ptr != end)) {
      return false;
    }
    const std::string copy(text);
    char* stop = nullptr;
    value = static_cast<T>(c_strtod(copy.c_str(), &stop));
    return stop == copy.c_str() + copy.size();
  } else {
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc() && result.ptr == end;
  }
}

}  // namespace rill
