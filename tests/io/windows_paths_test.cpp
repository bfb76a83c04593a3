// On Windows, Keras 2.12 and 2.13 wrote the path of a layer as the name of one group.
#include <gtest/gtest.h>

#include "codec/atomic_file.h"
#include "formats/hdf5/h5_writer.h"
#include "io/h5_weights.h"
#include "process.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill {
namespace {

TEST(WindowsPaths, GroupsWithBackslashes) {
  const test::ScratchFolder folder;
  {
    AtomicFile file(folder / "w.h5");
    formats::H5Writer writer(file);
    const std::string root = "_layer_checkpoint_dependencies\\";
    writer.write(root + "dense/vars/0", Tensor::of<float>({2}, {1, 1}));
    writer.write(root + "lstm\\cell/vars/0", Tensor::of<float>({3}, {1, 1}));
    writer.write("optimizer/vars/0", Tensor::of<float>({4}, {1}));
    writer.finish();
    file.commit();
  }
  const io::H5Weights weights(formats::H5File::open(folder / "w.h5"));
  const std::string root = "_layer_checkpoint_dependencies";
  EXPECT_TRUE(weights.contains(root));
  EXPECT_TRUE(weights.contains(root + "/lstm"));
  EXPECT_FALSE(weights.contains(root + "/lst"));
  EXPECT_TRUE(weights.contains(root + "/dense/vars/0"));
  EXPECT_FALSE(weights.contains(root + "/dense/vars/1"));
  EXPECT_EQ(weights.read(root + "/lstm/cell/vars/0").item<float>(), 3);
  EXPECT_EQ(weights.read("optimizer/vars/0").item<float>(), 4);
  const keras::Sequential model{keras::layers::Dense(1, {.use_bias = false, .input_shape = {1}})};
  keras::load_weights(model, weights);
  EXPECT_EQ(model.predict(Tensor::of<float>({5}, {1, 1})).item<float>(), 10);
}

}  // namespace
}  // namespace rill
