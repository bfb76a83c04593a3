// rill as one of the peers in training: the networks, batches and optimizer of bench_train_tf.py
// and bench_train_torch.py (Adam, float32, ten classes).
//
//   rill_train_worker NAME THREADS
#include <cstdlib>
#include <iostream>

#include "rill/keras.hpp"
#include "worker.h"

namespace {

using rill::DType;
using rill::Shape;
using rill::Tensor;
using namespace rill::keras;          // NOLINT
using namespace rill::keras::layers;  // NOLINT

constexpr int kBatches = 16;  // of the data that fit() gets

struct Task {
  Model model;
  Shape example;
  int batch = 0;
};

Task stack(const Shape& example, int batch, const std::vector<LayerPtr>& layers) {
  const KerasTensor input = Input(example);
  KerasTensor x = input;
  for (const LayerPtr& layer : layers) x = layer(x);
  return {Model(input, x), example, batch};
}

Task mlp() {
  return stack({784}, 128,
               {Dense(512, {.activation = "relu"}), Dense(512, {.activation = "relu"}),
                Dense(10, {.activation = "softmax"})});
}

Task cnn() {
  return stack({28, 28, 1}, 64,
               {Conv2D(32, 3, {.activation = "relu"}), MaxPooling2D(2),
                Conv2D(64, 3, {.activation = "relu"}), MaxPooling2D(2), Flatten(),
                Dense(10, {.activation = "softmax"})});
}

Task lstm() { return stack({100, 64}, 32, {LSTM(128), Dense(10, {.activation = "softmax"})}); }

KerasTensor block(const KerasTensor& x, int channels, int stride, bool relu) {
  const KerasTensor y = BatchNormalization()(
      Conv2D(channels, 3, {.strides = stride, .padding = "same", .use_bias = false})(x));
  return relu ? ReLU()(y) : y;
}

Task resnet20() {
  const KerasTensor input = Input(Shape{32, 32, 3});
  KerasTensor x = block(input, 16, 1, true);
  for (int stage = 0; stage < 3; ++stage) {
    const int channels = 16 << stage;
    for (int k = 0; k < 3; ++k) {
      const int stride = stage > 0 && k == 0 ? 2 : 1;
      const KerasTensor y = block(block(x, channels, stride, true), channels, 1, false);
      if (stride == 2) {
        x = BatchNormalization()(Conv2D(channels, 1, {.strides = 2, .use_bias = false})(x));
      }
      x = ReLU()(Add()({x, y}));
    }
  }
  x = Dense(10, {.activation = "softmax"})(GlobalAveragePooling2D()(x));
  return {Model(input, x), {32, 32, 3}, 64};
}

Task task_of(const std::string& name) {
  if (name == "train_mlp") return mlp();
  if (name == "train_cnn") return cnn();
  if (name == "train_resnet20") return resnet20();
  if (name == "train_lstm") return lstm();
  throw std::runtime_error("no training task is named " + name);
}

std::pair<Tensor, Tensor> data(const Task& task, int rows) {
  std::vector<int64_t> dims{rows};
  dims.insert(dims.end(), task.example.begin(), task.example.end());
  Tensor y(DType::int32, Shape{rows});
  for (int i = 0; i < rows; ++i) y.data<int32_t>()[i] = (i * 7 + i / 10) % 10;
  return {Tensor::random(Shape(dims), 1), y};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: rill_train_worker NAME THREADS\n";
    return 2;
  }
  ::setenv("RILL_THREADS", argv[2], 0);
  const Task task = task_of(argv[1]);
  task.model.compile(
      {.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  rill_bench::Server server;
  // One step on a batch, its loss and metrics read.
  server.attempt("rill_train_on_batch", task.batch, [&] {
    const auto [x, y] = data(task, task.batch);
    return [&task, x, y] { task.model.train_on_batch(x, y); };
  });
  // An epoch of fit(), by step.
  server.attempt(
      "rill_fit", task.batch,
      [&] {
        const auto [x, y] = data(task, task.batch * kBatches);
        const FitOptions options{.batch_size = task.batch, .epochs = 1, .verbose = 0};
        return [&task, x, y, options] { task.model.fit(x, y, options); };
      },
      kBatches);
  server.serve();
}
