// What callbacks write for each generation of Keras.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "rill/keras.hpp"

namespace rill::keras {
namespace {

namespace fs = std::filesystem;

// A folder of this process, gone with the test.
struct Folder {
  fs::path root = fs::temp_directory_path() / ("rill_generation_" + std::to_string(getpid()));
  Folder() { fs::create_directories(root); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(root); }
  fs::path path(const std::string& name) const { return root / name; }
};

Model compiled(int keras, int64_t steps_per_execution = 1) {
  const Sequential model{layers::Dense(1, {.input_shape = Shape{1}})};
  model.compile({.optimizer = "sgd",
                 .loss = "mse",
                 .steps_per_execution = steps_per_execution,
                 .keras_version = keras});
  return model;
}

void fit(const Model& model, const CallbackPtr& callback) {
  const Tensor rows = Tensor::zeros({6, 1});
  model.fit(rows, rows, {.batch_size = 1, .epochs = 2, .verbose = 0, .callbacks = {callback}});
}

TEST(CheckpointGeneration, KerasTwoWritesAnyFormat) {
  const Folder box;
  const std::string folder = box.path("ck").string();
  const Model model = compiled(2);
  fit(model, callbacks::ModelCheckpoint(folder + "/whole.{epoch}-{loss:.1f}"));
  EXPECT_TRUE(fs::exists(folder + "/whole.1-0.0/saved_model.pb"));
  EXPECT_TRUE(fs::exists(folder + "/whole.2-0.0/keras_metadata.pb"));
  fit(model, callbacks::ModelCheckpoint(folder + "/w{epoch}", {.save_weights_only = true}));
  EXPECT_TRUE(fs::exists(folder + "/w2.index"));
  fit(model, callbacks::ModelCheckpoint(folder + "/m.h5"));
  EXPECT_TRUE(fs::exists(folder + "/m.h5"));
  for (const bool weights : {false, true}) {
    EXPECT_THROW(fit(compiled(3),
                     callbacks::ModelCheckpoint(folder + "/other", {.save_weights_only = weights})),
                 InvalidArgumentError);
  }
}

TEST(CheckpointGeneration, WhatIsWatchedAndMissing) {
  const Folder box;
  for (const int keras : {2, 3}) {
    const fs::path path = box.path("m" + std::to_string(keras) + ".keras");
    fit(compiled(keras), callbacks::ModelCheckpoint(path.string(), {.save_best_only = true}));
    EXPECT_EQ(fs::exists(path), keras == 3);  // there is no val_loss
  }
}

// Six batches in executions of two: every third batch is met behind the fourth and the last one.
TEST(CheckpointGeneration, SavesByBatchesOfExecutions) {
  const Folder box;
  const std::string path = box.path("b").string() + "/{epoch}-{batch}.keras";
  fit(compiled(3, 2), callbacks::ModelCheckpoint(path, {.save_freq = 3}));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(box.path("b"))) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"1-4.keras", "2-2.keras", "2-6.keras"}));
}

}  // namespace
}  // namespace rill::keras
