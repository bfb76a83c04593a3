// Weights to and from files, warm: 500 MB in 20 tensors, beside a plain write and read of as many
// bytes. The folder is that of TMPDIR. Bytes a second are those of the weights.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "rill/keras.hpp"
#include "rill/saver.hpp"
#include "rill/train.hpp"

namespace rill {
namespace {

constexpr int kTensors = 20;
constexpr int64_t kSide = 2500;
constexpr int64_t kBytes = kTensors * kSide * kSide * 4;

const std::filesystem::path& folder() {
  static const auto* const path = new std::filesystem::path([] {
    auto made = std::filesystem::temp_directory_path() / "rill_files_bench";
    std::filesystem::create_directories(made);
    return made;
  }());
  return *path;
}

void count(benchmark::State& state) { state.SetBytesProcessed(state.iterations() * kBytes); }

// Writes, syncs and renames, as rill does with its files.
void PlainWrite(benchmark::State& state) {
  const Tensor data = Tensor::random({kSide, kSide});
  const std::string path = folder() / "plain", fresh = path + ".new";
  for (auto _ : state) {
    const int file = ::open(fresh.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0644);
    for (int i = 0; i < kTensors; ++i) {
      if (::write(file, data.raw(), data.bytes()) < 0) state.SkipWithError("cannot write");
    }
    ::fsync(file);
    ::close(file);
    std::filesystem::rename(fresh, path);
  }
  count(state);
}
BENCHMARK(PlainWrite)->Unit(benchmark::kMillisecond)->UseRealTime();

void PlainRead(benchmark::State& state) {
  Tensor data(DType::float32, Shape{kSide, kSide});
  for (auto _ : state) {
    const int file = ::open((folder() / "plain").c_str(), O_RDONLY);
    for (int i = 0; i < kTensors; ++i) {
      if (::read(file, data.raw(), data.bytes()) < 0) state.SkipWithError("cannot read");
    }
    ::close(file);
  }
  count(state);
}
BENCHMARK(PlainRead)->Unit(benchmark::kMillisecond)->UseRealTime();

// A session with the variables v0 .. v19, initialized.
struct Variables {
  Graph graph;
  std::unique_ptr<Session> session;
  Variables() {
    const auto scope = graph.as_default();
    for (int i = 0; i < kTensors; ++i) {
      train::variable("v" + std::to_string(i),
                      Tensor::random({kSide, kSide}, static_cast<uint64_t>(i)));
    }
    const Operation init = train::global_variables_initializer();
    session = std::make_unique<Session>(graph);
    session->run_targets({init.name()});
  }
};

Variables& variables() {
  static auto* const made = new Variables;
  return *made;
}

void CheckpointSave(benchmark::State& state) {
  Saver saver(variables().graph);
  for (auto _ : state) saver.save(*variables().session, folder() / "model.ckpt");
  count(state);
}
BENCHMARK(CheckpointSave)->Unit(benchmark::kMillisecond)->UseRealTime();

// All bytes are there and checked: the values are used afterwards.
void CheckpointRestore(benchmark::State& state) {
  const Saver saver(variables().graph);
  for (auto _ : state) saver.restore(*variables().session, folder() / "model.ckpt");
  count(state);
}
BENCHMARK(CheckpointRestore)->Unit(benchmark::kMillisecond)->UseRealTime();

const keras::Model& model() {
  static auto* const made = new keras::Model([] {
    const keras::KerasTensor input = keras::Input({kSide});
    keras::KerasTensor x = input;
    for (int i = 0; i < kTensors; ++i) {
      x = keras::layers::Dense(static_cast<int>(kSide), {.use_bias = false})(x);
    }
    return keras::Model(input, x);
  }());
  return *made;
}

void save_file(benchmark::State& state, const char* name) {
  const keras::Model& saved = model();  // made before the clock runs
  for (auto _ : state) keras::save_model(saved, folder() / name);
  count(state);
}
void load_file(benchmark::State& state, const char* name) {
  const keras::Model& filled = model();
  for (auto _ : state) keras::load_weights(filled, folder() / name);
  count(state);
}
BENCHMARK_CAPTURE(save_file, h5, "model.h5")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(load_file, h5, "model.h5")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(save_file, keras, "model.keras")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(load_file, keras, "model.keras")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace rill
