// Training that is cut off and goes on later ends where training in one go ends.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <thread>

#include "process.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"
#include "wave.h"

namespace rill::keras {
namespace {

namespace fs = std::filesystem;
using layers::Dense;

const Tensor& x() {
  static const Tensor& t = *new Tensor(test::wave({40, 4}, 0));
  return t;
}
const Tensor& y() {
  static const Tensor& t = *new Tensor(test::wave({40, 2}, 1));
  return t;
}

// Neither Keras nor rill keep the state of dropout in files.
Model normalized_model(const char* optimizer) {
  utils::set_random_seed(5);
  clear_session();
  const Sequential model{Dense(6, {.activation = "tanh", .input_shape = Shape{4}}),
                         layers::BatchNormalization(), Dense(2)};
  model.compile({.optimizer = optimizer, .loss = "mse", .metrics = {"mae"}});
  return model;
}

FitOptions options(int64_t epochs, int64_t from = 0) {
  FitOptions o;
  o.batch_size = 8;
  o.epochs = epochs;
  o.initial_epoch = from;
  o.shuffle = false;
  o.verbose = 0;
  return o;
}

void expect_same(const Model& a, const Model& b) {
  const auto u = a.get_weights(), v = b.get_weights();
  ASSERT_EQ(u.size(), v.size());
  for (size_t i = 0; i < u.size(); ++i) {
    EXPECT_EQ(u[i].to_vector<float>(), v[i].to_vector<float>()) << "weight " << i;
  }
}

fs::path folder(const std::string& name) {
  const fs::path out = test::scratch_path("rill_resume_" + name);
  fs::remove_all(out);
  fs::create_directories(out);
  return out;
}

class Resume : public testing::TestWithParam<const char*> {};

TEST_P(Resume, FromAFileOfAnyKind) {
  const Model straight = normalized_model(GetParam());
  const History wanted = straight.fit(x(), y(), options(6));
  for (const char* ending : {".keras", ".h5"}) {
    const fs::path file = folder("file") / (std::string("half") + ending);
    const Model half = normalized_model(GetParam());
    half.fit(x(), y(), options(3));
    half.save(file);
    const Model rest = load_model(file.string());
    const History got = rest.fit(x(), y(), options(6, 3));
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(got["loss"][i], wanted["loss"][i + 3]) << ending << " epoch " << i + 4;
    }
    expect_same(rest, straight);
  }
}

class Stop final : public Callback {
 public:
  void on_train_batch_end(int64_t batch, Logs&) override {
    if (epoch_ == 3 && batch == 2) throw AbortedError("the power went out");
  }
  void on_epoch_begin(int64_t epoch, Logs&) override { epoch_ = epoch; }

 private:
  int64_t epoch_ = 0;
};

TEST_P(Resume, FromABackup) {
  const Model straight = normalized_model(GetParam());
  straight.fit(x(), y(), options(6));
  const std::string at = (folder("backup") / "state").string();
  FitOptions o = options(6);
  o.callbacks = {callbacks::BackupAndRestore(at), std::make_shared<Stop>()};
  const Model cut = normalized_model(GetParam());
  EXPECT_THROW(cut.fit(x(), y(), o), AbortedError);
  o.callbacks = {callbacks::BackupAndRestore(at)};
  const Model again = normalized_model(GetParam());
  const History rest = again.fit(x(), y(), o);
  EXPECT_EQ(rest.epoch, (std::vector<int64_t>{3, 4, 5}));
  expect_same(again, straight);
  EXPECT_FALSE(fs::exists(at)) << "a run that ended leaves no backup";
}

// The optimizer of Keras 2 with a rate that changed, and a loss that no file holds.
TEST(Backup, OfOptimizersOfKeras2AndOwnLosses) {
  const auto made = [] {
    const Model model = normalized_model("sgd");
    model.compile({.optimizer = optimizer_from_json(R"({"class_name": "SGD", "config":
                       {"is_legacy_optimizer": false, "learning_rate": 0.1, "momentum": 0.9}})"),
                   .loss = LossPtr("mine", [](const Value& t, const Value& p) {
                     return ops::reduce_mean(ops::square(p - t), {-1});
                   })});
    return model;
  };
  const auto rates = callbacks::LearningRateScheduler(
      [](int64_t epoch, double rate) { return epoch == 1 ? rate / 2 : rate; });
  const Model straight = made(), cut = made(), again = made();
  FitOptions o = options(6);
  o.callbacks = {rates};
  straight.fit(x(), y(), o);
  const std::string at = (folder("backup2") / "state").string();
  o.callbacks = {rates, callbacks::BackupAndRestore(at), std::make_shared<Stop>()};
  EXPECT_THROW(cut.fit(x(), y(), o), AbortedError);
  EXPECT_TRUE(fs::exists(at + "/latest.weights.h5")) << "the name that Keras 3 gives it";
  o.callbacks = {rates, callbacks::BackupAndRestore(at)};
  EXPECT_EQ(again.fit(x(), y(), o).epoch.front(), 3);
  expect_same(again, straight);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Resume,
                         testing::Values("sgd", "adam", "rmsprop", "adamax", "lamb", "lion",
                                         "adagrad", "adafactor", "ftrl", "muon", "nadam"),
                         [](const auto& info) { return std::string(info.param); });

