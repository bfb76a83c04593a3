#include "base/log.h"

#include <gtest/gtest.h>

#include <vector>

namespace rill {
namespace {

using Heard = std::vector<std::pair<LogLevel, std::string>>;

TEST(Log, GoesToTheCallbackOnlyWhileThereIsOne) {
  Heard heard;
  set_log_callback([](LogLevel level, const char* message,
                      void* user) { static_cast<Heard*>(user)->emplace_back(level, message); },
                   &heard);
  report(LogLevel::warning, "a model of ", 3, " layers");
  set_log_callback(nullptr);
  report(LogLevel::debug, "nobody hears this");
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].first, LogLevel::warning);
  EXPECT_EQ(heard[0].second, "a model of 3 layers");
}

TEST(Log, PrintsWhatTheEnvironmentAsksFor) {
  ::setenv("RILL_LOG", "warn", 1);
  testing::internal::CaptureStderr();
  report(LogLevel::info, "quiet");
  report(LogLevel::warning, "loud");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "rill: warning: loud\n");
  ::unsetenv("RILL_LOG");
  testing::internal::CaptureStderr();
  report(LogLevel::error, "quiet");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace rill
