// Dropout inside of recurrent layers, and states that stay. Source of the rules:
// keras/src/layers/rnn/dropout_rnn_cell.py.
#include <gtest/gtest.h>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

Tensor steps(int64_t time) {
  return Tensor::of(std::vector<float>(static_cast<size_t>(4 * time * 3), 0.5F), {4, time, 3});
}

std::vector<LayerPtr> dropping(double dropout, double recurrent_dropout) {
  const auto with = [&](const char* name, const std::string& more) {
    return layer_from_config(
        name, "{\"units\": 5, \"seed\": 3, \"dropout\": " + std::to_string(dropout) +
                  ", \"recurrent_dropout\": " + std::to_string(recurrent_dropout) + more + "}");
  };
  return {with("LSTM", ""), with("GRU", ""), with("GRU", ", \"reset_after\": false"),
          with("SimpleRNN", ""), layers::RNN(layers::StackedRNNCells({with("LSTMCell", "")}))};
}

TEST(RecurrentDropout, ChangesTrainingAlone) {
  for (const auto& [input, state] : {std::pair(0.5, 0.0), {0.0, 0.5}, {0.5, 0.5}}) {
    for (const LayerPtr& layer : dropping(input, state)) {
      const std::vector<float> plain = layer(steps(4)).to_vector<float>();
      EXPECT_EQ(layer(steps(4)).to_vector<float>(), plain) << layer->class_name();
      EXPECT_NE(layer(steps(4), true).to_vector<float>(), plain)
          << layer->class_name() << " " << input << " " << state;
    }
  }
}

// The first step sees states of zero: only dropped inputs can change it.
TEST(RecurrentDropout, OfStatesLeavesTheFirstStepAlone) {
  for (const LayerPtr& layer : dropping(0, 0.5)) {
    const std::vector<float> a = layer(steps(1)).to_vector<float>();
    const std::vector<float> b = layer(steps(1), true).to_vector<float>();
    for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-6) << layer->class_name();
  }
}

TEST(RecurrentDropout, OfConvLstm) {
  const Tensor x = Tensor::random({2, 3, 4, 4, 2}, 1);
  for (const auto& [input, state] : {std::pair(0.5, 0.0), {0.0, 0.5}}) {
    const layers::ConvLSTM2D layer(2, {3, 3}, {.dropout = input, .recurrent_dropout = state});
    const std::vector<float> plain = layer(x).to_vector<float>();
    EXPECT_NE(layer(x, true).to_vector<float>(), plain) << input << " " << state;
    EXPECT_EQ(layer(x).to_vector<float>(), plain);
  }
}

TEST(StatefulLayers, GoOnAndStartAgain) {
  const Tensor both = Tensor::random({2, 4, 3, 3, 2}, 1);
  const auto half = [&](int64_t from) {
    Tensor out(DType::float32, Shape{2, 2, 3, 3, 2});
    for (int64_t row = 0; row < 2; ++row) {
      std::copy_n(both.data<float>() + (row * 4 + from) * 18, 36, out.data<float>() + row * 36);
    }
    return out;
  };
  const layers::ConvLSTM2D whole(2, {3, 3}, {.padding = "same"});
  const layers::ConvLSTM2D kept(2, {3, 3}, {.padding = "same", .stateful = true});
  const std::vector<float> wanted = whole(both).to_vector<float>();
  kept(half(0));  // builds it
  kept->set_weights(whole->get_weights());
  for (int round = 0; round < 2; ++round) {
    layers::reset_states(kept);
    kept(half(0));
    const std::vector<float> got = kept(half(2)).to_vector<float>();
    for (size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-6) << round;
  }
}

}  // namespace
}  // namespace rill::keras
