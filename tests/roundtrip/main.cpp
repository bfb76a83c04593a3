// rill-roundtrip: loads files and saves them again, many in one process. Reads lines
//
//   FORMAT <tab> SOURCE <tab> TARGET
//
// FORMAT: keras, h5 (Keras 3), kerask2, h5k2 (Keras 2), weights, legacy_weights, legacy_weights_k2,
// checkpoint (weights as Keras 2 writes them), export and saved_model_k2
// (SavedModels), frozen (GraphDef), frozen_text;
// prints "ok" or "CODE message" a line. tools/oracle_roundtrip.py lets real Keras and TensorFlow
// read what it wrote.
#include <cstdio>
#include <iostream>
#include <string>

#include "rill/convert.hpp"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill {
namespace {

void convert(const std::string& format, const std::string& source, const std::string& target) {
  const keras::Model model = keras::load_model(source);
  keras::SaveOptions options;
  options.keras_version = format.ends_with("k2") ? 2 : 3;
  if (format.find("weights") != std::string::npos || format == "checkpoint") {
    model.save_weights(target, options);
  } else if (format == "export") {
    model.export_saved_model(target);
  } else if (format.starts_with("frozen")) {
    freeze(model).save(target);
  } else {
    model.save(target, options);
  }
}

int run() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const size_t first = line.find('\t');
    const size_t second = line.find('\t', first + 1);
    if (second == std::string::npos) return 2;
    std::string answer = "ok";
    try {
      convert(line.substr(0, first), line.substr(first + 1, second - first - 1),
              line.substr(second + 1));
    } catch (const Error& e) {
      answer = std::string(code_name(e.code())) + " " + e.what();
      for (char& c : answer) c = c == '\n' ? ' ' : c;
    }
    std::printf("%s\n", answer.c_str());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace rill

int main() { return rill::run(); }
