// What is wrong with the data or the settings of a training run is said clearly, and what was
// learnt so far is kept.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

#include "process.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "wave.h"

namespace rill::keras {
namespace {

using layers::Dense;

Model small_model(const CompileOptions& options, int64_t units = 3, const char* last = "softmax") {
  const Sequential model{Dense(5, {.activation = "tanh", .input_shape = Shape{4}}),
                         Dense(units, {.activation = last})};
  model.compile(options);
  return model;
}

FitOptions quiet() {
  FitOptions o;
  o.batch_size = 8;
  o.epochs = 3;
  o.verbose = 0;
  return o;
}

// The message of the error with this code, or what happened instead.
std::string refused(Code code, const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& e) {
    return e.code() == code ? e.what() : std::string("another code: ") + e.what();
  }
  return "nothing was thrown";
}

void expect_says(const std::string& message, const std::string& text) {
  EXPECT_NE(message.find(text), std::string::npos) << "it says: " << message;
}

TEST(BadInput, NamesAreCompared) {
  std::string m = refused(Code::invalid_argument, [] { OptimizerPtr("adan"); });
  expect_says(m, "'Adam'");
  m = refused(Code::invalid_argument, [] {
    small_model({.optimizer = "sgd", .loss = "mean_squard_error"})
        .fit(test::wave({8, 4}, 0), test::wave({8, 3}, 0), quiet());
  });
  expect_says(m, "mean_squared_error");
  m = refused(Code::invalid_argument, [] {
    small_model({.optimizer = "sgd", .loss = "mse", .metrics = {"acuracy"}})
        .fit(test::wave({8, 4}, 0), test::wave({8, 3}, 0), quiet());
  });
  expect_says(m, "'accuracy'");
}

TEST(BadInput, ShapesThatDoNotFitAreNamed) {
  const Model model = small_model({.optimizer = "sgd", .loss = "mse"});
  std::string m = refused(Code::invalid_argument, [&] {
    model.fit(test::wave({8, 4}, 0), test::wave({7, 3}, 0), quiet());
  });
  expect_says(m, "8 and 7");
  m = refused(Code::invalid_argument, [&] {
    model.fit(test::wave({8, 6}, 0), test::wave({8, 3}, 0), quiet());
  });
  expect_says(m, "6");
  expect_says(m, "4");
  m = refused(Code::invalid_argument, [&] {
    model.fit(test::wave({8, 4}, 0), test::wave({8, 2}, 0), quiet());
  });
  expect_says(m, "2");
  expect_says(m, "3");
  const Model classes = small_model({.optimizer = "sgd", .loss = "categorical_crossentropy"});
  m = refused(Code::invalid_argument, [&] {
    classes.fit(test::wave({8, 4}, 0), test::wave({8, 5}, 0), quiet());
  });
  expect_says(m, "5");
}

TEST(BadInput, WeightsAndTargetsThatCannotBeUsedAreNamed) {
  const Model model = small_model({.optimizer = "sgd", .loss = "mse"});
  FitOptions o = quiet();
  o.sample_weight = test::wave({8, 7}, 0);
  std::string m = refused(Code::invalid_argument, [&] {
    model.fit(test::wave({8, 4}, 0), test::wave({8, 3}, 0), o);
  });
  expect_says(m, "sample_weight has shape [8,7]");
  expect_says(m, "[8]");
  m = refused(Code::invalid_argument, [&] {
    model.fit(test::wave({2, 4}, 0), Tensor::vector(std::vector<std::string>{"a", "b"}), quiet());
  });
  expect_says(m, "StringLookup");
}

TEST(BadInput, NamesInPathsOfCheckpointsAreCompared) {
  const Model model = small_model({.optimizer = "sgd", .loss = "mse"});
  FitOptions o = quiet();
  o.callbacks = {callbacks::ModelCheckpoint("/nowhere/{val_los:.2f}.keras")};
  o.validation_data = Examples{test::wave({8, 4}, 0), test::wave({8, 3}, 0)};
  const std::string m = refused(Code::not_found, [&] {
    model.fit(test::wave({8, 4}, 0), test::wave({8, 3}, 0), o);
  });
  expect_says(m, "may name epoch, loss, val_loss");
  expect_says(m, "did you mean 'val_loss'");
}

TEST(BadInput, LabelsOutOfRangeAreRefused) {
  const Model model = small_model({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  Tensor labels(DType::int32, Shape{8});
  for (int i = 0; i < 8; ++i) labels.data<int32_t>()[i] = i % 3;
  for (const int bad : {3, 100, -1}) {
    labels.data<int32_t>()[5] = bad;
    const auto before = model.get_weights();
    const std::string m = refused(Code::invalid_argument, [&] {
      model.fit(test::wave({8, 4}, 0), labels, quiet());
    });
    expect_says(m, std::to_string(bad));
    expect_says(m, "training on inputs float32 [8,4] and targets int32 [8]: ");
    EXPECT_EQ(model.get_weights()[0].to_vector<float>(), before[0].to_vector<float>());
  }
}

TEST(BadInput, DataWithoutRowsIsRefused) {
  const Model model = small_model({.optimizer = "sgd", .loss = "mse"});
  expect_says(refused(Code::invalid_argument,
                      [&] {
                        model.fit(test::wave({0, 4}, 0), test::wave({0, 3}, 0), quiet());
                      }),
              "empty");
  const BatchGenerator nothing = [](Examples&) { return false; };
  expect_says(refused(Code::invalid_argument, [&] { model.fit(nothing, quiet()); }), "empty");
  expect_says(refused(Code::invalid_argument,
                      [&] {
                        model.fit(Dataset::from_tensor_slices(
                                      {test::wave({0, 4}, 0), test::wave({0, 3}, 0)})
                                      .batch(2),
                                  quiet());
                      }),
              "empty");
}

TEST(BadInput, RaggedDataIsRefused) {
  const Model model = small_model({.optimizer = "sgd", .loss = "mse"});
  const Dataset ragged = Dataset::range(1, 9).map([](const Values& e) {
    return Values{test::wave({e[0].item<int64_t>()}, 0), test::wave({3}, 0)};
  });
  expect_says(refused(Code::invalid_argument, [&] { model.fit(ragged.batch(4), quiet()); }),
              "padded_batch()");
}

TEST(BadInput, ALossThatIsNoNumberEndsAndKeepsTheHistory) {
  const Model model = small_model({.optimizer = "sgd", .loss = "mse"});
  Tensor y = test::wave({24, 3}, 0);
  FitOptions o = quiet();
  o.epochs = 5;
  o.shuffle = false;
  o.callbacks = {callbacks::TerminateOnNaN(),
                 callbacks::LambdaCallback({.on_epoch_end = [&](int64_t epoch, Logs&) {
                   if (epoch == 1) y.data<float>()[30] = std::numeric_limits<float>::quiet_NaN();
                 }})};
  const History h = model.fit(test::wave({24, 4}, 0), y, o);
  ASSERT_EQ(h["loss"].size(), 3u);
  EXPECT_TRUE(std::isfinite(h["loss"][1]));
  EXPECT_TRUE(std::isnan(h["loss"][2]));
  const auto path = test::scratch_path("rill_bad_input_history.csv");
  h.csv(path.string());
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NE(text.find("\r\n2,nan\r\n"), std::string::npos) << text;  // as Python spells it
  std::filesystem::remove(path);
}

// What callbacks have written before an error stays.
TEST(BadInput, AnErrorInTheMiddleLosesNoHistory) {
  const auto path = test::scratch_path("rill_bad_input_log.csv");
  std::filesystem::remove(path);
  const Model model = small_model({.optimizer = "sgd", .loss = "mse"});
  int batches = 0;
  FitOptions o = quiet();
  o.epochs = 4;
  o.steps_per_epoch = 2;
  o.callbacks = {callbacks::CSVLogger(path.string())};
  const BatchGenerator source = [&](Examples& e) -> bool {
    if (++batches > 5) throw DataLossError("the disk went away");
    e = {test::wave({4, 4}, 0), test::wave({4, 3}, 1), {}};
    return true;
  };
  expect_says(refused(Code::data_loss, [&] { model.fit(source, o); }), "the disk went away");
  std::FILE* file = std::fopen(path.c_str(), "r");
  ASSERT_NE(file, nullptr);
  int lines = 0;
  for (int c = std::fgetc(file); c >= 0; c = std::fgetc(file)) lines += c == '\n';
  std::fclose(file);
  EXPECT_EQ(lines, 3);  // a header and two epochs
}

}  // namespace
}  // namespace rill::keras
