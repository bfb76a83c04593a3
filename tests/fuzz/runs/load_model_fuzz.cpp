// Files of Keras models: loaded, summarised, asked for one prediction, written.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/str.h"
#include "fuzz.h"
#include "rill/keras.hpp"

namespace rill::fuzz {
namespace {

constexpr int64_t kElements = 4096;

// Unknown dimensions are 2; nothing where an input is too large for a quick run.
std::vector<Tensor> zeros_for(const keras::Model& model) {
  std::vector<Tensor> out;
  for (const keras::KerasTensor& input : model.inputs()) {
    Shape shape;
    int64_t elements = 1;
    for (const int64_t dim : input.shape()) {
      shape.push_back(dim < 0 ? 2 : dim);
      if (shape.back() > kElements) return {};
      elements *= shape.back();
      if (elements > kElements) return {};
    }
    out.push_back(Tensor::zeros(input.dtype(), shape));
  }
  return out;
}

}  // namespace

void read(const std::string& bytes) {
  static const std::filesystem::path file =
      std::filesystem::temp_directory_path() / str("rill-fuzz-", getpid());
  std::ofstream(file, std::ios::binary) << bytes;
  const keras::Model model = keras::load_model(file);
  model.summary_text();
  if (const auto inputs = zeros_for(model); !inputs.empty()) model.predict_on_batch(inputs);
  keras::model_from_json(model.to_json());
}

}  // namespace rill::fuzz
