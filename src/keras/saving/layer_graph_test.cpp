// The calls of a functional config, which names its layers in any order.
#include "keras/saving/layer_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

// y = d(d(x)) + x, where d(x) = 2 x + 1.
const std::vector<std::string> kKeras2 = {
    R"({"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
        "config": {"batch_input_shape": [null, 1], "dtype": "float32", "name": "x"}})",
    R"({"class_name": "Rescaling", "name": "d", "config": {"name": "d", "scale": 2, "offset": 1},
        "inbound_nodes": [[["x", 0, 0, {}]], [["d", 0, 0, {}]]]})",
    R"({"class_name": "Add", "name": "y", "config": {"name": "y"},
        "inbound_nodes": [[["d", 1, 0, {}], ["x", 0, 0, {}]]]})"};

std::string keras2_model(const std::vector<std::string>& layers) {
  std::string joined;
  for (const std::string& layer : layers) joined += (joined.empty() ? "" : ",") + layer;
  return R"({"class_name": "Functional", "keras_version": "2.10.0", "backend": "tensorflow",
             "config": {"name": "m", "input_layers": [["x", 0, 0]],
                        "output_layers": [["y", 0, 0]], "layers": [)" +
         joined + "]}}";
}

TEST(LayerGraph, LayersInAnyOrder) {
  std::vector<std::string> layers = kKeras2;
  std::sort(layers.begin(), layers.end());
  do {
    Model model = model_from_json(keras2_model(layers));
    const Tensor y = model.predict(Tensor::of<float>({1, -3}, {2, 1}));
    EXPECT_EQ(y.data<float>()[0], 8.0f);
    EXPECT_EQ(y.data<float>()[1], -12.0f);
  } while (std::next_permutation(layers.begin(), layers.end()));
}

TEST(LayerGraph, CallsThatWaitForEachOther) {
  std::vector<std::string> layers = kKeras2;
  layers[1] = R"({"class_name": "Rescaling", "name": "d", "config": {"name": "d", "scale": 2},
                  "inbound_nodes": [[["d", 1, 0, {}]], [["d", 0, 0, {}]]]})";
  try {
    model_from_json(keras2_model(layers));
    FAIL() << "calls in a circle were made";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("'d'"), std::string::npos) << error.what();
  }
}

// As Keras flattens them: weights in files are in the order of the layers.
TEST(LayerGraph, OutputsOfADictionaryAreSorted) {
  const auto head = [](const char* name) {
    return std::string(R"({"class_name": "Dense", "name": ")") + name +
           R"(", "config": {"units": 2, "name": ")" + name +
           R"("}, "inbound_nodes": [[["x", 0, 0, {}]]]})";
  };
  const Model model = model_from_json(
      R"({"class_name": "Functional", "keras_version": "2.10.0", "config": {"name": "m",
          "input_layers": [["x", 0, 0]], "output_layers": {"b": ["p", 0, 0], "a": ["q", 0, 0]},
          "layers": [)" +
      kKeras2[0] + "," + head("q") + "," + head("p") + "]}}");
  EXPECT_EQ(model.output_names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(model.layers().at(1)->name(), "q");
}

}  // namespace
}  // namespace rill::keras
