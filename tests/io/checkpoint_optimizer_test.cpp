// Optimizers in checkpoints of objects, as Keras 2 lays them out.
#include "io/checkpoint_optimizer.h"

#include <gtest/gtest.h>

#include "io/object_checkpoint.h"
#include "process.h"
#include "rill/keras.hpp"

namespace rill::io {
namespace {

using test::ScratchFolder;

TEST(CheckpointOptimizer, ListsItsVariablesBehindTheIterations) {
  const ScratchFolder folder;
  const std::string prefix = folder / "variables";
  ObjectCheckpoint out;
  const int optimizer = out.child(0, "optimizer"), list = out.child(optimizer, "_variables");
  out.set_value(out.child(optimizer, "_iterations"), "iteration", Tensor::scalar(int64_t{7}));
  out.set_value(out.child(list, "1"), "m", Tensor::vector<float>({1, 2}));
  out.set_value(out.child(list, "2"), "v", Tensor::vector<float>({3, 4}));
  out.set_value(out.child(0, "kernel"), "kernel", Tensor::vector<float>({5}));
  out.write(prefix);

  const auto source = checkpoint_optimizer(prefix);
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(source->read("optimizer/vars/0").item<int64_t>(), 7);
  EXPECT_EQ(source->read("optimizer/vars/2").to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_FALSE(source->contains("optimizer/vars/3"));
}

TEST(CheckpointOptimizer, IsNotThereInAModelThatWasNotTrained) {
  const ScratchFolder folder;
  const std::string prefix = folder / "variables";
  ObjectCheckpoint out;
  out.set_value(out.child(0, "kernel"), "kernel", Tensor::vector<float>({5}));
  out.write(prefix);
  EXPECT_EQ(checkpoint_optimizer(prefix), nullptr);
}

// tf.train.Checkpoint(model=model, optimizer=model.optimizer), and Model.save_weights() of Keras 2.
TEST(CheckpointOptimizer, ComesWithTheWeights) {
  const ScratchFolder folder;
  for (const bool named : {true, false}) {
    const std::string prefix = folder / (named ? "named" : "plain");
    ObjectCheckpoint out;
    const int layer = out.child(named ? out.child(0, "model") : 0, "layer_with_weights-0");
    out.set_value(out.child(layer, "kernel"), "kernel", Tensor::of<float>({1, 2}, {2, 1}));
    out.set_value(out.child(layer, "bias"), "bias", Tensor::vector<float>({3}));
    const int optimizer = out.child(0, "optimizer"), list = out.child(optimizer, "_variables");
    out.set_value(out.child(optimizer, "_iterations"), "iteration", Tensor::scalar(int64_t{7}));
    out.set_value(out.child(list, "1"), "m", Tensor::of<float>({4, 5}, {2, 1}));
    out.set_value(out.child(list, "2"), "m", Tensor::vector<float>({6}));
    out.write(prefix);

    const keras::Sequential model{keras::layers::Dense(1, {.input_shape = Shape{2}})};
    model.compile({.optimizer = keras::optimizer_from_json(
                       R"({"class_name": "SGD",
                           "config": {"is_legacy_optimizer": false, "momentum": 0.5}})"),
                   .loss = "mse"});
    model.load_weights(prefix);
    EXPECT_EQ(model.get_weights().at(0).to_vector<float>(), (std::vector<float>{1, 2}));
    EXPECT_EQ(model.optimizer().iteration_count(), 7);
  }
}

}  // namespace
}  // namespace rill::io
