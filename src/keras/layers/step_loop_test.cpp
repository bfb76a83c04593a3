// Sequences of unknown length run as loops: their results are those of the unrolled steps.
#include "keras/layers/step_loop.h"

#include <gtest/gtest.h>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

std::string sequential(const std::string& batch_shape, const std::string& layer) {
  return R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "InputLayer", "config": {"batch_shape": )" +
         batch_shape + R"(, "dtype": "float32", "name": "in"}}, )" + layer + "]}}";
}

void expect_equal(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(a.shape(), b.shape());
  for (int64_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a.data<float>()[i], b.data<float>()[i], 1e-6) << i;
  }
}

// The same layer with five steps, unrolled, and with an unknown number of them, looped.
void check(const std::string& rest, const std::string& layer, const Shape& row) {
  const Model known = model_from_json(sequential("[null, 5" + rest + "]", layer));
  const Model open = model_from_json(sequential("[null, null" + rest + "]", layer));
  open.set_weights(known.get_weights());
  Shape shape{2, 5};
  for (const int64_t d : row) shape.push_back(d);
  const Tensor x = Tensor::random(shape, 3);
  expect_equal(open.predict(x), known.predict(x));
}

TEST(StepLoop, StackedCells) {
  check(", 3",
        R"({"class_name": "RNN", "config": {"name": "r", "return_sequences": true, "cell":
           {"class_name": "StackedRNNCells", "config": {"cells": [
             {"class_name": "LSTMCell", "config": {"units": 4}},
             {"class_name": "GRUCell", "config": {"units": 2}}]}}}})",
        {3});
}

TEST(StepLoop, ConvLstmOfEitherDirection) {
  const std::string layer =
      R"({"class_name": "ConvLSTM2D", "config": {"name": "c", "filters": 2, "kernel_size": [3, 3],
          "padding": "same", "return_sequences": true}})";
  check(", 4, 6, 3", layer, {4, 6, 3});
  check(", 4, 6, 3",
        R"({"class_name": "Bidirectional", "config": {"name": "b", "merge_mode": "concat",
            "layer": )" +
            layer + "}}",
        {4, 6, 3});
}

TEST(StepLoop, MaskedStepsRepeatOutputsAndKeepStates) {
  const auto step = [](const Value& x, const Values& states) -> Values {
    const Value sum = op::add(states[0], x);
    return {sum, sum};
  };
  StepSequence s;
  s.x = Tensor::of<float>({1, 2, 4, 8, 1, 1, 1, 1}, {2, 4, 1});
  s.mask = Tensor::of<bool>({true, false, true, true, false, true, true, false}, {2, 4});
  s.states = {Tensor::zeros(DType::float32, {2, 1})};
  const auto values = [](const Tensor& t) {
    return std::vector<float>(t.data<float>(), t.data<float>() + t.size());
  };
  StepResults done = run_steps(s, step);
  EXPECT_EQ(values(done.sequence), (std::vector<float>{1, 1, 5, 13, 0, 1, 2, 2}));
  EXPECT_EQ(values(done.states[0]), (std::vector<float>{13, 2}));
  s.zero_output_for_mask = true;
  s.go_backwards = true;
  done = run_steps(s, step);
  EXPECT_EQ(values(done.sequence), (std::vector<float>{8, 12, 0, 13, 0, 1, 2, 0}));
}

TEST(TensorFlowOpLayer, IsOneNodeWithItsConstants) {
  const std::string json = R"({"class_name": "Functional", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
     "config": {"batch_input_shape": [null, 2, 3], "dtype": "float32", "name": "x"}},
    {"class_name": "TensorFlowOpLayer", "name": "tf_op_layer_t",
     "inbound_nodes": [[["x", 0, 0, {}]]], "config": {"name": "t", "trainable": true,
      "dtype": "float32", "node_def": {"name": "t", "op": "OP", "input": ["x", "t/perm"],
      "attr": {"T": {"type": "DT_FLOAT"}, "Tperm": {"type": "DT_INT32"}}},
      "constants": {"1": [0, 2, 1]}}}],
    "input_layers": [["x", 0, 0]], "output_layers": [["tf_op_layer_t", 0, 0]]}})";
  const auto with = [&json](const std::string& op) {
    std::string text = json;
    text.replace(text.find("OP\""), 2, op);
    return text;
  };
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {1, 2, 3});
  const Model model = model_from_json(with("Transpose"));
  expect_equal(model.predict(x), Tensor::of<float>({1, 4, 2, 5, 3, 6}, {1, 3, 2}));
  const Model again = model_from_json(model.to_json());
  expect_equal(again.predict(x), model.predict(x));
  EXPECT_THROW(model_from_json(with("NoSuchOp")), UnimplementedError);
}

}  // namespace
}  // namespace rill::keras
