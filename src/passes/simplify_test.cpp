// The passes that remove: what changes, and what almost looks like it and must not.
#include <gtest/gtest.h>

#include "passes/pass_test_util.h"
#include "tensor/stored.h"

namespace rill::passes {
namespace {

TEST(RemoveNoOps, IdentitiesAndUnfedDefaults) {
  GraphUnderTest graph;
  const Tensor x = input("x", {2, 3});
  const Tensor a = emit("Identity", {x}, {}, "a");
  const Tensor b = emit("StopGradient", {a}, {}, "b");
  const Tensor c = emit("Relu", {b}, {}, "c");
  const Tensor d = emit("Cast", {c}, {{"DstT", DType::float32}}, "d");
  const Tensor y = emit("Tanh", {d}, {}, "y");
  EXPECT_EQ(graph.after({"remove_no_ops"}, {y}, {x}), "c = Relu(feed/x)\ny = Tanh(c)\n");
}

TEST(RemoveNoOps, WhatIsWaitedForStays) {
  GraphUnderTest graph;
  const Tensor x = input("x", {2});
  const Tensor a = emit("Identity", {x}, {}, "a");
  Tensor y;
  {
    const ControlDependencies after({a.op()});
    y = emit("Relu", {x}, {}, "y");
  }
  EXPECT_EQ(graph.after({"remove_no_ops"}, {y}, {x}),
            "a = Identity(feed/x)\ny = Relu(feed/x, ^a)\n");
  EXPECT_EQ(graph.after({"drop_controls"}, {y}, {x}), "y = Relu(feed/x)\n");
}

TEST(RemoveNoOps, ExactArithmeticOnly) {
  GraphUnderTest graph;
  const Tensor x = input("x", {2, 3});
  const Tensor one = emit("Mul", {x, constant("one", Tensor::scalar(1.0f))}, {}, "one_x");
  const Tensor minus = emit("Sub", {one, constant("zero", Tensor::scalar(0.0f))}, {}, "minus");
  // -0 + 0 is 0: not the same.
  const Tensor plus = emit("AddV2", {minus, constant("nought", Tensor::scalar(0.0f))}, {}, "plus");
  const Tensor negative =
      emit("AddV2", {plus, constant("negative_zero", Tensor::scalar(-0.0f))}, {}, "negative");
  // Makes a (1, 2, 3) of a (2, 3).
  const Tensor wide =
      emit("Mul", {negative, constant("wide_one", Tensor::of({1.0f}, Shape{1, 1, 1}))}, {}, "wide");
  EXPECT_EQ(graph.after({"remove_no_ops"}, {wide}, {x}),
            "plus = AddV2(feed/x, nought)\nwide = Mul(plus, wide_one)\n");
}

TEST(RemoveNoOps, TransposesAndReshapes) {
  GraphUnderTest graph;
  const Tensor x = input("x", {2, 3, 4});
  const auto turn = [](const Tensor& t, std::vector<int32_t> perm, const char* name) {
    return emit("Transpose",
                {t, constant((std::string(name) + "/p").c_str(), Tensor::vector(perm))}, {}, name);
  };
  const Tensor there = turn(x, {2, 0, 1}, "there");
  const Tensor back = turn(there, {1, 2, 0}, "back");
  const Tensor flat =
      emit("Reshape", {back, constant("s1", Tensor::vector<int32_t>({6, 4}))}, {}, "flat");
  const Tensor again =
      emit("Reshape", {flat, constant("s2", Tensor::vector<int32_t>({-1}))}, {}, "again");
  EXPECT_EQ(graph.after({"remove_no_ops"}, {again}, {x}), "again = Reshape(feed/x, s2)\n");
  EXPECT_EQ(graph.after({"remove_no_ops"}, {turn(there, {2, 0, 1}, "on")}, {x}),
            "on_1 = Transpose(feed/x, on_1/perm)\n");
}

TEST(FoldConstants, WholeSubgraphsOnceAndNothingWithState) {
  GraphUnderTest graph;
  const Tensor x = input("x", {2});
  const Tensor a = emit("Exp", {constant("c", Tensor::vector({0.0f, 0.0f}))}, {}, "a");
  const Tensor b = emit("AddV2", {a, a}, {}, "b");
  const Tensor y = emit("Mul", {x, b}, {}, "y");
  const Tensor r = emit("RandomUniform", {constant("n", Tensor::vector<int32_t>({2}))},
                        {{"dtype", DType::float32}}, "r");
  const Tensor z = emit("AddV2", {y, r}, {}, "z");
  EXPECT_EQ(graph.after({"fold_constants"}, {z}, {x}),
            "y = Mul(feed/x, b/folded)\nr = RandomUniform(n)\nz = AddV2(y, r)\n");
  EXPECT_NE(graph.text().find("b/folded = Const"), std::string::npos);
}

TEST(FoldConstants, LargeResultsOfSmallInputsStay) {
  GraphUnderTest graph;
  const Tensor big = emit("Fill",
                          {constant("dims", Tensor::vector<int32_t>({4096, 4096})),
                           constant("v", Tensor::scalar(1.0f))},
                          {}, "big");
  EXPECT_EQ(graph.after({"fold_constants"}, {big}), "big = Fill(dims, v)\n");
}

TEST(FoldConstants, WhatFailsIsLeftToWhoeverRunsIt) {
  GraphUnderTest graph;
  const Tensor y =
      emit("FloorDiv",
           {constant("a", Tensor::scalar(int32_t{1})), constant("b", Tensor::scalar(int32_t{0}))},
           {}, "y");
  EXPECT_EQ(graph.after({"fold_constants"}, {y}), "y = FloorDiv(a, b)\n");
}

// Keras' learning phase: a conditional whose predicate has a default that is not fed.
TEST(ResolveSwitches, ConstantPredicate) {
  GraphUnderTest graph;
  const Tensor x = input("x", {2});
  const Tensor phase = emit("PlaceholderWithDefault", {constant("no", Tensor::scalar(false))},
                            {{"shape", Shape{}}, {"dtype", DType::bool_}}, "keras_learning_phase");
  const Values pivots = emit_all("Switch", {phase, phase}, {}, "pivot");
  const Tensor in_true = emit("Identity", {pivots[1]}, {}, "switch_t");
  const Values branch = emit_all("Switch", {x, phase}, {}, "branch");
  Tensor rate;
  {
    const ControlDependencies inside({in_true.op()});
    rate = constant("rate", Tensor::scalar(0.5f));
  }
  const Tensor dropped = emit("Mul", {branch[1], rate}, {}, "dropped");
  const Tensor kept = emit("Relu", {branch[0]}, {}, "kept");
  const Tensor y = emit_all("Merge", {kept, dropped}, {}, "merge")[0];
  EXPECT_EQ(graph.after({"remove_no_ops", "resolve_switches"}, {y}, {x}), "kept = Relu(feed/x)\n");
  // Fed, it is no constant.
  EXPECT_NE(
      graph.after({"remove_no_ops", "resolve_switches"}, {y}, {x, phase}).find("merge = Merge"),
      std::string::npos);
}

TEST(CommonSubexpressions, SameOpSameInputsSameAttributes) {
  GraphUnderTest graph;
  const Tensor x = input("x", {2, 3});
  const Tensor a = emit("LeakyRelu", {x}, {{"alpha", 0.1f}}, "a");
  const Tensor b = emit("LeakyRelu", {x}, {{"alpha", 0.1f}}, "b");
  const Tensor c = emit("LeakyRelu", {x}, {{"alpha", 0.2f}}, "c");
  const Tensor s = emit("AddV2", {a, b}, {}, "s");
  const Tensor y = emit("AddV2", {s, c}, {}, "y");
  EXPECT_EQ(graph.after({"common_subexpressions"}, {y}, {x}),
            "a = LeakyRelu(feed/x)\nc = LeakyRelu(feed/x)\ns = AddV2(a, a)\ny = AddV2(s, c)\n");
}

TEST(CommonSubexpressions, LargeConstantsStayInTheirFile) {
  GraphUnderTest graph;
  const auto file = std::make_shared<std::vector<std::byte>>(4001);
  const Tensor weights = stored_tensor(DType::float32, {1000}, file->data() + 1, file);
  const Tensor a = constant("a", weights);
  const Tensor b = constant("b", weights);
  const Tensor y = emit("AddV2", {a, b}, {}, "y");
  EXPECT_EQ(graph.after({"common_subexpressions"}, {y}, {}), "y = AddV2(a, a)\n");
  EXPECT_EQ(weights.rep()->kind, detail::TensorKind::stored);
}

TEST(CommonSubexpressions, RandomNumbersDiffer) {
  GraphUnderTest graph;
  const Tensor n = constant("n", Tensor::vector<int32_t>({2}));
  const Tensor a = emit("RandomUniform", {n}, {{"dtype", DType::float32}}, "a");
  const Tensor b = emit("RandomUniform", {n}, {{"dtype", DType::float32}}, "b");
  EXPECT_EQ(graph.after({"common_subexpressions"}, {emit("AddV2", {a, b}, {}, "y")}),
            "a = RandomUniform(n)\nb = RandomUniform(n)\ny = AddV2(a, b)\n");
}

}  // namespace
}  // namespace rill::passes
