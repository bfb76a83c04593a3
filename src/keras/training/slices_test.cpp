// Gradients of rows: values are those of Keras 3.15 and tf_keras 2.21.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "keras/core/weights.h"
#include "op/indexed_slices.h"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

// A row that is looked up twice: Adam of Keras 3 squares its two gradients one by one, unless the
// global norm was clipped, which makes one gradient of them.
TEST(Slices, AfterClippingByTheGlobalNorm) {
  const auto after = [](std::optional<double> most) {
    const auto state = std::make_shared<VariableState>("table", DType::float32, Shape{4, 2});
    state->assign(Tensor::of<float>({1, 1, 1, 1, 1, 1, 1, 1}, {4, 2}));
    const Value table = Tensor::of_variable(state, DType::float32, {4, 2});
    const IndexedSlices rows{Tensor::of<float>({1, 2, 3, -1, 0.5, 0.5}, {3, 2}),
                             Tensor::vector<int32_t>({1, 1, 2}), Tensor::vector<int32_t>({4, 2})};
    const optimizers::Adam adam({.learning_rate = 0.1, .global_clipnorm = most});
    for (int step = 0; step < 2; ++step) {
      adam->apply_gradients({make_indexed_slices(rows, {4, 2})}, {table});
    }
    return state->read().to_vector<float>();
  };
  EXPECT_NEAR(after({})[2], 0.7470201, 1e-6);
  EXPECT_NEAR(after(30)[2], 0.8000018, 1e-6);
  EXPECT_NEAR(after(30)[3], 0.8000022, 1e-6);
}

}  // namespace
}  // namespace rill::keras
