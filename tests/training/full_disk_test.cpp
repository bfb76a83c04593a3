// A disk that is full while a model is written: the error is told, the file that was there stays.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "process.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

namespace fs = std::filesystem;
using test::ScratchFolder;

// Files may not grow beyond so many bytes while it lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_ = {};
};

Model wide_model() {
  const Sequential model{layers::Dense(300, {.input_shape = Shape{200}}), layers::Dense(1)};
  model.compile({.optimizer = "adam", .loss = "mse"});
  return model;
}

std::set<std::string> files_in(const fs::path& folder) {
  std::set<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    out.insert(fs::relative(entry.path(), folder).string());
  }
  return out;
}

struct Case {
  const char* name;
  void (*save)(const Model& model, const std::string& path);
  void (*load)(const Model& model, const std::string& path);
};

void take_weights(const Model& model, const std::string& path) {
  model.set_weights(load_model(path).get_weights());
}
void save_whole(const Model& model, const std::string& path) { model.save(path); }
void save_weights(const Model& model, const std::string& path) { model.save_weights(path); }
void load_weights(const Model& model, const std::string& path) { model.load_weights(path); }

const Case kCases[] = {
    {"a.keras", save_whole, take_weights},
    {"a.h5", save_whole, take_weights},
    {"a.weights.h5", save_weights, load_weights},
    {"a.ckpt", save_weights, load_weights},
    {"saved", [](const Model& m, const std::string& path) { m.save(path, {.keras_version = 2}); },
     take_weights},
};

TEST(FullDisk, TheOldFileStays) {
  for (const Case& one : kCases) {
    const ScratchFolder folder;
    const std::string path = folder / one.name;
    const Model old = wide_model();
    one.save(old, path);
    const std::set<std::string> before = files_in(folder / "");
    {
      const FullDisk full(40'000);  // the weights take 240,000
      EXPECT_THROW(one.save(wide_model(), path), Error) << one.name;
    }
    EXPECT_EQ(files_in(folder / ""), before) << one.name;
    const Model read = wide_model();
    one.load(read, path);
    EXPECT_EQ(read.get_weights()[0].to_vector<float>(), old.get_weights()[0].to_vector<float>())
        << one.name;
  }
}

TEST(FullDisk, ACheckpointOfTrainingKeepsTheLastOne) {
  const ScratchFolder folder;
  const std::string path = folder / "best.keras";
  const Model model = wide_model();
  const Tensor x = Tensor::random({8, 200}, 1), y = Tensor::zeros({8, 1});
  FitOptions options{.batch_size = 8, .verbose = 0};
  options.callbacks = {callbacks::ModelCheckpoint(path, {.monitor = "loss"})};
  model.fit(x, y, options);
  const std::vector<float> kept = model.get_weights()[0].to_vector<float>();
  {
    const FullDisk full(40'000);
    EXPECT_THROW(model.fit(x, y, options), Error);
  }
  EXPECT_EQ(load_model(path).get_weights()[0].to_vector<float>(), kept);
}

}  // namespace
}  // namespace rill::keras