// Optimizers of Keras 2, the legacy ones as well: in files for Keras 2 as they are, in those for
// Keras 3 as their namesakes.
TEST(Resume, OptimizersOfKeras2) {
  for (
      const char* optimizer :
      {R"({"class_name": "Adam", "config": {"is_legacy_optimizer": false, "learning_rate": 0.02}})",
       R"({"class_name": "RMSprop", "config": {"is_legacy_optimizer": false, "momentum": 0.5}})",
       R"({"class_name": "SGD", "config": {"is_legacy_optimizer": false, "learning_rate": 0.1}})",
       R"({"class_name": "Adam", "config": {"learning_rate": 0.02, "decay": 0.1, "amsgrad": true}})",
       R"({"class_name": "SGD", "config": {"learning_rate": 0.1, "momentum": 0.9, "decay": 0.1}})",
       R"({"class_name": "Nadam", "config": {"is_legacy_optimizer": false}})",
       R"({"class_name": "Adafactor", "config": {"is_legacy_optimizer": false}})",
       R"({"class_name": "Nadam", "config": {"learning_rate": 0.02, "decay": 0.004}})"}) {
    SCOPED_TRACE(optimizer);
    const auto made = [&] {
      const Model model = normalized_model("sgd");
      model.compile({.optimizer = optimizer_from_json(optimizer), .loss = "mse"});
      return model;
    };
    const Model straight = made();
    straight.fit(x(), y(), options(6));
    const Model half = made();
    half.fit(x(), y(), options(3));
    const fs::path place = folder("keras2");
    half.save(place / "two.keras", {.keras_version = 2});
    half.save(place / "two.h5", {.keras_version = 2});
    const bool nadam = std::string(optimizer).find("Nadam") != std::string::npos;
    const bool legacy = half.optimizer().flavour() == Optimizer::Flavour::legacy;
    for (const char* file : {"two.keras", "two.h5"}) {
      if (nadam && !legacy) continue;  // as Keras' own, they lack what it multiplies up
      const Model rest = load_model(place / file);
      rest.fit(x(), y(), options(6, 3));
      expect_same(rest, straight);
    }
    half.save(place / "three.keras");
    half.save(place / "three.h5");
    // And not through the trainer of a model, but from one file to the next.
    load_model(place / "two.keras").save(place / "again.keras");
    for (const char* file : {"three.keras", "three.h5", "again.keras"}) {
      SCOPED_TRACE(file);
      const Model rest = load_model(place / file);
      EXPECT_EQ(rest.optimizer().flavour(), Optimizer::Flavour::keras3);
      EXPECT_EQ(rest.optimizer().iteration_count(), half.optimizer().iteration_count());
      rest.fit(x(), y(), options(6, 3));
      if (nadam && legacy) continue;  // follows another schedule of momenta
      const auto a = rest.predict(x()).to_vector<double>();
      const auto b = straight.predict(x()).to_vector<double>();
      for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-4) << i;
    }
    // A SavedModel of Keras 2 keeps the settings alone, as Keras' own.
    half.save(place / "saved", {.keras_version = 2});
    EXPECT_NO_THROW(load_model(place / "saved").fit(x(), y(), options(1)));
  }
}

// Killed at any moment, the file is a whole one: the old, or the new.
TEST(Checkpoint, AKillLeavesAWholeFile) {
  const fs::path file = folder("kill") / "model.keras";
  for (int round = 0; round < 6; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const Model model = normalized_model("adam");
      FitOptions o = options(1000000);
      o.callbacks = {
          callbacks::ModelCheckpoint(file.string(), {.monitor = "loss", .save_freq = 1})};
      model.fit(x(), y(), o);
      _exit(0);
    }
    for (int i = 0; i < 4000 && !fs::exists(file); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(1700 * round + 300));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(fs::exists(file));
    EXPECT_NO_THROW(load_model(file.string()));
  }
}

}  // namespace
}  // namespace rill::keras
