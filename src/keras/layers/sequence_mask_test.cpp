// Which mask a recurrent layer gets beside an initial state, and where time comes first.
#include <gtest/gtest.h>

#include "rill/keras.hpp"
#include "rill/ops/math.hpp"

namespace rill::keras {
namespace {

// h' = x + h + 1.
const char* const kCell = R"("units": 1, "activation": "linear", "kernel_initializer": "ones",
    "recurrent_initializer": "ones", "bias_initializer": "ones", "name": "y")";

std::string keras_tensor(const std::string& layer) {
  return R"({"class_name": "__keras_tensor__", "config": {"keras_history": [")" + layer +
         R"(", 0, 0], "shape": [null, 1], "dtype": "float32"}})";
}

std::string keras3_model(const std::string& kwargs) {
  return std::string(R"({"class_name": "Functional", "module": "keras", "config": {"name": "m",
    "layers": [
    {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
     "config": {"name": "x", "batch_shape": [null, 3, 1], "dtype": "float32"}},
    {"class_name": "InputLayer", "name": "h", "inbound_nodes": [],
     "config": {"name": "h", "batch_shape": [null, 1], "dtype": "float32"}},
    {"class_name": "InputLayer", "name": "given", "inbound_nodes": [],
     "config": {"name": "given", "batch_shape": [null, 3], "dtype": "bool"}},
    {"class_name": "Masking", "name": "kept", "config": {"name": "kept"},
     "inbound_nodes": [{"args": [)") +
         keras_tensor("x") + R"(], "kwargs": {}}]},
    {"class_name": "SimpleRNN", "name": "y", "config": {"return_sequences": true, )" +
         kCell + R"(}, "inbound_nodes": [{"args": [)" + keras_tensor("kept") + R"(], "kwargs": )" +
         kwargs +
         R"(}]}], "input_layers": [["x", 0, 0], ["h", 0, 0], ["given", 0, 0]],
    "output_layers": [["y", 0, 0]]}})";
}

std::vector<float> predicted(const std::string& json) {
  const Model model = model_from_json(json);
  std::vector<Tensor> inputs{Tensor::of<float>({1, 0, 2}, {1, 3, 1}),
                             Tensor::of<float>({1}, {1, 1})};
  if (model.inputs().size() > 2) {
    inputs.push_back(ops::greater(Tensor::of<float>({1, 0, 1}, {1, 3}), Tensor::scalar(0.5F)));
  }
  return model.predict(inputs)[0].to_vector<float>();
}

// As for a decoder that starts with the encoder's state.
TEST(SequenceMask, Keras3HasNoneBesideAnInitialState) {
  EXPECT_EQ(predicted(keras3_model(R"({"initial_state": )" + keras_tensor("h") + "}")),
            (std::vector<float>{3, 4, 7}));
}

TEST(SequenceMask, Keras3TakesTheOneThatIsGiven) {
  EXPECT_EQ(predicted(keras3_model(R"({"mask": )" + keras_tensor("given") +
                                   R"(, "initial_state": )" + keras_tensor("h") + "}")),
            (std::vector<float>{3, 3, 6}));
}

TEST(SequenceMask, Keras2KeepsIt) {
  EXPECT_EQ(predicted(std::string(R"({"class_name": "Functional", "keras_version": "2.15.0",
    "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
     "config": {"name": "x", "batch_input_shape": [null, 3, 1], "dtype": "float32"}},
    {"class_name": "InputLayer", "name": "h", "inbound_nodes": [],
     "config": {"name": "h", "batch_input_shape": [null, 1], "dtype": "float32"}},
    {"class_name": "Masking", "name": "kept", "config": {"name": "kept"},
     "inbound_nodes": [[["x", 0, 0, {}]]]},
    {"class_name": "SimpleRNN", "name": "y", "config": {"return_sequences": true, )") +
                      kCell +
                      R"(}, "inbound_nodes": [[["kept", 0, 0, {"initial_state": ["h", 0, 0]}]]]}],
    "input_layers": [["x", 0, 0], ["h", 0, 0]], "output_layers": [["y", 0, 0]]}})"),
            (std::vector<float>{3, 3, 6}));
}

const std::string kCount = R"({"return_sequences": true, "units": 1, "activation": "linear",
    "kernel_initializer": "zeros", "recurrent_initializer": "ones", "bias_initializer": "ones",
    "name": "y"})";

Model merged_by_keras3(const std::string& merge, bool mask_first, bool mask_second) {
  const KerasTensor x = Input({4, 1}), z = Input({4, 1});
  const KerasTensor a = mask_first ? layers::Masking(0)(x) : x;
  const KerasTensor b = mask_second ? layers::Masking(0)(z) : z;
  const LayerPtr layer = layer_from_config(merge, R"({"name": "sum"})");
  const KerasTensor y = layer_from_config("SimpleRNN", kCount)(layer({a, b}));
  return Model(std::vector<KerasTensor>{x, z}, std::vector<KerasTensor>{y});
}

