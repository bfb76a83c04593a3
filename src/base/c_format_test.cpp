#include "base/c_format.h"

#include <gtest/gtest.h>

#include <cmath>

namespace rill {
namespace {

TEST(CFormat, WritesWhateverLength) {
  EXPECT_EQ(c_format("%s", ""), "");
  EXPECT_EQ(c_format("%.3g of %s", 1.5, "two"), "1.5 of two");
  for (const int length : {62, 63, 64, 65, 1000}) {
    EXPECT_EQ(c_format("%*d", length, 7), std::string(static_cast<size_t>(length - 1), ' ') + "7");
  }
}

TEST(CFormat, ReadsNumbers) {
  char* end = nullptr;
  const char* text = "-1.25e2,5";
  EXPECT_EQ(c_strtod(text, &end), -125.0);
  EXPECT_EQ(*end, ',');
  EXPECT_EQ(c_strtof("0x1p-2"), 0.25F);
  EXPECT_TRUE(std::isinf(c_strtod("1e999")));
}

}  // namespace
}  // namespace rill
