#include "rill/shape.hpp"

#include <gtest/gtest.h>

#include "rill/error.hpp"

namespace rill {
namespace {

TEST(Shape, Prints) {
  EXPECT_EQ(Shape().to_string(), "()");
  EXPECT_EQ((Shape{4}).to_string(), "(4,)");
  EXPECT_EQ((Shape{-1, 3}).to_string(), "(None, 3)");
  EXPECT_EQ((Shape{-1, 3}).debug_string(), "[?,3]");
  EXPECT_EQ(Shape().debug_string(), "[]");
  EXPECT_EQ(Shape::unknown_rank().to_string(), "<unknown>");
}

TEST(OptionalShape, IsWrittenAsAShape) {
  struct Options {
    OptionalShape shape = {};
  };
  EXPECT_FALSE(Options{}.shape);
  EXPECT_FALSE(Options{.shape = {}}.shape);
  EXPECT_FALSE(Options{.shape = std::nullopt}.shape);
  EXPECT_EQ(*Options{.shape = {10}}.shape, (Shape{10}));
  EXPECT_EQ(*(Options{.shape = {-1, 28, 28}}.shape), (Shape{-1, 28, 28}));
  EXPECT_EQ(*(Options{.shape = {{28, 28}}}.shape), (Shape{28, 28}));
  EXPECT_EQ(*Options{.shape = Shape{}}.shape, Shape{});
}

TEST(Shape, CountsElements) {
  EXPECT_EQ(Shape().num_elements(), 1);
  EXPECT_EQ((Shape{2, 3, 4}).num_elements(), 24);
  EXPECT_EQ((Shape{2, -1}).num_elements(), -1);
  EXPECT_EQ(Shape::unknown_rank().num_elements(), -1);
  EXPECT_THROW((Shape{INT64_MAX, 2}).num_elements(), InvalidArgumentError);
  EXPECT_EQ((Shape{INT64_MAX, 2, 0}).num_elements(), 0);  // no element, however long the others
}

TEST(Shape, GrowsPastTheInlineDimensions) {
  Shape shape;
  for (int i = 0; i < 20; ++i) shape.push_back(i);
  ASSERT_EQ(shape.rank(), 20);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(shape[i], i);
  const Shape copy = shape;
  Shape moved = std::move(shape);
  EXPECT_EQ(copy, moved);
  moved.erase(0);
  moved.insert(3, 77);
  EXPECT_EQ(moved[0], 1);
  EXPECT_EQ(moved[3], 77);
  EXPECT_NE(copy, moved);
  Shape& alias = moved;
  moved = alias;
  EXPECT_EQ(moved.rank(), 20);
  moved.resize(2, 0);
  EXPECT_EQ(moved, (Shape{1, 2}));
}

TEST(Shape, LimitsTheRank) {
  EXPECT_EQ(Shape::unknown_dims(Shape::kMaxRank).rank(), Shape::kMaxRank);
  EXPECT_THROW(Shape(std::vector<int64_t>(255, 1)), InvalidArgumentError);
}

TEST(Shape, UnknownsAreCompatible) {
  EXPECT_TRUE((Shape{-1, 3}).is_compatible_with(Shape{2, 3}));
  EXPECT_FALSE((Shape{-1, 3}).is_compatible_with(Shape{2, 4}));
  EXPECT_FALSE((Shape{-1, 3}).is_compatible_with(Shape{3}));
  EXPECT_TRUE(Shape::unknown_rank().is_compatible_with(Shape{3}));
  EXPECT_FALSE((Shape{-1}) == (Shape{1}));
  EXPECT_FALSE((Shape{-1}).is_fully_defined());
  EXPECT_FALSE(Shape::unknown_rank() == Shape());
}

}  // namespace
}  // namespace rill
