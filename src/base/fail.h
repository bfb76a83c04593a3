// fail(code, parts...): throws the subclass of Error that belongs to the code.
#pragma once

#include <string>

#include "base/str.h"
#include "rill/error.hpp"

namespace rill {

[[noreturn]] void throw_error(Code code, const std::string& message);

[[noreturn]] void fail_with(Code code, std::initializer_list<TextPart> parts);

template <typename... Parts>
[[noreturn]] void fail(Code code, const Parts&... parts) {
  fail_with(code, {TextPart(parts)...});
}

// Rethrows the error in flight with "context: " before its message. Call it in a catch block.
[[noreturn]] void rethrow_with_context(const Error& error, const std::string& context);

}  // namespace rill
