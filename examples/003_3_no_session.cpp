// No session at all: a module owns its model, and sessions stay out of sight.
//   003_3_no_session [MODEL [INPUT.npy]]
#include <cmath>
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

class Module {
 public:
  explicit Module(const char* path) : model_(keras::load_model(path)) {}
  Tensor inference(const Tensor& data) const { return model_.predict(preprocess(data)); }

 private:
  // (x - mean) / (standard deviation + 1e-6), by columns.
  static Tensor preprocess(const Tensor& data) {
    const int64_t rows = data.dim(0);
    const int64_t columns = data.dim(1);
    Tensor out = data.clone();
    for (int64_t c = 0; c < columns; ++c) {
      float* column = out.data<float>() + c;
      float mean = 0;
      for (int64_t r = 0; r < rows; ++r) mean += column[r * columns] / static_cast<float>(rows);
      float variance = 0;
      for (int64_t r = 0; r < rows; ++r) {
        const float d = column[r * columns] - mean;
        variance += d * d / static_cast<float>(rows);
      }
      for (int64_t r = 0; r < rows; ++r) {
        column[r * columns] = (column[r * columns] - mean) / (std::sqrt(variance) + 1e-6F);
      }
    }
    return out;
  }

  keras::Model model_;
};

int main(int argc, char** argv) {
  const char* model_path = argc > 1 ? argv[1] : "tests/data/seeds/k3/my_model.keras";
  const Tensor data = load_npy(argc > 2 ? argv[2] : "tests/data/seeds/k3/my_input.npy");

  const Module module{model_path};
  std::cout << module.inference(data) << "\n";
}
