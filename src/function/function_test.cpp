#include "rill/function.hpp"

#include <gtest/gtest.h>

#include "graph/graph.h"
#include "op/emit.h"
#include "op/variable.h"
#include "rill/autodiff.hpp"
#include "rill/control_flow.hpp"
#include "rill/error.hpp"
#include "rill/ops/operators.hpp"

namespace rill {
namespace {

Tensor variable(const std::string& name, float value) {
  auto state = std::make_shared<VariableState>(name, DType::float32, Shape{});
  state->assign(Tensor::scalar(value));
  return Tensor::of_variable(state, DType::float32, Shape{});
}

TEST(Function, TracesOnceASignature) {
  int traced = 0;
  const auto twice = function([&](const Tensor& x) {
    ++traced;
    return x + x;
  });
  EXPECT_EQ(twice(Tensor::vector<float>({1, 2})).to_vector<float>(), (std::vector<float>{2, 4}));
  EXPECT_EQ(twice(Tensor::vector<float>({3, 4})).to_vector<float>(), (std::vector<float>{6, 8}));
  EXPECT_EQ(traced, 1);
  EXPECT_EQ(twice(Tensor::vector<float>({1, 2, 3})).size(), 3);
  EXPECT_EQ(twice(Tensor::vector<int32_t>({1})).to_vector<int32_t>(), (std::vector<int32_t>{2}));
  EXPECT_EQ(traced, 3);
  EXPECT_EQ(twice.num_traces(), 3U);
}

TEST(Function, AnInputSignatureIsTheOnlyTrace) {
  const auto f = function([](const Tensor& x) { return x * x; },
                          {.input_signature = {{Shape{Shape::kUnknownDim}, DType::float32}}});
  EXPECT_EQ(f(Tensor::vector<float>({2})).to_vector<float>(), (std::vector<float>{4}));
  EXPECT_EQ(f(Tensor::vector<float>({2, 3})).to_vector<float>(), (std::vector<float>{4, 9}));
  EXPECT_EQ(f.num_traces(), 1U);
  EXPECT_THROW(f(Tensor::vector<int32_t>({2})), InvalidArgumentError);
  EXPECT_THROW(f(Tensor::scalar(2.0F)), InvalidArgumentError);
}

TEST(Function, ReducedRetracingOpensDimensions) {
  const auto f = function([](const Tensor& x) { return x + x; }, {.reduce_retracing = true});
  for (int n = 1; n < 6; ++n) EXPECT_EQ(f(Tensor::zeros(Shape{n})).size(), n);
  EXPECT_EQ(f.num_traces(), 2U);
}

// With a known number of elements a reshape needs no step, unless its shape comes with the call.
TEST(Function, AShapeThatIsFedIsChecked) {
  const auto f = function([](const Tensor& x, const Tensor& shape) {
    return emit("Reshape", {x, shape});
  });
  const Tensor x = Tensor::of<float>({1, 2, 3}, Shape{1, 3});
  EXPECT_EQ(f(x, Tensor::vector<int32_t>({3})).shape(), (Shape{3}));
  EXPECT_EQ(f(x, Tensor::vector<int32_t>({-1})).shape(), (Shape{3}));
  EXPECT_THROW(f(x, Tensor::vector<int32_t>({1})), InvalidArgumentError);
}

TEST(Function, VariablesAreReadEachTime) {
  const Tensor v = variable("v", 2.0F);
  const auto f = function([&](const Tensor& x) { return x * v; });
  EXPECT_FLOAT_EQ(f(3.0F).item<float>(), 6.0F);
  std::static_pointer_cast<VariableState>(v.rep()->variable)->assign(Tensor::scalar(5.0F));
  EXPECT_FLOAT_EQ(f(3.0F).item<float>(), 15.0F);
}

TEST(Function, EffectsHappenInOrder) {
  const Tensor v = variable("v", 1.0F);
  const auto f = function([&](const Tensor& x) {
    const Value before = v + 0.0F;
    emit("AssignAddVariableOp", {v, x});
    const Value after = v + 0.0F;
    return std::pair(before, after);
  });
  for (int i = 0; i < 5; ++i) {
    const auto [before, after] = f(Tensor::scalar(2.0F));
    EXPECT_FLOAT_EQ(before.item<float>(), 1.0F + 2.0F * static_cast<float>(i));
    EXPECT_FLOAT_EQ(after.item<float>(), 3.0F + 2.0F * static_cast<float>(i));
  }
}

TEST(Function, IsDifferentiableAsAWhole) {
  const Tensor v = variable("v", 2.0F);
  const auto f = function([&](const Tensor& x) { return x * x * v; });
  const Tensor x = Tensor::scalar(3.0F);
  Tape outer;
  outer.watch(x);
  Tape tape;
  tape.watch(x);
  const Value y = f(x);
  EXPECT_FLOAT_EQ(y.item<float>(), 18.0F);
  const Values g = tape.gradient(y, Values{x, v});
  EXPECT_FLOAT_EQ(g[0].item<float>(), 12.0F);
  EXPECT_FLOAT_EQ(g[1].item<float>(), 9.0F);
  EXPECT_FLOAT_EQ(outer.gradient(g[0], x).item<float>(), 4.0F);
}

// The backward part takes over exp(x) alone, which depends on x too.
TEST(Function, SecondOrderGoesThroughWhatIsKept) {
  const auto f = function([](const Tensor& x) { return emit("Exp", {x}); });
  const Tensor x = Tensor::scalar(0.5F);
  Tape outer;
  outer.watch(x);
  Tape tape;
  tape.watch(x);
  const Value y = f(x);
  const Value g = tape.gradient(y, x);
  EXPECT_FLOAT_EQ(g.item<float>(), std::exp(0.5F));
  const Value again = outer.gradient(g, x);
  ASSERT_TRUE(again);
  EXPECT_FLOAT_EQ(again.item<float>(), std::exp(0.5F));
}

TEST(Function, ATapeInsideIsPartOfTheTrace) {
  const Tensor v = variable("v", 2.0F);
  const auto slope = function([&](const Tensor& x) {
    Tape tape;
    tape.watch(x);
    const Value y = x * x * v;
    const Values g = tape.gradient(y, Values{x, v});
    return std::pair(g[0], g[1]);
  });
  const auto [dx, dv] = slope(3.0F);
  EXPECT_FLOAT_EQ(dx.item<float>(), 12.0F);
  EXPECT_FLOAT_EQ(dv.item<float>(), 9.0F);
}

TEST(ControlFlow, CondRunsOneBranchAndTraces) {
  const auto f = [](const Tensor& x) {
    return cond(
        x > 0.0F, [&] { return Values{x * 2.0F}; }, [&] { return Values{-x}; })[0];
  };
  const auto traced = function(f);
  for (const float x : {3.0F, -4.0F}) {
    EXPECT_FLOAT_EQ(f(Tensor::scalar(x)).item<float>(), x > 0 ? 2 * x : -x);
    const Tensor t = Tensor::scalar(x);
    Tape tape;
    tape.watch(t);
    const Value y = traced(t);
    EXPECT_FLOAT_EQ(y.item<float>(), x > 0 ? 2 * x : -x);
    EXPECT_FLOAT_EQ(tape.gradient(y, t).item<float>(), x > 0 ? 2.0F : -1.0F);
  }
  EXPECT_EQ(traced.num_traces(), 1U);
}

TEST(ControlFlow, NothingIsLeftOfAGraphWithBranches) {
  std::weak_ptr<FunctionLibrary> library;
  {
    const auto f = function([&](const Tensor& x) {
      library = x.rep()->graph->library.owner();
      return cond(
          x > 0.0F, [&] { return Values{x * 2.0F}; }, [&] { return Values{-x}; })[0];
    });
    const Tensor x = Tensor::scalar(3.0F);
    Tape tape;
    tape.watch(x);
    const Value y = f(x);
    EXPECT_FLOAT_EQ(tape.gradient(y, x).item<float>(), 2.0F);
    EXPECT_FALSE(library.expired());
  }
  EXPECT_TRUE(library.expired());
}

TEST(ControlFlow, BranchesOfAnotherDtypeAreRefused) {
  const auto f = function([](const Tensor& x) {
    return cond(
        x > 0.0F, [&] { return Values{x}; }, [&] { return Values{Tensor::scalar<int32_t>(1)}; })[0];
  });
  EXPECT_THROW(f(1.0F), InvalidArgumentError);
}

TEST(ControlFlow, SwitchCaseTakesTheLastBranchOutOfRange) {
  const auto f = function([](const Tensor& i, const Tensor& x) {
    return switch_case(i, {[&] { return Values{x + 1.0F}; }, [&] { return Values{x * 10.0F}; }})[0];
  });
  const Tensor x = Tensor::scalar(2.0F);
  EXPECT_FLOAT_EQ(f(Tensor::scalar<int32_t>(0), x).item<float>(), 3.0F);
  EXPECT_FLOAT_EQ(f(Tensor::scalar<int32_t>(1), x).item<float>(), 20.0F);
  EXPECT_FLOAT_EQ(f(Tensor::scalar<int32_t>(7), x).item<float>(), 20.0F);
}

TEST(ControlFlow, WhileLoopAndItsGradient) {
  const auto power = [](const Tensor& x) {
    return while_loop([](const Values& v) { return v[0] < 4.0F; },
                      [&](const Values& v) {
                        return Values{v[0] + 1.0F, v[1] * x};
                      },
                      {Tensor::scalar(0.0F), Tensor::scalar(1.0F)})[1];
  };
  const auto traced = function(power);
  const Tensor x = Tensor::scalar(3.0F);
  EXPECT_FLOAT_EQ(power(x).item<float>(), 81.0F);
  Tape outer;
  outer.watch(x);
  Tape tape;
  tape.watch(x);
  const Value y = traced(x);
  EXPECT_FLOAT_EQ(y.item<float>(), 81.0F);
  const Value g = tape.gradient(y, x);
  EXPECT_FLOAT_EQ(g.item<float>(), 4 * 27.0F);
  EXPECT_FLOAT_EQ(outer.gradient(g, x).item<float>(), 12 * 9.0F);
}

TEST(ControlFlow, LoopsEndAfterTheirMostTurns) {
  const auto f = function([](const Tensor& x) {
    return while_loop([](const Values&) { return Value(Tensor::scalar(true).without_weakness()); },
                      [](const Values& v) { return Values{v[0] * 2.0F}; }, {x},
                      {.maximum_iterations = 3})[0];
  });
  EXPECT_FLOAT_EQ(f(1.0F).item<float>(), 8.0F);
}

TEST(ControlFlow, MapAndScan) {
  const Tensor rows = Tensor::of<float>({1, 2, 3, 4}, Shape{2, 2});
  const auto square = [](const Value& row) { return row * row; };
  const auto running = [](const Value& sum, const Value& row) { return sum + row; };
  const std::vector<float> squares{1, 4, 9, 16};
  EXPECT_EQ(map_fn(square, rows).to_vector<float>(), squares);
  EXPECT_EQ(function([&](const Tensor& x) { return map_fn(square, x); })(rows).to_vector<float>(),
            squares);
  const std::vector<float> sums{1, 2, 4, 6};
  EXPECT_EQ(scan(running, rows).to_vector<float>(), sums);
  EXPECT_EQ(function([&](const Tensor& x) { return scan(running, x); })(rows).to_vector<float>(),
            sums);
  EXPECT_EQ(scan(running, rows, {}, {.reverse = true}).to_vector<float>(),
            (std::vector<float>{4, 6, 3, 4}));
  EXPECT_EQ(foldl(running, rows, Tensor::vector<float>({10, 20})).to_vector<float>(),
            (std::vector<float>{14, 26}));
}

}  // namespace
}  // namespace rill
