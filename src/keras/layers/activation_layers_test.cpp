#include <gtest/gtest.h>

#include "graph/graph.h"
#include "op/emit.h"
#include "rill/graph.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

// Convolutions are fused with Relu6, not with a minimum of something.
TEST(ReLU, OfSixIsOneOp) {
  const layers::ReLU layer({.max_value = 6.0});
  const Tensor x = Tensor::vector<float>({-1, 0, 3, 6, 7});
  EXPECT_EQ(layer(x).to_vector<float>(), (std::vector<float>{0, 0, 3, 6, 6}));
  const Graph graph;
  const GraphScope scope(graph.impl());
  const Value in = emit("Placeholder", {}, {{"dtype", DType::float32}, {"shape", Shape{-1}}});
  const Value out = layer(in);
  EXPECT_EQ(graph.as_graph_def().nodes.back().op, "Relu6");
}

TEST(ReLU, OfOtherBoundsClips) {
  const Tensor x = Tensor::vector<float>({-2, 0, 1, 4, 7});
  EXPECT_EQ(layers::ReLU({.max_value = 5.0})(x).to_vector<float>(),
            (std::vector<float>{0, 0, 1, 4, 5}));
  EXPECT_EQ(layers::ReLU({.max_value = 6.0, .negative_slope = 0.5})(x).to_vector<float>(),
            (std::vector<float>{-1, 0, 1, 4, 6}));
  EXPECT_EQ(layers::ReLU({.max_value = 6.0, .threshold = 2.0})(x).to_vector<float>(),
            (std::vector<float>{0, 0, 0, 4, 6}));
}

// Keras 2.0 wrote a number of numpy as an object.
TEST(LeakyReLU, TakesASlopeThatIsAnArray) {
  const LayerPtr layer = layers::deserialize(
      R"({"class_name": "LeakyReLU", "config": {"alpha": {"type": "ndarray", "value": 0.25}}})");
  EXPECT_EQ(layer(Tensor::vector<float>({-4, 2})).to_vector<float>(), (std::vector<float>{-1, 2}));
}

}  // namespace
}  // namespace rill::keras
