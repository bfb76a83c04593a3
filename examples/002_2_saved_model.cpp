// A SavedModel carries what its custom layers compute: no class has to be given.
//   002_2_saved_model [FOLDER [INPUT.npy]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

int main(int argc, char** argv) {
  const char* folder = argc > 1 ? argv[1] : "tests/data/seeds/k2/my_saved_model";
  const Tensor x = load_npy(argc > 2 ? argv[2] : "tests/data/seeds/k2/my_input.npy");

  auto model = keras::load_model(folder);
  model.summary();
  std::cout << model.predict(x) << "\n";
}
