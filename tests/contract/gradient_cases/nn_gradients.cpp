#include "contract/gradient_cases.h"
#include "rill/autodiff.hpp"

namespace rill::test {
namespace {

void add_activations(GradientCases& cases) {
  for (const char* op : {"Relu", "Selu", "Softplus", "Softsign", "Elu"}) {
    cases.add({.op = op, .inputs = {real({2, 5})}});
  }
  cases.add({.op = "Relu6", .inputs = {real({3, 5}, -4, 9)}});
  cases.add({.op = "LeakyRelu", .inputs = {real({2, 5})}, .attrs = {{"alpha", 0.3f}}});
  for (const char* op :
       {"ReluGrad", "Relu6Grad", "EluGrad", "SeluGrad", "SoftplusGrad", "SoftsignGrad"}) {
    cases.add({.op = op, .inputs = {real({2, 5}), real({2, 5}, -1.5, 3)}});
  }
  cases.add(
      {.op = "LeakyReluGrad", .inputs = {real({2, 5}), real({2, 5})}, .attrs = {{"alpha", 0.3f}}});
  cases.add({.op = "Softmax", .inputs = {real({2, 4})}});
  cases.add({.op = "LogSoftmax", .inputs = {real({2, 4})}});
}

void add_biases(GradientCases& cases) {
  cases.add({.op = "BiasAdd", .inputs = {real({2, 2, 3}), real({3})}});
  cases.add({.op = "BiasAdd",
             .inputs = {real({2, 3, 2, 2}), real({3})},
             .attrs = {{"data_format", "NCHW"}}});
  cases.add({.op = "BiasAddV1", .inputs = {real({2, 3}), real({3})}});
  cases.add({.op = "BiasAddGrad", .inputs = {real({2, 2, 3})}});
  cases.add(
      {.op = "BiasAddGrad", .inputs = {real({2, 3, 2, 2})}, .attrs = {{"data_format", "NCHW"}}});
}

Value weighted(const Value& x, const Value& weights) {
  std::vector<int32_t> axes;
  for (int d = 0; d < x.rank(); ++d) axes.push_back(d);
  return emit("Sum", {emit("Mul", {x, weights}), ints(axes)});
}

void add_losses(GradientCases& cases) {
  cases.add(
      {.op = "SparseSoftmaxCrossEntropyWithLogits", .inputs = {real({3, 4}), longs({2, 0, 3})}});
  const Tensor weights = real({3}, 0.5, 2), slopes = real({3, 4});
  const auto loss = [weights](const Values& in) {
    // The slope holds for labels that sum to one.
    const Value labels = emit("Softmax", {in[1]});
    const Value y = emit("SoftmaxCrossEntropyWithLogits", {in[0], labels});
    return weighted(y, weights);
  };
  // The second output is the slope of the loss, and is differentiated by the logits alone.
  cases.add({.name = "SoftmaxCrossEntropyWithLogits",
             .ops = {"SoftmaxCrossEntropyWithLogits"},
             .inputs = {real({3, 4}), real({3, 4}, 0, 1)},
             .run = loss});
  cases.add({.name = "SoftmaxCrossEntropyWithLogits, one row of labels",
             .ops = {"SoftmaxCrossEntropyWithLogits"},
             .inputs = {real({3, 4}), real({1, 4}, 0, 1)},
             .run = loss});
  const Tensor labels = real({3, 4}, 0, 1);
  cases.add({.name = "SoftmaxCrossEntropyWithLogits, second order",
             .ops = {"SoftmaxCrossEntropyWithLogits"},
             .inputs = {real({3, 4})},
             .run = [=](const Values& in) {
               Tape tape;
               tape.watch(in[0]);
               return weighted(tape.gradient(loss({in[0], labels}), in[0]), slopes);
             }});
  // The same: its second output is the slope already.
  const Tensor indices = longs({0, 0, 0, 1, 1, 0}, {3, 2});
  for (const char* op : {"CTCLoss", "CTCLossV2"}) {
    if (std::string(op) == "CTCLossV2") {
      cases.leave_out(op, "float32 only; the function is that of CTCLoss");
      continue;
    }
    cases.add(
        {.name = op, .ops = {op}, .inputs = {real({5, 2, 4})}, .run = [=](const Values& in) {
           const Value y = emit(op, {in[0], indices, ints({0, 1, 2}), ints({5, 4})});
           return emit("Sum", {emit("Mul", {y, Tensor::vector<double>({1.5, 0.7})}), number(0)});
         }});
  }
}

void add_selections(GradientCases& cases) {
  cases.add({.op = "TopK", .inputs = {real({2, 5})}, .attrs = {{"k", 2}}});
  cases.add({.op = "TopKV2", .inputs = {real({2, 2, 5}), number(3)}});
  cases.add({.op = "TopKV2", .inputs = {real({5}), number(2)}});
  cases.add({.op = "NthElement", .inputs = {real({2, 5}), number(1)}});
  cases.add({.op = "NthElement",
             .inputs = {doubles({1, 3, 3, 2, 5, 4}, {2, 3}), number(0)},
             .attrs = {{"reverse", true}},
             .second = false});
}

void add_windows(GradientCases& cases) {
  cases.add({.op = "LRN",
             .inputs = {real({1, 2, 2, 5}, -2, 2, DType::float32)},
             .attrs = {{"depth_radius", 1}, {"bias", 1.5f}, {"alpha", 0.4f}, {"beta", 0.7f}},
             .second = false});
  for (const bool scaled : {true, false}) {
    cases.add({.op = "BatchNormWithGlobalNormalization",
               .inputs = {real({2, 2, 2, 3}), real({3}), real({3}, 0.5, 2), real({3}), real({3})},
               .attrs = {{"variance_epsilon", 0.01f}, {"scale_after_normalization", scaled}},
               .second = false});
  }
  cases.add({.op = "Dilation2D",
             .inputs = {real({1, 4, 5, 2}, -20, 20), real({2, 2, 2})},
             .attrs = {{"strides", std::vector<int64_t>{1, 1, 2, 1}},
                       {"rates", std::vector<int64_t>{1, 2, 1, 1}},
                       {"padding", "SAME"}},
             .second = false});
}

}  // namespace

void register_nn_gradients(GradientCases& cases) {
  add_activations(cases);
  add_biases(cases);
  add_losses(cases);
  add_selections(cases);
  add_windows(cases);
  for (const char* op :
       {"FakeQuantWithMinMaxArgs", "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel",
        "QuantizeAndDequantize", "QuantizeAndDequantizeV2", "QuantizeAndDequantizeV3",
        "QuantizeAndDequantizeV4"}) {
    cases.leave_out(op, "rounding counts as no change: the gradient is not the slope");
  }
  for (const char* op : {"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3",
                         "FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"}) {
    cases.leave_out(op, "float32, and only some outputs count: batch_norm_gradients_test");
  }
}

}  // namespace rill::test
