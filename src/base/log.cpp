#include "base/log.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace rill {
namespace {

constexpr int kNothing = 4;

struct Log {
  std::mutex mutex;
  LogCallback callback = nullptr;
  void* user = nullptr;
};

Log& the_log() {
  static auto* log = new Log;  // leaked: messages may come until the very end
  return *log;
}

constexpr const char* kNames[] = {"debug", "info", "warning", "error"};

int least_level() {
  const char* wanted = std::getenv("RILL_LOG");
  if (wanted == nullptr) return kNothing;
  for (int i = 0; i < kNothing; ++i) {
    // "warn" will do for "warning".
    if (wanted[0] != '\0' && std::string_view(kNames[i]).starts_with(wanted)) return i;
  }
  return kNothing;
}

}  // namespace

void set_log_callback(LogCallback callback, void* user) {
  Log& log = the_log();
  std::lock_guard lock(log.mutex);
  log.callback = callback;
  log.user = user;
}

void send_log(LogLevel level, const std::string& message) {
  Log& log = the_log();
  LogCallback callback = nullptr;
  void* user = nullptr;
  {
    std::lock_guard lock(log.mutex);
    callback = log.callback;
    user = log.user;
  }
  if (callback != nullptr) {
    callback(level, message.c_str(), user);
  } else if (static_cast<int>(level) >= least_level()) {
    std::fprintf(stderr, "rill: %s: %s\n", kNames[static_cast<int>(level)], message.c_str());
  }
}

}  // namespace rill
