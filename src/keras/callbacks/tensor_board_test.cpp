// What TensorBoard finds in the event files of a training run.
#include <gtest/gtest.h>

#include <filesystem>

#include "codec/tf_record.h"
#include "process.h"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

namespace fs = std::filesystem;

std::string all_records(const fs::path& folder) {
  std::string out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    TFRecordReader reader(entry.path());
    for (std::string record; reader.next(record);) out += record;
  }
  return out;
}

TEST(TensorBoard, DrawsTheLayers) {
  const fs::path folder = test::scratch_path("rill_tensor_board");
  fs::remove_all(folder);
  const Sequential model{layers::Dense(2, {.input_shape = Shape{3}, .name = "first_one"}),
                         layers::Activation("tanh", {.name = "behind_it"})};
  model.compile({.optimizer = "sgd", .loss = "mse"});
  FitOptions options;
  options.verbose = 0;
  options.callbacks = {callbacks::TensorBoard(folder.string())};
  model.fit(Tensor::zeros({4, 3}), Tensor::zeros({4, 2}), options);
  const std::string events = all_records(folder / "train");
  // A node: its name (field 1), its op (2), its input (3).
  EXPECT_NE(events.find("\n\tbehind_it\x12\nActivation\x1a\tfirst_one"), std::string::npos);
  EXPECT_NE(events.find("graph_keras_model"), std::string::npos);
  EXPECT_NE(events.find("epoch_loss"), std::string::npos);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace rill::keras
