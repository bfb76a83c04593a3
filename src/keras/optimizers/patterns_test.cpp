// Regular expressions in the settings of optimizers. They may come from a file.
#include <gtest/gtest.h>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

OptimizerPtr muon(const std::string& pattern) {
  return optimizer_from_json(R"({"class_name": "Muon", "config": {"exclude_layers": [")" + pattern +
                             "\"]}}");
}

void fit(const Sequential& model, const OptimizerPtr& optimizer) {
  model.compile({.optimizer = optimizer, .loss = "mse"});
  model.train_on_batch(Tensor::of<float>({1, 2, -1, 0.5}, {2, 2}),
                       Tensor::of<float>({1, 0}, {2, 1}));
}

Sequential two_layers(const std::string& name) {
  return Sequential{layers::Dense(2, {.input_shape = Shape{2}, .name = name}), layers::Dense(1)};
}

TEST(OptimizerPatterns, MuonRefusesWhatIsNone) {
  try {
    fit(two_layers("first"), muon("("));
    FAIL() << "taken";
  } catch (const rill::InvalidArgumentError& error) {
    EXPECT_NE(std::string(error.what()).find("'('"), std::string::npos) << error.what();
  }
}

// A matcher that goes back takes exponential time for the first, and a frame a character for the
// second.
TEST(OptimizerPatterns, HostileOnesTakeLinearTimeAndNoStack) {
  fit(two_layers(std::string(60, 'a')), muon("(a|aa|a*)*b$"));
  fit(two_layers(std::string(1 << 20, 'a')), muon("(a|b)*c"));
}

TEST(OptimizerPatterns, WeightDecayPassesByTheNamed) {
  const auto weights_after = [](const std::vector<std::string>& names) {
    const Sequential model{layers::Dense(1, {.input_shape = Shape{2}})};
    model.set_weights({Tensor::of<float>({1, 1}, {2, 1}), Tensor::of<float>({1}, {1})});
    const optimizers::SGD sgd({.learning_rate = 1.0, .weight_decay = 0.5});
    sgd->exclude_from_weight_decay({}, names);
    model.compile({.optimizer = sgd, .loss = "mse"});
    // The prediction is the target: no gradient.
    model.train_on_batch(Tensor::of<float>({1, 1}, {1, 2}), Tensor::of<float>({3}, {1, 1}));
    std::vector<float> out;
    for (const Tensor& w : model.get_weights()) {
      for (const float value : w.to_vector<float>()) out.push_back(value);
    }
    return out;
  };
  EXPECT_EQ(weights_after({}), (std::vector<float>{0.5F, 0.5F, 0.5F}));
  EXPECT_EQ(weights_after({"^b.as$"}), (std::vector<float>{0.5F, 0.5F, 1.0F}));
  EXPECT_EQ(weights_after({"kern"}), (std::vector<float>{1.0F, 1.0F, 0.5F}));
  EXPECT_THROW(weights_after({"bias", "[a"}), rill::InvalidArgumentError);
}

}  // namespace
}  // namespace rill::keras
