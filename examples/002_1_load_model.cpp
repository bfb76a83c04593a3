// Load, look, predict: without any session.
//   002_1_load_model [MODEL [INPUT.npy]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

int main(int argc, char** argv) {
  const char* model_path = argc > 1 ? argv[1] : "tests/data/samples/keras3.keras";
  const Tensor x = load_npy(argc > 2 ? argv[2] : "tests/data/samples/x.npy");

  auto model = keras::load_model(model_path);
  model.summary();
  std::cout << model.predict(x) << "\n";
}
