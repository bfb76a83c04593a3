// A fit() after set_random_seed() repeats Keras': the order of the samples, dropout and noise that
// have no seed of their own, a hundred steps long; and models begin with Keras' weights
// (tests/data/keras/make_seeded_fits.py).
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "codec/json.h"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

class Losses final : public Callback {
 public:
  std::vector<double> values;
  void on_train_batch_begin(int64_t, Logs&) override { model().reset_metrics(); }
  void on_train_batch_end(int64_t, Logs& logs) override {
    values.push_back(log_value(logs, "loss"));
  }
};

Tensor rows_for(const Model& model, int64_t rows) {
  const KerasTensor input = model.inputs().at(0);
  Shape shape = input.shape();
  shape[0] = rows;
  Tensor out(input.dtype(), shape);
  for (int64_t i = 0; i < out.size(); ++i) {
    if (input.dtype() == DType::int32) {
      out.data<int32_t>()[i] = static_cast<int32_t>(i * 7 % 11);
    } else {
      out.data<float>()[i] = static_cast<float>(std::sin(static_cast<double>(i)));
    }
  }
  return out;
}

Json golden(const std::string& name) {
  std::ifstream in(RILL_TEST_DATA "/keras/seeded/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return Json::parse(text.str());
}

class SeededFit : public testing::TestWithParam<const char*> {};

TEST_P(SeededFit, RepeatsTheLossesOfKeras) {
  const std::string folder = RILL_TEST_DATA "/keras/seeded/";
  const Json all = golden("losses.json");
  const Json& wanted = all.at(GetParam());

  utils::set_random_seed(7);
  const Model model = load_model(folder + GetParam() + ".keras");
  Tensor labels(DType::int32, Shape{40});
  for (int32_t i = 0; i < 40; ++i) labels.data<int32_t>()[i] = i * 7 % 3;
  const auto losses = std::make_shared<Losses>();
  model.fit(rows_for(model, 40), labels,
            {.batch_size = 8, .epochs = 20, .verbose = 0, .callbacks = {losses}});
  ASSERT_EQ(losses->values.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_NEAR(losses->values[i], wanted.at(i).as_double(), 2e-5) << "step " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(, SeededFit, testing::Values("mlp", "cnn", "lstm", "transformer"),
                         [](const auto& info) { return std::string(info.param); });

TEST(SeededStart, GivesTheWeightsOfKeras) {
  const Json all = golden("starts.json");
  for (const Json& start : all.as_array()) {
    utils::set_random_seed(5);
    const Model model = model_from_json(start.at("config").dump());
    const std::vector<Tensor> weights = model.get_weights();
    const Json& wanted = start.at("weights");
    ASSERT_EQ(weights.size(), wanted.size());
    for (size_t i = 0; i < weights.size(); ++i) {
      const std::vector<double> values = weights[i].to_vector<double>();
      double sum = 0, size = 0;
      for (const double v : values) {
        sum += v;
        size += std::abs(v);
      }
      const std::vector<double> found = {values[0], sum, size};
      for (size_t k = 0; k < found.size(); ++k) {
        EXPECT_NEAR(found[k], wanted.at(i).at(k).as_double(), 1e-5 * (1 + size))
            << model.weights()[i].to_string() << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace rill::keras
