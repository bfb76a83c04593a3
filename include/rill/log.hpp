// What rill has to say besides errors: by default nothing is printed. RILL_LOG=debug, info, warn or
// error sends messages of that weight and above to standard error.
#pragma once

#include "rill/export.hpp"

namespace rill {

enum class LogLevel { debug, info, warning, error };

// `message` lives as long as the call. It may come from any thread.
using LogCallback = void (*)(LogLevel level, const char* message, void* user);

// Takes the place of standard error and RILL_LOG; null brings them back.
RILL_API void set_log_callback(LogCallback callback, void* user = nullptr);

}  // namespace rill
