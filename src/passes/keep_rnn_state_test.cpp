// The gradient of a recurrent layer goes on from the state that the layer keeps.
#include <gtest/gtest.h>

#include "exec/exec_test_util.h"
#include "passes/pass_test_util.h"

namespace rill::passes {
namespace {

constexpr int64_t kBatch = 3, kSteps = 4, kInputs = 5, kUnits = 6;

Tensor weights(const Shape& shape, uint64_t seed) { return Tensor::random(shape, seed); }

struct Layer {
  Values inputs;
  Values results, gradients;

  // `mask`: the layer has one. The gradient flows back to the sequence and the last output.
  Layer(const Tensor& x, bool mask, bool same_direction = true) {
    inputs = {x, rill::passes::constant("w", weights({kInputs, 4 * kUnits}, 1)),
              rill::passes::constant("u", weights({kUnits, 4 * kUnits}, 2)),
              rill::passes::constant("b", weights({4 * kUnits}, 3))};
    AttrMap attrs{{"N", int64_t{0}}, {"M", int64_t{1}}, {"K", int64_t{mask}}};
    if (mask) {
      inputs.push_back(rill::passes::constant("mask", Tensor(DType::bool_, Shape{kBatch, kSteps})));
    }
    results = emit_all("_RillLSTM", inputs, attrs, "lstm");
    attrs.set("G", int64_t{2});
    attrs.set("present", int64_t{3});
    attrs.set("go_backwards", !same_direction);
    Values all = inputs;
    // What flows back depends on what the layer gave, as a loss does.
    all.push_back(emit("Mul", {results[0], results[0]}));
    all.push_back(results[1]);
    gradients = emit_all("_RillLSTMGrad", all, attrs, "gradient");
  }
};

TEST(KeepRnnState, GradientsStayTheSame) {
  ExecTest test;
  const Tensor x = rill::passes::input("x", {kBatch, kSteps, kInputs});
  const Layer layer(x, false);
  const Values fetches{layer.results[0],   layer.results[3],   layer.gradients[0],
                       layer.gradients[1], layer.gradients[2], layer.gradients[3]};
  const std::vector<Tensor> feed{Tensor::random({kBatch, kSteps, kInputs}, 9)};
  const auto plain = test.program(fetches, {x})->run(feed);
  test.options.optimize = optimize;
  const auto program = test.program(fetches, {x});
  EXPECT_NE(program->dump_graph().find("R=1"), std::string::npos) << program->dump_graph();
  for (int round = 0; round < 2; ++round) {  // what was kept is used up and made again
    const auto kept = program->run(feed);
    for (size_t i = 0; i < plain.size(); ++i) {
      const auto want = plain[i].to_vector<float>(), got = kept[i].to_vector<float>();
      for (size_t k = 0; k < want.size(); ++k) ASSERT_NEAR(got[k], want[k], 1e-5) << i;
    }
  }
}

TEST(KeepRnnState, OnlyOfTheSameLayerWithoutAMask) {
  for (const bool mask : {false, true}) {
    GraphUnderTest graph;
    const Tensor x = rill::passes::input("x", {kBatch, kSteps, kInputs});
    const Layer layer(x, mask, mask);  // without a mask: the gradient of another direction
    const Values fetches{layer.results[0], layer.gradients[0]};
    EXPECT_EQ(graph.after({"keep_rnn_state"}, fetches, {x}), graph.before(fetches, {x}));
  }
}

}  // namespace
}  // namespace rill::passes
