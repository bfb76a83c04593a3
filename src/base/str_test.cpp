#include "base/str.h"

#include <gtest/gtest.h>

namespace rill {
namespace {

TEST(Str, JoinsParts) {
  EXPECT_EQ(str("a", 1, ' ', 2.5, ' ', true, ' ', std::string("b"), std::string_view("c")),
            "a1 2.5 true bc");
  EXPECT_EQ(str(std::vector<int>{1, 2}), "[1, 2]");
  EXPECT_EQ(str(), "");
  EXPECT_EQ(str(INT64_MIN, ' ', UINT64_MAX), "-9223372036854775808 18446744073709551615");
}

TEST(Str, QuotedEscapesAndClips) {
  EXPECT_EQ(rill::quoted("dense_1"), "'dense_1'");
  EXPECT_EQ(rill::quoted(std::string_view("a\n\0\x7f", 4)), "'a\\x0a\\x00\\x7f'");
  EXPECT_EQ(rill::quoted("é"), "'é'");
  EXPECT_EQ(rill::quoted(std::string(1000, 'x')), "'" + std::string(200, 'x') + "...'");
}

TEST(Str, NearestName) {
  const std::vector<std::string> names = {"output:0", "input:0", "model/logits/BiasAdd"};
  EXPECT_EQ(nearest("outputs:0", names), "output:0");
  EXPECT_EQ(nearest("INPUT:0", names), "input:0");
  EXPECT_EQ(nearest("BiasAdd", names), "model/logits/BiasAdd");
  EXPECT_EQ(nearest("entirely_different", names), "");
  EXPECT_EQ(nearest("", {}), "");
  EXPECT_EQ(nearest("x", {"x"}), "x");
  EXPECT_EQ(nearest("CRF", {"GRU", "LSTM"}), "");
  EXPECT_EQ(nearest("GRv", {"GRU", "LSTM"}), "GRU");
  EXPECT_EQ(nearest(std::string(100000, 'a'), {std::string(100000, 'b')}), "");
}

TEST(Str, DidYouMean) {
  EXPECT_EQ(did_you_mean("dens", {"dense", "conv"}), "; did you mean 'dense'?");
  EXPECT_EQ(did_you_mean("zzzzzz", {"dense", "conv"}), "");
  const std::vector<std::string> losses{"binary_crossentropy", "sparse_categorical_crossentropy"};
  EXPECT_EQ(nearest("sparse_crossentropy", losses), losses[1]);
  EXPECT_EQ(nearest("binary_crossentrop", losses), losses[0]);
  EXPECT_EQ(nearest("crossentropy_sparse", losses), "");
}

}  // namespace
}  // namespace rill
