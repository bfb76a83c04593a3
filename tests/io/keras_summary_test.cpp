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

// What Keras 3.15 prints of Sequential([Input((8,)), Dense(4), Dense(2)]).
TEST(KerasSummary, OptimizersKeepWhatKerasKeeps) {
  const std::pair<const char*, const char*> kKept[] = {
      {"SGD", "2 (12.00 B)"},         {"Muon", "54 (220.00 B)"},
      {"Adafactor", "70 (284.00 B)"}, {"Lion", "48 (196.00 B)"},
      {"Nadam", "95 (384.00 B)"},     {"ScheduleFreeAdamW", "94 (380.00 B)"}};
  const auto kept_by = [](const keras::Model& model) {
    const std::string text = model.summary_text();
    const size_t at = text.find("Optimizer params: ");
    return at == std::string::npos ? "" : text.substr(at + 18, text.find('\n', at) - at - 18);
  };
  for (const auto& [name, wanted] : kKept) {
    const test::ScratchFolder folder;
    const keras::Sequential model{keras::layers::Dense(4, {.input_shape = {8}}),
                                  keras::layers::Dense(2)};
    model.compile({.optimizer = name, .loss = "mse"});
    EXPECT_EQ(kept_by(model), "") << name;
    model.save(folder / "m.keras");
    EXPECT_EQ(kept_by(keras::load_model(folder / "m.keras")), wanted) << name;
    model.fit(Tensor::zeros({4, 8}), Tensor::zeros({4, 2}), {.verbose = 0});
    EXPECT_EQ(kept_by(model), wanted) << name;
  }
}

}  // namespace
}  // namespace rill
