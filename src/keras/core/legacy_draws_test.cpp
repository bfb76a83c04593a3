// What layers of Keras 2 with a seed draw in training is what tf_keras draws: the losses are those
// of tf_keras 2.21 on the same model, three epochs in batches of two and one of one.
#include "keras/core/legacy_draws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "base/str.h"
#include "keras/models/model_layer.h"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

struct Drawn {
  const char* layer;
  const char* config;
  std::vector<double> by_default;  // without a seed of the program
  std::vector<double> seeded;      // with set_random_seed(11)
};

const std::vector<Drawn>& drawn_cases() {
  static const auto& all = *new std::vector<Drawn>{{"Dropout",
                                                    R"("rate": 0.5, "noise_shape": null)",
                                                    {1.13653266, 1.13109004, 1.1093775},
                                                    {0.9287346, 0.63928437, 1.17683744}},
                                                   {"Dropout",
                                                    R"("rate": 0.4, "noise_shape": [null, 1, 2])",
                                                    {0.79810101, 0.53376687, 1.09586883},
                                                    {0.81398976, 0.79702348, 1.09586883}},
                                                   {"SpatialDropout1D",
                                                    R"("rate": 0.3, "noise_shape": null)",
                                                    {0.68142998, 0.68817699, 0.80512798},
                                                    {0.69140625, 0.68922126, 0.80512798}},
                                                   {"GaussianDropout",
                                                    R"("rate": 0.5)",
                                                    {1.24744642, 1.22436213, 1.15688431},
                                                    {0.83134013, 0.96622503, 0.76228869}},
                                                   {"GaussianNoise",
                                                    R"("stddev": 0.5)",
                                                    {0.53577435, 0.71529204, 0.84687853},
                                                    {0.74179131, 0.71901685, 0.60370815}},
                                                   {"AlphaDropout",
                                                    R"("rate": 0.5, "noise_shape": null)",
                                                    {0.92160589, 0.88930833, 0.84133708},
                                                    {0.8684637, 0.78375089, 0.79810584}}};
  return all;
}

Model model_with(const Drawn& drawn) {
  return model_from_json(str(
      R"({"class_name": "Sequential", "keras_version": "2.21.0", "backend": "tensorflow",
          "config": {"name": "m", "layers": [
            {"class_name": "InputLayer", "config": {"name": "x", "dtype": "float32",
             "batch_input_shape": [null, 3, 2], "sparse": false, "ragged": false}},
            {"class_name": ")",
      drawn.layer, R"(", "config": {"name": "noise", "trainable": true, "dtype": "float32", )",
      drawn.config, R"(, "seed": 3}},
            {"class_name": "Dense", "config": {"name": "same", "trainable": true,
             "dtype": "float32", "units": 2, "activation": "linear", "use_bias": false,
             "kernel_initializer": {"class_name": "Identity", "config": {"gain": 1.0}}}}]}})"));
}

std::vector<double> losses_of(const Model& model) {
  Tensor x(DType::float32, Shape{5, 3, 2});
  for (int i = 0; i < 30; ++i) x.data<float>()[i] = std::sin(static_cast<float>(i));
  const Tensor y = Tensor::zeros(DType::float32, x.shape());
  return model.fit(x, y, {.batch_size = 2, .epochs = 3, .verbose = 0, .shuffle = false})["loss"];
}

void expect_losses(const std::vector<double>& got, const std::vector<double>& want,
                   const char* layer) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(got[i], want[i], 2e-6) << layer << " " << i;
}

std::vector<double> losses_of(const Drawn& drawn) {
  const Model model = model_with(drawn);
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.0}), .loss = "mse"});
  return losses_of(model);
}

// With the settings of compile() from a file tf_keras has all variables before the first step.
std::vector<double> losses_as_loaded(const Drawn& drawn,
                                     SavedTraining::From from = SavedTraining::From::hdf5,
                                     const char* metrics = "[]", bool tested = false,
                                     const char* legacy = "false") {
  const Model model = model_with(drawn);
  const char* key = from == SavedTraining::From::archive ? "optimizer" : "optimizer_config";
  model.impl()->keep_training({str(R"({"loss": "mse", "metrics": )", metrics, ", \"", key,
                                   R"(": {"class_name": "SGD", "config": {"learning_rate": 0.0,
      "is_legacy_optimizer": )",
                                   legacy, "}}}"),
                               nullptr, "2.15.0", from});
  const Tensor x = Tensor::zeros(DType::float32, Shape{1, 3, 2});
  if (tested) model.evaluate(x, x, {.verbose = 0});
  return losses_of(model);
}

TEST(LegacyDraws, AreThoseOfModelsFromFiles) {
  const Drawn& dropout = drawn_cases()[0];
  std::thread([&] {
    expect_losses(losses_as_loaded(dropout), {0.84425592, 0.91322327, 1.34106934}, "loaded");
  }).join();
  std::thread([&] {
    utils::set_random_seed(11);
    expect_losses(losses_as_loaded(dropout), {0.79278064, 1.40130901, 1.3785255}, "seeded");
  }).join();
}

// And without one where loading leaves something to the first step.
TEST(LegacyDraws, StartByWhatLoadingMakes) {
  const Drawn& dropout = drawn_cases()[0];
  const std::vector<double> loaded{0.84425592, 0.91322327, 1.34106934};
  using From = SavedTraining::From;
  const char* metric = R"([{"class_name": "MeanAbsoluteError", "config": {"name": "m"}}])";
  const auto expect = [&](const std::vector<double>& want, From from, const char* metrics,
                          bool tested, const char* legacy) {
    std::thread([&] {
      expect_losses(losses_as_loaded(dropout, from, metrics, tested, legacy), want, metrics);
    }).join();
  };
  expect(loaded, From::archive, metric, false, "false");
  expect(dropout.by_default, From::archive, R"(["mae"])", false, "false");
  expect(loaded, From::archive, R"(["mae"])", true, "false");
  expect(loaded, From::hdf5, R"(["mae"])", false, "false");
  expect(dropout.by_default, From::hdf5, "[]", true, "true");
  expect(dropout.by_default, From::saved_model, "[]", true, "false");
}

TEST(LegacyDraws, AreThoseOfKeras2) {
  for (const Drawn& drawn : drawn_cases()) {
    // Seeds belong to a thread.
    std::thread([&] { expect_losses(losses_of(drawn), drawn.by_default, drawn.layer); }).join();
    std::thread([&] {
      utils::set_random_seed(11);
      expect_losses(losses_of(drawn), drawn.seeded, drawn.layer);
    }).join();
  }
}

}  // namespace
}  // namespace rill::keras
