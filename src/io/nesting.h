// How deep models may hold models: more is a damaged file, or one made to exhaust the stack.
#pragma once

#include "base/fail.h"

namespace rill::io {

// `what` are nested: "models", "layers". Throws INVALID_ARGUMENT beyond 32.
inline void check_nesting(int depth, const char* what = "models") {
  if (depth > 32) fail(Code::invalid_argument, what, " are nested too deep");
}

}  // namespace rill::io
