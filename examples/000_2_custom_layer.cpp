// A model with a layer that only its author knows: its class is given by name.
//   000_2_custom_layer [MODEL.h5 [INPUT.npy]]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

struct MyCustomLayer : keras::Layer {
  Tensor call(const Tensor& x, bool /*training*/) override { return x * 2.0F; }
};

int main(int argc, char** argv) {
  const char* model_path = argc > 1 ? argv[1] : "tests/data/seeds/k3/my_model_with_custom_layer.h5";
  const Tensor input = load_npy(argc > 2 ? argv[2] : "tests/data/seeds/k3/custom_input.npy");

  Session session;
  auto scope = session.as_default();
  auto model =
      keras::load_model(model_path, keras::CustomObjects{}.layer<MyCustomLayer>("MyCustomLayer"));
  std::cout << model(input) << "\n";
}
