// add_loss() and add_metric(): of Keras 2's functional models, and of layers.
#include <gtest/gtest.h>

#include "rill/keras.hpp"

namespace rill::keras {
namespace {

// As tf_keras writes model.add_loss(mean) and model.add_metric(mean, name="mean_of_y").
constexpr const char* kModel = R"({"class_name": "Functional", "config": {"name": "m", "layers": [
  {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
   "config": {"batch_input_shape": [null, 2], "dtype": "float32", "name": "x"}},
  {"class_name": "Dense", "name": "y", "inbound_nodes": [[["x", 0, 0, {}]]],
   "config": {"name": "y", "units": 1, "use_bias": false,
              "kernel_initializer": {"class_name": "Ones", "config": {}}}},
  {"class_name": "TFOpLambda", "name": "mean", "inbound_nodes": [["y", 0, 0, {}]],
   "config": {"name": "mean", "function": "math.reduce_mean"}},
  {"class_name": "AddLoss", "name": "l", "inbound_nodes": [[["mean", 0, 0, {}]]],
   "config": {"name": "l", "unconditional": false}},
  {"class_name": "AddMetric", "name": "a", "inbound_nodes": [[["mean", 0, 0, {}]]],
   "config": {"name": "a", "aggregation": "mean", "metric_name": "mean_of_y"}}],
  "input_layers": [["x", 0, 0]], "output_layers": [["y", 0, 0]]},
  "keras_version": "2.15.0", "backend": "tensorflow"})";

TEST(AddedLosses, OfAFunctionalModelOfKeras2) {
  const Model model = model_from_json(kModel);
  const Tensor x = Tensor::of<float>({1, 1, 2, 0}, {2, 2}), y = Tensor::zeros({2, 1});
  EXPECT_EQ(model.predict(x).to_vector<float>(), (std::vector<float>{2, 2}));
  model.compile(
      {.optimizer = optimizers::SGD({.learning_rate = 0.1}), .loss = "mse", .metrics = {"mae"}});
  const History history = model.fit(x, y, {.batch_size = 2, .verbose = 0});
  EXPECT_FLOAT_EQ(history["loss"][0], 6) << "mse 4, mean 2";
  EXPECT_FLOAT_EQ(history["mean_of_y"][0], 2);
  EXPECT_FLOAT_EQ(history["mae"][0], 2);
  // Both parts of the loss have moved the weights.
  EXPECT_FLOAT_EQ(model.get_weights()[0].data<float>()[0], 0.25F);
  EXPECT_FLOAT_EQ(model.get_weights()[0].data<float>()[1], 0.75F);
  const Logs logs = model.evaluate(x, y, {.batch_size = 1, .verbose = 0});
  for (const auto& [name, value] : logs) {
    if (name == "loss") {
      EXPECT_FLOAT_EQ(value, 1.375);
    }
    if (name == "mean_of_y") {
      EXPECT_FLOAT_EQ(value, 0.75);
    }
  }
  EXPECT_EQ(logs.size(), 3u);
}

class Reporter final : public Layer {
 public:
  Value call(const Value& x, const CallContext&) override {
    add_metric(x, "seen");
    return x;
  }
};

TEST(AddedLosses, MetricsOfALayer) {
  const Sequential model{LayerPtr(std::make_shared<Reporter>())};
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor x = Tensor::of<float>({1, 2, 3, 6}, {4, 1});
  for (int i = 0; i < 2; ++i) {  // the second starts anew
    for (const auto& [name, value] : model.evaluate(x, x, {.batch_size = 2, .verbose = 0})) {
      EXPECT_FLOAT_EQ(value, name == "seen" ? 3 : 0) << name;
    }
  }
}

}  // namespace
}  // namespace rill::keras
