// Small models of real Keras 2 and 3 (tests/data/keras/make_models.py): configs in, and the same
// summaries, predictions and configs out.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "base/str.h"
#include "codec/json.h"
#include "golden.h"
#include "op/registry.h"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

Shape shape_of(const Json& json) {
  Shape shape;
  for (const Json& d : json.as_array()) shape.push_back(d.as_int());
  return shape;
}

std::vector<Tensor> weights(const Json& model) {
  std::vector<Tensor> out;
  for (const Json& w : model.at("weights").as_array()) {
    Tensor t(DType::float32, shape_of(w.at(1)));
    const bool variance = w.at(size_t{0}).as_string().find("variance") != std::string::npos;
    const auto i = static_cast<double>(out.size());
    for (int64_t k = 0; k < t.size(); ++k) {
      const double v = 0.5 * std::sin(static_cast<double>(k) * 0.37 + i);
      t.data<float>()[k] = static_cast<float>(variance ? v * v + 0.5 : v);
    }
    out.push_back(t);
  }
  return out;
}

std::vector<Tensor> inputs(const Json& model) {
  std::vector<Tensor> out;
  for (const Json& x : model.at("inputs").as_array()) {
    Tensor t(dtype_from_name(x.at(size_t{0}).as_string()), shape_of(x.at(1)));
    const auto i = static_cast<double>(out.size());
    for (int64_t k = 0; k < t.size(); ++k) {
      if (t.dtype() == DType::int32) {
        t.data<int32_t>()[k] = static_cast<int32_t>(k % 7);
      } else {
        t.data<float>()[k] = static_cast<float>(std::cos(static_cast<double>(k) * 0.23 + i));
      }
    }
    out.push_back(t);
  }
  return out;
}

void expect_outputs(const Json& model, const std::vector<Tensor>& actual) {
  const auto& expected = model.at("outputs").as_array();
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    EXPECT_EQ(actual[i].shape(), shape_of(expected[i].at("shape")));
    const auto& values = expected[i].at("values").as_array();
    ASSERT_EQ(static_cast<size_t>(actual[i].size()), values.size());
    for (size_t k = 0; k < values.size(); ++k) {
      ASSERT_NEAR(actual[i].data<float>()[k], values[k].as_double(), 2e-5) << "element " << k;
    }
  }
}

class GoldenModels : public testing::TestWithParam<const char*> {};

TEST_P(GoldenModels, AsKeras) {
  const std::string flavour = GetParam();
  const Json all = test::golden("keras/models_" + flavour + ".json");
  for (const Json& golden_model : all.as_array()) {
    const std::string name = golden_model.at("name").as_string();
    SCOPED_TRACE(name);
    // Convolutions are made by another room of the same age.
    if ((name == "cnn" || name == "sequential") && !op_registry().find("Conv2D")) continue;
    const Model model = model_from_json(golden_model.at("config").dump());
    EXPECT_EQ(model.summary_text({.style = flavour, .line_length = 80}),
              golden_model.at("summary").as_string());
    model.set_weights(weights(golden_model));
    const std::vector<Tensor> out = model.predict(inputs(golden_model), {.batch_size = 1});
    expect_outputs(golden_model, out);

    // What is written is read again as the same model.
    const std::string config = model.to_json();
    const Model again = model_from_json(config);
    EXPECT_EQ(again.to_json(), config);
    again.set_weights(model.get_weights());
    expect_outputs(golden_model, again.predict(inputs(golden_model)));
  }
}

INSTANTIATE_TEST_SUITE_P(Flavours, GoldenModels, testing::Values("keras3", "keras2"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace rill::keras
