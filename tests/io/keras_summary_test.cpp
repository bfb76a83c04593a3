#include <gtest/gtest.h>

#include "process.h"
#include "rill/keras.hpp"
#include "rill/keras/schedules.hpp"

namespace rill {
namespace {

// tf_keras' word where calls of a layer give several shapes.
TEST(KerasSummary, SharedLayers) {
  const auto a = keras::Input({5}), b = keras::Input({3, 5});
  const auto dense = keras::layers::Dense(4);
  const keras::Model model({a, b}, {dense(a), dense(b)});
  EXPECT_NE(model.summary_text({.style = "keras2"}).find("multiple"), std::string::npos);
  EXPECT_EQ(model.summary_text().find("multiple"), std::string::npos);
}

TEST(KerasSummary, ASchedulesRateIsNoVariable) {
  const test::ScratchFolder folder;
  const auto x = keras::Input({3});
  const keras::Model model(x, keras::layers::Dense(2)(x));
  model.compile({.optimizer = keras::optimizers::Adam(
                     {.learning_rate = keras::schedules::ExponentialDecay(0.1, 10, 0.9)}),
                 .loss = "mse"});
  model.fit(Tensor::zeros({4, 3}), Tensor::zeros({4, 2}), {.verbose = 0});
  model.save(folder / "m.keras");
  // The iteration and two slots for each of the 8 weights.
  const std::string text = keras::load_model(folder / "m.keras").summary_text();
  EXPECT_NE(text.find("Optimizer params: 17"), std::string::npos) << text;
}

}  // namespace
}  // namespace rill
