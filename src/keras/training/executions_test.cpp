// steps_per_execution as callbacks see it (Keras 3.15, EpochIterator).
#include <gtest/gtest.h>

#include <filesystem>

#include "process.h"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

class Recorder final : public Callback {
 public:
  void on_train_batch_begin(int64_t batch, Logs&) override { begun.push_back(batch); }
  void on_train_batch_end(int64_t batch, Logs& logs) override {
    ended.push_back(batch);
    EXPECT_FALSE(logs.empty());
    if (batch == stop_at) stop_training();
  }
  void on_test_batch_end(int64_t batch, Logs&) override { tested.push_back(batch); }
  std::vector<int64_t> begun, ended, tested;
  int64_t stop_at = -1;
};

Model compiled() {
  const Sequential model{layers::Dense(1, {.input_shape = Shape{2}})};
  model.compile({.optimizer = "sgd", .loss = "mse", .steps_per_execution = 2});
  return model;
}

TEST(Executions, CallbacksHearOfSeveralBatchesAtOnce) {
  const Model model = compiled();
  const auto recorder = std::make_shared<Recorder>();
  const Tensor x = Tensor::zeros({10, 2}), y = Tensor::zeros({10, 1});
  model.fit(x, y, {.batch_size = 2, .verbose = 0, .callbacks = {recorder}});
  EXPECT_EQ(recorder->begun, (std::vector<int64_t>{0, 2, 4}));
  EXPECT_EQ(recorder->ended, (std::vector<int64_t>{1, 3, 5}));
  model.evaluate(x, y, {.batch_size = 2, .verbose = 0, .callbacks = {recorder}});
  EXPECT_EQ(recorder->tested, (std::vector<int64_t>{1, 3, 5}));
}

TEST(Executions, FilesKeepTheirLength) {
  const std::string path = test::scratch_path("rill_executions.keras").string();
  compiled().save(path);
  const Model model = load_model(path);
  const auto recorder = std::make_shared<Recorder>();
  model.fit(Tensor::zeros({8, 2}), Tensor::zeros({8, 1}),
            {.batch_size = 2, .verbose = 0, .callbacks = {recorder}});
  EXPECT_EQ(recorder->ended, (std::vector<int64_t>{1, 3}));
  std::filesystem::remove(path);
}

TEST(Executions, TrainingStopsBetweenThem) {
  const Model model = compiled();
  const auto recorder = std::make_shared<Recorder>();
  recorder->stop_at = 1;
  const Tensor x = Tensor::zeros({10, 2}), y = Tensor::zeros({10, 1});
  model.fit(x, y, {.batch_size = 2, .epochs = 3, .verbose = 0, .callbacks = {recorder}});
  EXPECT_EQ(recorder->ended, (std::vector<int64_t>{1}));
}

}  // namespace
}  // namespace rill::keras
