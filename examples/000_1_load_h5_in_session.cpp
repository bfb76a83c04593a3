// A Keras model in an HDF5 file, loaded and run inside a session.
//   000_1_load_h5_in_session [MODEL.h5 [INPUT.npy]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

int main(int argc, char** argv) {
  const char* model_path = argc > 1 ? argv[1] : "tests/data/samples/keras3.h5";
  const Tensor my_input = load_npy(argc > 2 ? argv[2] : "tests/data/samples/x.npy");

  Session session;
  auto scope = session.as_default();  // the default session until the scope ends
  auto model = keras::load_model(model_path);
  std::cout << model.predict(my_input) << "\n";
}
