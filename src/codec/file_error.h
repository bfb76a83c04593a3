// Failed system calls as errors.
#pragma once

#include <filesystem>
#include <string_view>

#include "rill/error.hpp"

namespace rill {

// NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED (no space, no descriptors) or UNAVAILABLE.
Code code_of_errno(int error);

// Throws "PATH: cannot ACTION: <errno text>" with the code that belongs to the errno.
[[noreturn]] void fail_errno(const std::filesystem::path& path, std::string_view action, int error);

}  // namespace rill
