#include "base/escape.h"

#include <gtest/gtest.h>

namespace rill {
namespace {

TEST(Escape, LettersAndOctals) {
  const std::string text("a\n\r\t\"'\\\0\x7f", 9);
  EXPECT_EQ(c_escaped(text, HighBytes::octal), "a\\n\\r\\t\\\"\\'\\\\\\000\\177");
  EXPECT_EQ(c_escaped("", HighBytes::octal), "");
}

TEST(Escape, HighBytes) {
  EXPECT_EQ(c_escaped("\xc3\xa9", HighBytes::octal), "\\303\\251");
  EXPECT_EQ(c_escaped("\xc3\xa9", HighBytes::kept), "\xc3\xa9");
}

}  // namespace
}  // namespace rill
