// A Keras model that is trained inside an explicit session.
//   001_1_fit_in_session [X.npy Y.npy [INITIAL.weights.h5 [CURVE.svg]]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;
using keras::layers::Dense;

int main(int argc, char** argv) {
  const Tensor x_train = argc > 2 ? load_npy(argv[1]) : Tensor::random({40, 10}, 1);
  const Tensor y_train = argc > 2 ? load_npy(argv[2]) : Tensor::random({40, 10}, 2);

  Session session;
  auto scope = session.as_default();
  keras::Sequential model{Dense(10, {.input_shape = {10}})};
  if (argc > 3) model.load_weights(argv[3]);
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const auto history = model.fit(x_train, y_train, {.epochs = 10, .verbose = 0, .shuffle = false});
  if (argc > 4) history.svg(argv[4]);
  for (const double loss : history["loss"]) std::cout << "loss " << loss << "\n";
  std::cout << model.predict(x_train) << "\n";
}
