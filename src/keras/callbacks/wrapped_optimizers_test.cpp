// Callbacks that change rates and averages reach the optimizers within others: all of a training is
// what it is with the bare optimizer.
#include <gtest/gtest.h>

#include "rill/keras.hpp"

namespace rill::keras {
namespace {

struct Trained {
  std::vector<float> weights;
  History history;
};

OptimizerPtr averaging() {
  return optimizers::Adam({.learning_rate = 0.1, .use_ema = true, .ema_momentum = 0.5});
}

// `rate`: whether the rate changes by a schedule of epochs, or where the loss stands still.
Trained train(const OptimizerPtr& optimizer, bool by_epoch) {
  const Sequential model{layers::Dense(1, {.input_shape = Shape{2}})};
  model.set_weights({Tensor::of<float>({0.5F, -0.25F}, {2, 1}), Tensor::of<float>({0.125F}, {1})});
  model.compile({.optimizer = optimizer, .loss = "mse"});
  const CallbackPtr rates =
      by_epoch ? callbacks::LearningRateScheduler([](int64_t, double rate) { return rate / 2; })
               : callbacks::ReduceLROnPlateau(
                     {.monitor = "loss", .factor = 0.25, .patience = 1, .min_delta = 100});
  FitOptions options;
  options.batch_size = 2;
  options.epochs = 3;
  options.shuffle = false;
  options.verbose = 0;
  options.callbacks = {rates, callbacks::SwapEMAWeights(by_epoch)};
  const Tensor x = Tensor::of<float>({1, 2, -1, 0.5, 0, 3, 2, -2}, {4, 2});
  Trained out{{}, model.fit(x, Tensor::of<float>({1, 0, 2, -1}, {4, 1}), options)};
  for (const Tensor& w : model.get_weights()) {
    for (const float value : w.to_vector<float>()) out.weights.push_back(value);
  }
  return out;
}

TEST(WrappedOptimizers, LossScalesChangeNothing) {
  for (const bool by_epoch : {true, false}) {
    const Trained bare = train(averaging(), by_epoch);
    const Trained scaled = train(optimizers::LossScaleOptimizer(averaging(), 1024), by_epoch);
    EXPECT_EQ(bare.weights, scaled.weights);  // powers of two round nothing
    EXPECT_EQ(bare.history["learning_rate"], scaled.history["learning_rate"]);
    EXPECT_LT(bare.history["learning_rate"].back(), 0.1);
  }
}

TEST(WrappedOptimizers, EachOfSeveralHasARateInTheLogs) {
  for (const bool by_epoch : {true, false}) {
    const Trained bare = train(averaging(), by_epoch);
    const OptimizerPtr usual = averaging(), other = averaging();
    const optimizers::MultiOptimizer both({usual, {{"bias", other}}});
    const Trained apart = train(both, by_epoch);
    EXPECT_EQ(bare.weights, apart.weights);
    EXPECT_EQ(bare.history["learning_rate"], apart.history["learning_rate_" + usual->name()]);
    EXPECT_EQ(bare.history["learning_rate"], apart.history["learning_rate_" + other->name()]);
  }
}

}  // namespace
}  // namespace rill::keras
