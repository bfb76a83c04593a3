// Text between quotes as C, protobuf and Python's bytes spell it.
#pragma once

#include <string>
#include <string_view>

namespace rill {

enum class HighBytes { octal, kept };  // those of 0x80 and above: kept for text in UTF-8

// The text without its quotes: \n, \r, \t, \", \', \\ and \ooo for what cannot be printed. As
// absl::CEscape() and absl::Utf8SafeCEscape() write it.
std::string c_escaped(std::string_view text, HighBytes high);

}  // namespace rill
