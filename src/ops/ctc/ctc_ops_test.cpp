#include <gtest/gtest.h>

#include <cmath>

#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

using Ints = std::vector<int64_t>;

// [time, batch 1, classes 3]: the winners are 1, blank, 1, 1 (the blank is the last class).
Tensor logits() { return Tensor::of<float>({0, 5, 0, 0, 0, 5, 0, 5, 0, 0, 5, 0}, Shape{4, 1, 3}); }
Value lengths(int32_t n) { return Tensor::vector<int32_t>({n}); }

TEST(CtcGreedyDecoder, TakesTheBestPath) {
  const Values out =
      emit_all("CTCGreedyDecoder", {logits(), lengths(4)}, {{"merge_repeated", true}});
  EXPECT_EQ(out[1].to_vector<int64_t>(), (Ints{1, 1}));  // the blank parts two of one kind
  EXPECT_EQ(out[2].to_vector<int64_t>(), (Ints{1, 2}));
  EXPECT_FLOAT_EQ(out[3].to_vector<float>()[0], -20);
  const Values all = emit_all("CTCGreedyDecoder", {logits(), lengths(4)});
  EXPECT_EQ(all[1].to_vector<int64_t>(), (Ints{1, 1, 1}));
  // TensorFlow takes a negative length for none.
  EXPECT_EQ(emit_all("CTCGreedyDecoder", {logits(), lengths(-1)})[1].size(), 0);
}

TEST(CtcGreedyDecoder, RefusesWhatDoesNotFit) {
  EXPECT_THROW(emit_all("CTCGreedyDecoder", {logits(), lengths(5)}), FailedPreconditionError);
  EXPECT_THROW(emit_all("CTCGreedyDecoder", {logits(), Tensor::vector<int32_t>({4, 4})}),
               FailedPreconditionError);
  EXPECT_THROW(emit_all("CTCGreedyDecoder",
                        {Tensor::zeros(Shape{4, 0, 3}), Tensor::vector(std::vector<int32_t>{})}),
               InvalidArgumentError);
}

TEST(CtcBeamSearchDecoder, AWidthOfManyFindsTheLikeliestLabels) {
  const Values out =
      emit_all("CTCBeamSearchDecoder", {logits(), lengths(4)},
               {{"beam_width", int64_t{10}}, {"top_paths", int64_t{2}}, {"merge_repeated", false}});
  EXPECT_EQ(out[2].to_vector<int64_t>(), (Ints{1, 1}));
  EXPECT_GT(out[6].to_vector<float>()[0], out[6].to_vector<float>()[1]);
  EXPECT_THROW(emit_all("CTCBeamSearchDecoder", {logits(), lengths(4)},
                        {{"beam_width", int64_t{1}}, {"top_paths", int64_t{2}}}),
               InvalidArgumentError);
}

Values loss(const std::vector<int64_t>& indices, const std::vector<int32_t>& labels) {
  const auto n = static_cast<int64_t>(labels.size());
  return emit_all("CTCLoss", {logits(), Tensor::vector(indices).reshaped(Shape{n, 2}),
                              Tensor::vector(labels), lengths(4)});
}

TEST(CtcLoss, SequencesThatAreTooShortCountEveryLabel) {
  const auto with = [](int32_t time, bool ignore) {
    return emit_all("CTCLoss",
                    {logits(), Tensor::of<int64_t>({0, 0, 0, 1}, {2, 2}),
                     Tensor::vector<int32_t>({1, 1}), lengths(time)},
                    {{"preprocess_collapse_repeated", true},
                     {"ignore_longer_outputs_than_inputs", ignore}})[0]
        .to_vector<float>()[0];
  };
  EXPECT_EQ(with(1, true), 0) << "two labels, though they collapse to one";
  EXPECT_THROW(with(1, false), InvalidArgumentError);
  EXPECT_GT(with(2, false), 0);
  EXPECT_EQ(with(0, true), 0);
  EXPECT_THROW(with(0, false), InvalidArgumentError);
  EXPECT_THROW(loss({}, {}), InvalidArgumentError) << "no label";
}

TEST(CtcLoss, WithoutAPathTheGradientIsTheSoftmax) {
  // Two equal labels need a blank between them: three steps.
  const Values out = emit_all("CTCLoss", {logits(), Tensor::of<int64_t>({0, 0, 0, 1}, {2, 2}),
                                          Tensor::vector<int32_t>({1, 1}), lengths(2)});
  EXPECT_TRUE(std::isinf(out[0].to_vector<float>()[0]));
  const std::vector<float> gradient = out[1].to_vector<float>();
  EXPECT_NEAR(gradient[0], 0.0066F, 1e-4F);
  EXPECT_NEAR(gradient[1], 0.9867F, 1e-4F);
  EXPECT_EQ(gradient[9], 0) << "beyond the sequence";
}

TEST(CtcLoss, IsTheNegativeLogarithmOfAllPaths) {
  // One path in four steps: 1, blank, 1, 1 and those that shift it.
  const Values out = loss({0, 0, 0, 1}, {1, 1});
  EXPECT_GT(out[0].to_vector<float>()[0], 0);
  EXPECT_LT(out[0].to_vector<float>()[0], 0.2F);
  // The gradient of a softmax sums to zero over the classes.
  const auto g = out[1].to_vector<float>();
  for (size_t t = 0; t < 4; ++t) EXPECT_NEAR(g[3 * t] + g[3 * t + 1] + g[3 * t + 2], 0, 1e-5);
}

TEST(CtcLoss, RefusesBadLabels) {
  EXPECT_THROW(loss({0, 0}, {-1}), InvalidArgumentError);
  EXPECT_THROW(loss({1, 0}, {1}), InvalidArgumentError);
  EXPECT_THROW(loss({0, -3}, {1}), InvalidArgumentError);
  EXPECT_THROW(loss({0, 0, 0, 1, 0, 2, 0, 3, 0, 4}, {0, 0, 0, 0, 0}), InvalidArgumentError);
}

TEST(EditDistance, CountsWhatMustChange) {
  const auto sparse = [](const std::vector<int64_t>& values) {
    std::vector<int64_t> indices;
    for (size_t i = 0; i < values.size(); ++i) {
      indices.push_back(0);
      indices.push_back(static_cast<int64_t>(i));
    }
    const auto n = static_cast<int64_t>(values.size());
    return Values{Tensor::vector(indices).reshaped(Shape{n, 2}), Tensor::vector(values),
                  Tensor::vector<int64_t>({1, n})};
  };
  const auto distance = [&](const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
    Values inputs = sparse(a);
    for (const Value& v : sparse(b)) inputs.push_back(v);
    return emit("EditDistance", std::span<const Value>(inputs), {{"normalize", false}})
        .to_vector<float>()[0];
  };
  EXPECT_EQ(distance({1, 2, 3}, {1, 3}), 1);
  EXPECT_EQ(distance({1, 2, 3}, {3, 2, 1}), 2);
  EXPECT_EQ(distance({1}, {1}), 0);
}

}  // namespace
}  // namespace rill
