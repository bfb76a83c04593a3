// A training step of one's own: traced once, then a compiled program.
//   001_3_training_step [X.npy Y.npy [INITIAL.weights.h5]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;
using keras::layers::Dense;

int main(int argc, char** argv) {
  const Tensor x_train = argc > 2 ? load_npy(argv[1]) : Tensor::random({40, 10}, 1);
  const Tensor y_train = argc > 2 ? load_npy(argv[2]) : Tensor::random({40, 10}, 2);

  keras::Sequential model{Dense(10, {.input_shape = {10}})};
  if (argc > 3) model.load_weights(argv[3]);
  model.compile({.optimizer = "sgd", .loss = "mse"});
  auto step = function([&](const Tensor& x, const Tensor& y) {
    Tape tape;
    auto loss = keras::losses::mse(y, model(x, /*training=*/true));  // one of each sample
    auto gradients = tape.gradient(loss, model.trainable_variables());
    model.optimizer().apply_gradients(gradients, model.trainable_variables());
    return loss;
  });
  for (int epoch = 0; epoch < 10; ++epoch) {
    std::cout << "Epoch " << epoch + 1 << ", Loss: " << step(x_train, y_train) << "\n";
  }
}
