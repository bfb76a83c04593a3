// What a plan does with memory: reuse, in place, views, results, loose shapes.
#include "exec/plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "exec/exec_test_util.h"
#include "op/registry.h"
#include "op/shape_context.h"

namespace rill {
namespace {

std::vector<float> floats(const Tensor& t) { return t.to_vector<float>(); }

// An op that is not fused with its neighbours: reverses the rows.
Tensor turn(const Tensor& x) {
  return emit(
      "ReverseV2",
      {x, emit("Const", {}, {{"value", Tensor::vector<int32_t>({0})}, {"dtype", DType::int32}})});
}

TEST(Plan, ArenaIsReused) {
  ExecTest test;
  const Tensor x = input("x", {64, 1024});
  Tensor y = x;
  for (int i = 0; i < 20; ++i) y = turn(y);
  y = emit("Sum", {y, emit("Const", {},
                           {{"value", Tensor::vector<int32_t>({0, 1})}, {"dtype", DType::int32}})});
  const auto program = test.program({y}, {x});
  const Tensor feed = Tensor::random({64, 1024});
  const std::string text = program->dump_plan(std::vector<Tensor>{feed});
  // Two buffers of 256 KiB take turns.
  const size_t at = text.find("arena ");
  ASSERT_NE(at, std::string::npos) << text;
  EXPECT_LE(std::stoll(text.substr(at + 6)), 3 * 64 * 1024 * 4) << text;
  double sum = 0;
  for (const float v : floats(feed)) sum += v;
  EXPECT_NEAR(program->run(std::vector<Tensor>{feed})[0].item<double>(), sum, 1.0);
}

// The gradient of an addition sums over what was stretched, mostly nothing.
TEST(Plan, SumsOfSingleElementsAreViews) {
  ExecTest test;
  const Tensor x = input("x", {2, 1, 3}, DType::float32);
  const auto over = [&](const char* op, const std::vector<int32_t>& axes) {
    return turn(emit(
        op,
        {turn(x), emit("Const", {}, {{"value", Tensor::vector(axes)}, {"dtype", DType::int32}})}));
  };
  const std::vector<Tensor> feeds{
      Tensor::vector({1.0f, 2.0f, 3.0f, -4.0f, 5.0f, 6.0f}).reshaped({2, 1, 3})};
  for (const std::vector<int32_t>& axes : {std::vector<int32_t>{}, {1}}) {
    const auto program = test.program({over("Sum", axes)}, {x});
    EXPECT_EQ(program->dump_plan(feeds).find("= Sum("), std::string::npos);
    const std::vector<Tensor> out = program->run(feeds);
    EXPECT_EQ(out[0].shape(), (axes.empty() ? Shape{2, 1, 3} : Shape{2, 3}));
    EXPECT_EQ(floats(out[0]), floats(feeds[0]));
    const auto norm = test.program({over("EuclideanNorm", axes)}, {x});
    EXPECT_EQ(floats(norm->run(feeds)[0]), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  }
  const auto sum = test.program({over("Sum", {2})}, {x});
  EXPECT_EQ(floats(sum->run(feeds)[0]), (std::vector<float>{6, 7}));
}

// A view has no memory before the step that makes its source has run.
TEST(Plan, AStepMayReadAValueAndAViewOfIt) {
  ExecTest test;
  const Tensor x = input("x", {1, 3});
  const Tensor a = emit("Relu", {x});
  const Tensor axis =
      emit("Const", {}, {{"value", Tensor::vector<int32_t>({0})}, {"dtype", DType::int32}});
  const Tensor mean = emit("Mean", {a, axis}, {{"keep_dims", true}});
  const Tensor flat = emit("Reshape", {a, Tensor::vector<int32_t>({3})});
  const auto program = test.program(
      {emit("Sub", {a, mean}), emit("AddV2", {a, flat}), emit("Sub", {emit("Neg", {mean}), a})},
      {x});
  for (int i = 0; i < 2; ++i) {
    const auto out =
        program->run(std::vector<Tensor>{Tensor::vector({1.0f, -2.0f, 3.0f}).reshaped({1, 3})});
    EXPECT_EQ(floats(out[0]), (std::vector<float>{0, 0, 0}));
    EXPECT_EQ(floats(out[1]), (std::vector<float>{2, 0, 6}));
    EXPECT_EQ(floats(out[2]), (std::vector<float>{-2, 0, -6}));
  }
}

TEST(Plan, InPlaceIsSafe) {
  ExecTest test;
  const Tensor x = input("x", {3});
  const Tensor a = turn(x);
  const Tensor square = emit("Mul", {a, a});  // both operands are one buffer
  const Tensor b = turn(square);
  const Tensor wide = emit("AddV2", {b, emit("Reshape", {b, Tensor::vector<int32_t>({3, 1})})});
  const auto program = test.program({wide}, {x});
  for (int i = 0; i < 2; ++i) {
    const auto out = program->run(std::vector<Tensor>{Tensor::vector({1.0f, 2.0f, 3.0f})});
    EXPECT_EQ(floats(out[0]), (std::vector<float>{2, 5, 10, 5, 8, 13, 10, 13, 18}));
  }
}

TEST(Plan, WhatIsStillReadIsNotOverwritten) {
  ExecTest test;
  const Tensor x = input("x", {4});
  const Tensor a = turn(x);
  const Tensor view = emit("Reshape", {a, Tensor::vector<int32_t>({2, 2})});
  const Tensor b = turn(emit("Relu", {a}));  // a would die here but for the view
  const Tensor c =
      emit("AddV2", {turn(view), emit("Reshape", {b, Tensor::vector<int32_t>({2, 2})})});
  const auto program = test.program({c, a}, {x});
  const auto out = program->run(std::vector<Tensor>{Tensor::vector({1.0f, -2.0f, 3.0f, -4.0f})});
  EXPECT_EQ(floats(out[1]), (std::vector<float>{-4, 3, -2, 1}));
  EXPECT_EQ(floats(out[0]), (std::vector<float>{-2 + 1, 1 + 0, -4 + 3, 3 + 0}));
}

TEST(Plan, IntermediateFeedAndConstantMayBeFetched) {
  ExecTest test;
  const Tensor x = input("x", {2});
  const Tensor c =
      emit("Const", {}, {{"value", Tensor::vector({5.0f, 6.0f})}, {"dtype", DType::float32}});
  const Tensor y = emit("Exp", {emit("Neg", {x}, {}, "n")});
  const auto program =
      test.program({y, x, c, emit("Identity", {x}), test.graph.get_tensor_by_name("n:0")}, {x});
  const Tensor feed = Tensor::vector({0.0f, 1.0f});
  const auto out = program->run(std::vector<Tensor>{feed});
  EXPECT_EQ(floats(out[0])[0], 1.0f);
  EXPECT_EQ(floats(out[1]), floats(feed));
  EXPECT_EQ(floats(out[2]), (std::vector<float>{5, 6}));
  EXPECT_EQ(floats(out[4])[1], -1.0f);
}

TEST(Plan, LargeConstantIsMadeFromWeightsThatAnotherStepPacked) {
  ExecTest test;
  const auto constant = [](const Tensor& value) {
    return emit("Const", {}, {{"value", value}, {"dtype", value.dtype()}});
  };
  const Tensor rows = Tensor::random({200, 128});
  const Tensor weights = constant(Tensor::random({128, 256}));
  const Tensor x = input("x", {200, 128});
  const Tensor packed = emit("MatMul", {x, weights});
  const Tensor folded = emit("MatMul", {constant(rows), weights});
  const auto program = test.program({packed, folded}, {x});
  const auto out = program->run(std::vector<Tensor>{rows});
  const auto expected = floats(out[0]);
  const auto result = floats(out[1]);
  for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(result[i], expected[i], 1e-4);
}

TEST(Plan, GivenMemoryIsUsedOnlyWhenItIsSafe) {
  ExecTest test;
  const Tensor x = input("x", {3});
  const Tensor y = turn(x);
  const Tensor z = emit("AddV2", {y, x});
  const auto program = test.program({y, z}, {x});
  // The feed itself is given for a result: it is read after y is made.
  const Tensor feed = Tensor::vector({1.0f, 2.0f, 3.0f});
  std::vector<Tensor> out{feed, Tensor::zeros({3})};
  const void* given = out[1].raw();
  program->run_into(std::vector<Tensor>{feed}, out);
  EXPECT_EQ(floats(out[0]), (std::vector<float>{3, 2, 1}));
  EXPECT_EQ(floats(out[1]), (std::vector<float>{4, 4, 4}));
  EXPECT_EQ(out[1].raw(), given);
  EXPECT_EQ(floats(feed), (std::vector<float>{1, 2, 3}));
  // One tensor for two results.
  const Tensor same = Tensor::zeros({3});
  std::vector<Tensor> both{same, same};
  program->run_into(std::vector<Tensor>{feed}, both);
  EXPECT_EQ(floats(both[0]), (std::vector<float>{3, 2, 1}));
  EXPECT_EQ(floats(both[1]), (std::vector<float>{4, 4, 4}));
}

TEST(Plan, ShapesThatDependOnDataAreFollowed) {
  ExecTest test;
  const Tensor x = input("x", {-1});
  const Tensor zero =
      emit("Const", {}, {{"value", Tensor::scalar(0.0f)}, {"dtype", DType::float32}});
  const Tensor at = emit("Where", {emit("Greater", {x, zero})});
  const Tensor picked = emit("GatherNd", {x, at});
  const Tensor y = emit("Exp", {emit("Mul", {picked, picked})});
  const auto program = test.program({y}, {x});
  for (int round = 0; round < 2; ++round) {
    const auto two = program->run(std::vector<Tensor>{Tensor::vector({1.0f, -1.0f, 0.5f})});
    ASSERT_EQ(two[0].shape(), (Shape{2}));
    EXPECT_NEAR(floats(two[0])[1], std::exp(0.25f), 1e-6f);
    const auto none = program->run(std::vector<Tensor>{Tensor::vector({-1.0f, -1.0f, -0.5f})});
    EXPECT_EQ(none[0].shape(), (Shape{0}));
  }
}

TEST(Plan, ScalarsBecomeOneStep) {
  ExecTest test;
  const Tensor x = input("x", {});
  Tensor a = x;
  Tensor b = emit("Mul", {x, Tensor::scalar(0.5f)});
  double ra = 0.37, rb = 0.185;
  for (int i = 0; i < 60; ++i) {
    const Tensor next = i % 3 == 0   ? emit("AddV2", {a, Tensor::scalar(0.75f)})
                        : i % 3 == 1 ? emit("Maximum", {a, b})
                                     : emit("Tanh", {a});
    const double r = i % 3 == 0 ? ra + 0.75 : i % 3 == 1 ? std::max(ra, rb) : std::tanh(ra);
    b = a;
    a = next;
    rb = ra;
    ra = r;
  }
  const auto program = test.program({a, b}, {x});
  const std::vector<Tensor> feeds{Tensor::scalar(0.37f)};
  EXPECT_EQ(program->dump_plan(feeds).find("prepared"), 0u);
  EXPECT_EQ(program->dump_plan(feeds).find("prepared", 8), std::string::npos);
  const auto out = program->run(feeds);
  EXPECT_NEAR(out[0].item<double>(), ra, 1e-5);
  EXPECT_NEAR(out[1].item<double>(), rb, 1e-5);
}

// Rows, columns and scalars in one group; a value that is read outside as well; another shape.
TEST(Plan, FusedStepsEqualSingleSteps) {
  ExecTest test;
  const Tensor x = input("x", {5, 7});
  const auto value = [](const Tensor& t) {
    return emit("Const", {}, {{"value", t}, {"dtype", t.dtype()}});
  };
  const Tensor row = value(Tensor::random({7}, 1));
  const Tensor column = value(Tensor::random({5, 1}, 2));
  const Tensor a = emit("AddV2", {emit("Mul", {x, row}), row});
  const Tensor t = turn(a);
  const Tensor b = emit("Sigmoid", {emit("Sub", {a, x})});
  const Tensor c = emit("Mul", {b, column});
  const Tensor d = emit("LeakyRelu", {emit("AddV2", {c, t})}, {{"alpha", 0.3f}});
  const Tensor e = emit("AddV2", {d, emit("Mean", {d, Tensor::vector<int32_t>({0, 1})})});
  const auto program = test.program({e, b}, {x});
  const Tensor feed = Tensor::random({5, 7}, 3);
  const auto out = program->run(std::vector<Tensor>{feed});
  std::vector<double> want(35), gate(35);
  double mean = 0;
  const auto f = floats(feed), r = floats(Tensor::random({7}, 1)),
             col = floats(Tensor::random({5, 1}, 2));
  const auto at = [&](size_t i, size_t j) { return double{f[i * 7 + j]} * r[j] + r[j]; };
  for (size_t i = 0; i < 5; ++i) {
    for (size_t j = 0; j < 7; ++j) {
      gate[i * 7 + j] = 1 / (1 + std::exp(-(at(i, j) - f[i * 7 + j])));
      const double v = gate[i * 7 + j] * col[i] + at(4 - i, j);
      want[i * 7 + j] = v < 0 ? 0.3 * v : v;
      mean += want[i * 7 + j] / 35;
    }
  }
  for (size_t i = 0; i < 35; ++i) {
    EXPECT_NEAR(floats(out[0])[i], want[i] + mean, 1e-5);
    EXPECT_NEAR(floats(out[1])[i], gate[i], 1e-6);
  }
}

TEST(Plan, LatestShapesAreKept) {
  ExecTest test;
  test.options.plans = 2;
  const Tensor x = input("x", {-1});
  const auto program = test.program({emit("Exp", {x})}, {x});
  for (const int64_t n : {1, 2, 3, 1, 0, 2, 1}) {
    const auto out = program->run(std::vector<Tensor>{Tensor::zeros({n})});
    EXPECT_EQ(floats(out[0]), std::vector<float>(static_cast<size_t>(n), 1.0f));
  }
}

TEST(Plan, ManyThreadsHaveAFrameEach) {
  ExecTest test;
  const Tensor x = input("x", {256});
  const auto program = test.program({turn(turn(emit("Exp", {turn(x)})))}, {x});
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      const Tensor feed = Tensor::of(std::vector<float>(256, static_cast<float>(t)), {256});
      for (int i = 0; i < 300; ++i) {
        const auto out = program->run(std::vector<Tensor>{feed});
        const float want = std::exp(static_cast<float>(t));
        ASSERT_NEAR(out[0].data<float>()[i % 256], want, 1e-5f * want);
      }
    });
  }
  for (std::thread& t : threads) t.join();
}

// What a loop says of its results was written for the shapes that it was traced with.
TEST(While, OutputShapesAreVoidForOtherInputs) {
  const OpDef& loop = require_op("StatelessWhile");
  const AttrMap attrs{{"T", std::vector<DType>{DType::float32}},
                      {"output_shapes", std::vector<Shape>{Shape{2, 3}}}};
  const std::vector<DType> dtypes{DType::float32};
  for (const auto& [given, found] :
       {std::pair{Shape{2, 3}, Shape{2, 3}}, std::pair{Shape{2, 0}, Shape::unknown_rank()}}) {
    const ShapeContext::Input input{given, DType::float32};
    ShapeContext ctx(loop, attrs, "loop", std::span(&input, 1), dtypes);
    loop.shape(ctx);
    EXPECT_EQ(ctx.output(0), found);
  }
}

}  // namespace
}  // namespace rill
