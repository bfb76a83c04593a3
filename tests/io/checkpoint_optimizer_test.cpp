// Optimizers in checkpoints of objects, as Keras 2 lays them out.
#include "io/checkpoint_optimizer.h"

#include <gtest/gtest.h>

#include "io/object_checkpoint.h"
#include "process.h"

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

}  // namespace
}  // namespace rill::io
