// Which layers pass a mask on and which take it away differs between Keras 2 and 3:
// tests/data/make_keras_masks.py made the files and the predictions.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "codec/npy.h"
#include "io/samples.h"
#include "process.h"
#include "rill/keras.hpp"

namespace rill {
namespace {

void expect_masked_as_keras(const keras::Model& model, const char* numbers) {
  std::map<std::string, Tensor> kept;
  for (const auto& [key, value] : read_npz(test::keras_file(numbers))) kept[key] = value;
  const std::vector<Tensor> found = model.predict({kept.at("words"), kept.at("others")});
  ASSERT_EQ(found.size() + 2, kept.size());
  for (size_t i = 0; i < found.size(); ++i) {
    const Tensor& expected = kept.at("y" + std::to_string(i));
    ASSERT_EQ(found[i].shape(), expected.shape()) << i;
    for (int64_t k = 0; k < expected.size(); ++k) {
      const float e = expected.data<float>()[k];
      ASSERT_NEAR(found[i].data<float>()[k], e, 2e-5F * (1 + std::abs(e))) << i << " " << k;
    }
  }
}

TEST(KerasMasks, OfKeras3) {
  const test::ScratchFolder folder;
  const keras::Model model = keras::load_model(test::keras_file("masks_k3.keras"));
  expect_masked_as_keras(model, "masks_expected_k3.npz");
  model.save(folder / "again.keras");
  expect_masked_as_keras(keras::load_model(folder / "again.keras"), "masks_expected_k3.npz");
}

TEST(KerasMasks, OfKeras2) {
  const test::ScratchFolder folder;
  const keras::Model model = keras::load_model(test::keras_file("masks_k2.h5"));
  expect_masked_as_keras(model, "masks_expected_k2.npz");
  model.save(folder / "again.h5", {.keras_version = 2});
  expect_masked_as_keras(keras::load_model(folder / "again.h5"), "masks_expected_k2.npz");
}

}  // namespace
}  // namespace rill
