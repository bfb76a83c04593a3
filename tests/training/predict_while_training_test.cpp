// Predictions while another thread trains: each is that of the weights between two whole steps.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "rill/rill.hpp"

namespace rill {
namespace {

using keras::layers::Dense;

keras::Model line() {
  const keras::Sequential model{Dense(1, {.kernel_initializer = "zeros", .input_shape = {1}})};
  model.compile({.optimizer = "sgd", .loss = "mse"});
  return model;
}

void expect_whole_steps(const keras::Model& model) {
  // On inputs of one, kernel and bias get the same gradient: after each whole step they are equal.
  const Tensor ones = Tensor::of<float>(std::vector<float>(16, 1), {16, 1});
  const Tensor probe = Tensor::of<float>({0, 1}, {2, 1});
  std::atomic<bool> done{false};
  std::atomic<int> torn{0}, predictions{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      do {
        const std::vector<float> y = model.predict(probe).to_vector<float>();
        if (y.at(1) != 2 * y.at(0)) ++torn;
        ++predictions;
      } while (!done);
    });
  }
  model.fit(ones, ones, {.batch_size = 4, .epochs = 60, .verbose = 0});
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GE(predictions, 3);
  EXPECT_EQ(torn, 0) << "of " << predictions;
  const std::vector<float> y = model.predict(probe).to_vector<float>();
  EXPECT_NEAR(y.at(1), 1, 0.1);
}

TEST(Concurrency, PredictionsWhileTrainingAreOfWholeSteps) { expect_whole_steps(line()); }

TEST(Concurrency, StepsOfTheUsersOwnAreWholeToo) {
  const keras::Model model = line();
  model.set_train_step([&model](const Values& x, const Values& y, const Value&) {
    const std::vector<Value> variables = model.trainable_weights();
    Tape tape;
    const Value loss = ops::reduce_mean(keras::losses::mse(y[0], model(x[0])));
    model.optimizer().apply_gradients(tape.gradient(loss, variables), variables);
    return std::vector<std::pair<std::string, Value>>{{"loss", loss}};
  });
  expect_whole_steps(model);
}

}  // namespace
}  // namespace rill