Model merged_by_keras2(const std::string& merge, bool mask_first, bool mask_second) {
  const auto input = [](const std::string& name) {
    return R"({"class_name": "InputLayer", "name": ")" + name + R"(", "inbound_nodes": [],
      "config": {"name": ")" +
           name + R"(", "batch_input_shape": [null, 4, 1], "dtype": "float32"}}, )";
  };
  const auto masking = [](const std::string& name, const std::string& of) {
    return R"({"class_name": "Masking", "name": ")" + name + R"(", "config": {"name": ")" + name +
           R"("}, "inbound_nodes": [[[")" + of + R"(", 0, 0, {}]]]}, )";
  };
  return model_from_json(R"({"class_name": "Functional", "keras_version": "2.15.0", "config": {
    "name": "m", "layers": [)" +
                         input("x") + input("z") + masking("a", "x") + masking("b", "z") +
                         R"({"class_name": ")" + merge + R"(", "name": "sum",
    "config": {"name": "sum"}, "inbound_nodes": [[[")" +
                         (mask_first ? "a" : "x") + R"(", 0, 0, {}], [")" +
                         (mask_second ? "b" : "z") + R"(", 0, 0, {}]]]},
    {"class_name": "SimpleRNN", "name": "y", "inbound_nodes": [[["sum", 0, 0, {}]]], "config": )" +
                         kCount + R"(}],
    "input_layers": [["x", 0, 0], ["z", 0, 0]], "output_layers": [["y", 0, 0]]}})");
}

// Counts the steps that a merge of steps 1, 0, 1, 1 and 1, 1, 0, 1 keeps.
std::vector<float> kept_steps(const Model& model) {
  const Tensor x = Tensor::of<float>({1, 0, 1, 1}, {1, 4, 1});
  const Tensor z = Tensor::of<float>({1, 1, 0, 1}, {1, 4, 1});
  return model.predict({x, z})[0].to_vector<float>();
}

TEST(SequenceMask, MergesKeepWhatKeras3AndKeras2Keep) {
  using Steps = std::vector<float>;
  for (const char* merge :
       {"Add", "Subtract", "Average", "Multiply", "Maximum", "Minimum", "Concatenate"}) {
    SCOPED_TRACE(merge);
    EXPECT_EQ(kept_steps(merged_by_keras2(merge, true, true)), (Steps{1, 1, 1, 2}));
    EXPECT_EQ(kept_steps(merged_by_keras2(merge, true, false)), (Steps{1, 1, 2, 3}));
    EXPECT_EQ(kept_steps(merged_by_keras2(merge, false, true)), (Steps{1, 2, 2, 3}));
    EXPECT_EQ(kept_steps(merged_by_keras3(merge, true, true)), (Steps{1, 2, 3, 4}));
    EXPECT_EQ(kept_steps(merged_by_keras3(merge, true, false)), (Steps{1, 2, 3, 4}));
    EXPECT_EQ(kept_steps(merged_by_keras3(merge, false, true)), (Steps{1, 2, 3, 4}));
  }
}

// Of Keras 3 it hands the mask on.
TEST(SequenceMask, PassesNormalization) {
  const KerasTensor x = Input({3, 1});
  const LayerPtr rnn =
      layer_from_config("SimpleRNN", std::string(R"({"return_sequences": true, )") + kCell + "}");
  const LayerPtr normal =
      layer_from_config("Normalization", R"({"name": "n", "mean": 0.0, "variance": 1.0})");
  const Model model(x, rnn(normal(layers::Masking(0)(x))));
  EXPECT_EQ(model.predict(Tensor::of<float>({1, 0, 2}, {1, 3, 1})).to_vector<float>(),
            (std::vector<float>{2, 2, 5}));
}

// The mask is time-major, as the sequence.
TEST(SequenceMask, TimeFirst) {
  const KerasTensor x = Input({2, 1});
  const LayerPtr rnn =
      layer_from_config("SimpleRNN", std::string(R"({"time_major": true, )") + kCell + "}");
  const Model model(x, rnn(layers::Masking()(x)));
  EXPECT_EQ(model.predict(Tensor::of<float>({1, 0, 2, 3}, {2, 2, 1})).to_vector<float>(),
            (std::vector<float>{5, 4}));
}

// Words within sentences: the mask of the words reaches the layer inside, that of the sentences the
// layer after.
TEST(SequenceMask, OfStepsWithinSteps) {
  const Tensor x = Tensor::of<float>({1, 0, 2, 0, 0, 0}, {1, 2, 3, 1});
  const KerasTensor in = Input({2, 3, 1});
  const LayerPtr rnn = layer_from_config("SimpleRNN", std::string("{") + kCell + "}");
  const Model model(in, layers::TimeDistributed(rnn)(layers::Masking()(in)));
  EXPECT_EQ(model.predict(x).to_vector<float>(), (std::vector<float>{5, 0}));

  const std::string inner =
      std::string(R"({"class_name": "SimpleRNN", "config": {)") + kCell + "}}";
  const Model old = model_from_json(R"({"class_name": "Sequential", "keras_version": "2.15.0",
    "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 2, 3, 1],
                                            "dtype": "float32"}},
    {"class_name": "TimeDistributed", "config": {"name": "a", "layer":
      {"class_name": "Masking", "config": {"name": "kept"}}}},
    {"class_name": "TimeDistributed", "config": {"name": "b", "layer": )" +
                                    inner + R"(}},
    {"class_name": "SimpleRNN", "config": {)" +
                                    kCell + "}}]}}");
  EXPECT_EQ(old.predict(x).to_vector<float>(), (std::vector<float>{6}));
}

}  // namespace
}  // namespace rill::keras
