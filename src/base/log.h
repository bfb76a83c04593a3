#pragma once

#include "base/str.h"
#include "rill/log.hpp"

namespace rill {

void send_log(LogLevel level, const std::string& message);

template <typename... Parts>
void report(LogLevel level, const Parts&... parts) {
  send_log(level, str(parts...));
}

}  // namespace rill
