// Each thing that can go wrong when a model is loaded has an exception of its own.
//   002_3_load_errors [MODEL]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

int main(int argc, char** argv) {
  const char* model_path = argc > 1 ? argv[1] : "my_model";
  try {
    auto model = keras::load_model(model_path);
    model.summary();
    return 0;
  } catch (const NotFoundError& e) {
    std::cerr << "Error loading model: " << e.what() << "\n";
  } catch (const DataLossError& e) {
    std::cerr << "The file is damaged: " << e.what() << "\n";
  } catch (const InvalidArgumentError& e) {
    std::cerr << "Model loading failed: " << e.what() << "\n";
  } catch (const UnimplementedError& e) {
    std::cerr << "Needs a custom object: " << e.what() << "\n";
  } catch (const Error& e) {
    std::cerr << "An unexpected error occurred: " << e.what() << "\n";
  }
  return 1;
}
