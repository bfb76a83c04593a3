// The passes that fuse: what becomes one op, and what only looks like it.
#include <gtest/gtest.h>

#include <cmath>

#include "op/registry.h"
#include "passes/pass_test_util.h"

namespace rill::passes {
namespace {

Tensor scalar(const char* name, float value) { return constant(name, Tensor::scalar(value)); }

TEST(FusePatterns, Gelu) {
  GraphUnderTest graph;
  const Tensor x = input("x", {2, 3});
  const Tensor half = emit("Mul", {scalar("half", 0.5f), x}, {}, "half_x");
  const Tensor scaled =
      emit("Mul", {emit("Neg", {x}, {}, "neg"), scalar("root", 0.70710678f)}, {}, "scaled");
  const Tensor y = emit("Mul", {half, emit("Erfc", {scaled}, {}, "erfc")}, {}, "y");
  EXPECT_EQ(graph.after({"fuse_patterns"}, {y}, {x}), "y_1 = _Gelu(feed/x)\n");

  const Tensor other = emit("Mul", {x, scalar("two", 2.0f)}, {}, "other");
  const Tensor no = emit("Mul", {half, emit("Erfc", {other}, {}, "erfc2")}, {}, "no");
  EXPECT_EQ(graph.after({"fuse_patterns"}, {no}, {x}), graph.before({no}, {x}));
}

TEST(FusePatterns, SwishAndHardSwish) {
  GraphUnderTest graph;
  const Tensor x = input("x", {2, 3});
  const Tensor s = emit("Mul", {x, emit("Sigmoid", {x}, {}, "gate")}, {}, "s");
  const Tensor clipped =
      emit("Relu6", {emit("AddV2", {s, scalar("three", 3)}, {}, "moved")}, {}, "c");
  const Tensor y =
      emit("Mul", {s, emit("RealDiv", {clipped, scalar("six", 6)}, {}, "hard")}, {}, "y");
  EXPECT_EQ(graph.after({"fuse_patterns"}, {y}, {x}),
            "s_1 = _Swish(feed/x)\ny_1 = _HardSwish(s_1)\n");
}

TEST(FusePatterns, LayerNormalisationOfKeras) {
  GraphUnderTest graph;
  const Tensor x = input("x", {-1, 7, 4});
  const Tensor axis = constant("axis", Tensor::vector<int32_t>({-1}));
  const AttrMap keep{{"keep_dims", true}};
  const Tensor mean = emit("Mean", {x, axis}, keep, "mean");
  const Tensor variance =
      emit("Mean", {emit("SquaredDifference", {x, mean}, {}, "d"), axis}, keep, "variance");
  const Tensor rsqrt =
      emit("Rsqrt", {emit("AddV2", {variance, scalar("e", 1e-6f)}, {}, "a")}, {}, "r");
  const Tensor gamma = constant("gamma", Tensor::of({1.0f, 2.0f, 3.0f, 4.0f}, Shape{1, 1, 4}));
  const Tensor beta = constant("beta", Tensor::of({1.0f, 2.0f, 3.0f, 4.0f}, Shape{1, 1, 4}));
  const Tensor inv = emit("Mul", {rsqrt, gamma}, {}, "inv");
  const Tensor shift = emit(
      "AddV2", {emit("Mul", {emit("Neg", {mean}, {}, "neg"), inv}, {}, "m"), beta}, {}, "shift");
  const Tensor y = emit("AddV2", {emit("Mul", {x, inv}, {}, "p"), shift}, {}, "y");
  EXPECT_EQ(graph.after({"fuse_patterns"}, {y}, {x}),
            "y_1 = _RillLayerNorm(feed/x, y/gamma, y/beta)\n");
}

TEST(FoldBatchNorm, ScaleAndShiftMeltIntoAProduct) {
  GraphUnderTest graph;
  const Tensor x = input("x", {-1, 2});
  const Tensor w = constant("w", Tensor::of({1.0f, 2.0f, 3.0f, 4.0f}, Shape{2, 2}));
  const Tensor b = constant("b", Tensor::vector({1.0f, 1.0f}));
  const Tensor product = emit("MatMul", {x, w}, {}, "product");
  const Tensor biased = emit("BiasAdd", {product, b}, {}, "biased");
  const Tensor scaled =
      emit("Mul", {biased, constant("s", Tensor::vector({2.0f, 3.0f}))}, {}, "scaled");
  const Tensor y = emit("AddV2", {scaled, constant("t", Tensor::vector({10.0f, 20.0f}))}, {}, "y");
  EXPECT_EQ(graph.after({"fold_batch_norm"}, {y}, {x}),
            "product = MatMul(feed/x, product/scaled)\n"
            "product/scaled = Mul(w, product/scale)\n"
            "y_1 = BiasAdd(product, product/bias_1)\n");
  const GraphImpl& after = *graph.program().graph;
  const Node& bias = after.node(after.find("product/bias_1"));
  EXPECT_EQ(bias.attrs.find("value")->get_if<Tensor>()->to_vector<float>(),
            (std::vector<float>{12, 23}));
  // A product that somebody else reads as well stays.
  const std::vector<Tensor> both{y, product};
  EXPECT_EQ(graph.after({"fold_batch_norm"}, both, {x}).find("product/scaled"), std::string::npos);
}

TEST(FuseBiasActivation, ChainWithResidual) {
  if (op_registry().find("_FusedMatMul") == nullptr) return;  // a build without fused kernels
  GraphUnderTest graph;
  const Tensor x = input("x", {3, 2});
  const Tensor w = constant("w", Tensor::of({1.0f, 2.0f, 3.0f, 4.0f}, Shape{2, 2}));
  const Tensor b = constant("b", Tensor::vector({1.0f, 1.0f}));
  const Tensor biased = emit("BiasAdd", {emit("MatMul", {x, w}, {}, "product"), b}, {}, "biased");
  const Tensor sum = emit("AddV2", {x, biased}, {}, "sum");
  const Tensor y = emit("Relu", {sum}, {}, "y");
  EXPECT_EQ(graph.after({"fuse_bias_activation"}, {y}, {x}),
            "y_1 = _FusedMatMul(feed/x, w, b, feed/x)\n");
  EXPECT_NE(graph.text().find("BiasAdd"), std::string::npos);
  // What is fetched in between must still be there.
  EXPECT_EQ(graph.after({"fuse_bias_activation"}, {y, sum}, {x}),
            "y = Relu(sum_1)\nsum_1 = _FusedMatMul(feed/x, w, b, feed/x)\n");
}

// What the one pass leaves behind does not hold up the next one.
TEST(FuseBiasActivation, AfterABatchNorm) {
  if (op_registry().find("_FusedMatMul") == nullptr) return;  // a build without fused kernels
  GraphUnderTest graph;
  const Tensor x = input("x", {-1, 2});
  const Tensor w = constant("w", Tensor::of({1.0f, 2.0f, 3.0f, 4.0f}, Shape{2, 2}));
  const Tensor product = emit("MatMul", {x, w}, {}, "product");
  const Tensor scaled =
      emit("Mul", {product, constant("s", Tensor::vector({2.0f, 3.0f}))}, {}, "scaled");
  const Tensor shifted =
      emit("AddV2", {scaled, constant("t", Tensor::vector({10.0f, 20.0f}))}, {}, "shifted");
  const Tensor y = emit("Relu6", {shifted}, {}, "y");
  EXPECT_EQ(graph.after({"fold_batch_norm", "fuse_bias_activation"}, {y}, {x}),
            "product/scaled = Mul(w, product/scale)\n"
            "y_1 = _FusedMatMul(feed/x, product/scaled, product/bias)\n");
}

// x -> 1x1 to six times the channels -> depthwise -> 1x1 back, with x added.
Tensor inverted_residual(const Tensor& x, int64_t channels, int64_t stride, bool adds,
                         Tensor* filtered = nullptr) {
  using Ints = std::vector<int64_t>;
  const auto weights = [](const char* name, const Shape& shape) {
    return constant(name, Tensor::random(shape, 3));
  };
  const AttrMap window{{"strides", Ints{1, 1, 1, 1}}, {"padding", "SAME"}};
  const AttrMap moving{{"strides", Ints{1, stride, stride, 1}}, {"padding", "SAME"}};
  const int64_t wide = 6 * channels;
  const Tensor a = emit("Conv2D", {x, weights("we", {1, 1, channels, wide})}, window, "a");
  const Tensor b = emit("Relu6", {emit("BiasAdd", {a, weights("be", {wide})}, {}, "ab")}, {}, "b");
  const Tensor c = emit("DepthwiseConv2dNative", {b, weights("wd", {3, 3, wide, 1})}, moving, "c");
  const Tensor d = emit("Relu6", {emit("BiasAdd", {c, weights("bd", {wide})}, {}, "cb")}, {}, "d");
  if (filtered) *filtered = d;
  const Tensor e = emit("Conv2D", {d, weights("wp", {1, 1, wide, channels})}, window, "e");
  const Tensor y = emit("BiasAdd", {e, weights("bp", {channels})}, {}, "y");
  return adds ? emit("AddV2", {x, y}, {}, "sum") : y;
}

TEST(FuseDepthwiseBlocks, LargeMiddlesOnly) {
  if (op_registry().find("_FusedDepthwiseBlock") == nullptr) return;
  const auto passes = {std::string_view("fuse_bias_activation"),
                       std::string_view("fuse_depthwise_blocks")};
  GraphUnderTest graph;
  const Tensor x = input("x", {-1, 56, 56, 24});
  EXPECT_EQ(graph.after(passes, {inverted_residual(x, 24, 1, true)}, {x}),
            "sum_1_1 = _FusedDepthwiseBlock(feed/x, we, be, wd, bd, wp, bp, feed/x)\n");
  const Tensor small = input("small", {-1, 7, 7, 24});
  EXPECT_EQ(graph.after(passes, {inverted_residual(small, 24, 1, true)}, {small})
                .find("_FusedDepthwiseBlock"),
            std::string::npos);
}

TEST(FuseDepthwiseBlocks, WhatIsReadInBetweenStays) {
  if (op_registry().find("_FusedDepthwiseBlock") == nullptr) return;
  const auto passes = {std::string_view("fuse_bias_activation"),
                       std::string_view("fuse_depthwise_blocks")};
  GraphUnderTest graph;
  const Tensor x = input("x", {-1, 56, 56, 24});
  Tensor filtered;
  const Tensor y = inverted_residual(x, 24, 2, false, &filtered);
  EXPECT_EQ(graph.after(passes, {y}, {x}),
            "y_1_1 = _FusedDepthwiseBlock(feed/x, we, be, wd, bd, wp, bp)\n");
  // As in EfficientNets, where the depthwise result has a second reader.
  EXPECT_EQ(graph.after(passes, {y, filtered}, {x}),
            "y_1 = _FusedConv2D(d_1_1, wp, bp)\n"
            "d_1_1 = _FusedDepthwiseBlock(feed/x, we, be, wd, bd)\n");
}

TEST(FuseBiasActivation, ResidualThatBroadcastsStays) {
  GraphUnderTest graph;
  const Tensor x = input("x", {-1, 2});
  const Tensor other = input("other", {-1, 2});  // may have one row
  const Tensor w = constant("w", Tensor::of({1.0f, 2.0f, 3.0f, 4.0f}, Shape{2, 2}));
  const Tensor b = constant("b", Tensor::vector({1.0f, 1.0f}));
  const Tensor biased = emit("BiasAdd", {emit("MatMul", {x, w}, {}, "product"), b}, {}, "biased");
  const Tensor y = emit("AddV2", {biased, other}, {}, "y");
  EXPECT_NE(graph.after({"fuse_bias_activation"}, {y}, {x, other}).find("y = AddV2("),
            std::string::npos);
}

}  // namespace
}  // namespace rill::passes
