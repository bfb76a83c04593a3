// Numbers: tf.compat.v1.train of TensorFlow 2.21.
#include "rill/train_tools.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "op/emit.h"
#include "rill/autodiff.hpp"
#include "rill/error.hpp"
#include "rill/session.hpp"

namespace rill::train {
namespace {

struct ScheduleCase {
  const char* name;
  std::function<Value(const Value&)> make;
  std::vector<float> rates;  // at steps 0, 1, 5, 10, 11, 25, 40
};

std::vector<ScheduleCase> schedule_cases() {
  const DecayOptions stairs{.staircase = true};
  using V = const Value&;
  return {
      {"exponential",
       [](V s) { return exponential_decay(0.1, s, 10, 0.5); },
       {0.100000001F, 0.0933033004F, 0.0707106814F, 0.0500000007F, 0.0466516502F, 0.0176776703F,
        0.00625000009F}},
      {"exponential stairs",
       [=](V s) { return exponential_decay(0.1, s, 10, 0.5, stairs); },
       {0.1F, 0.1F, 0.1F, 0.05F, 0.05F, 0.025F, 0.00625F}},
      {"natural",
       [](V s) { return natural_exp_decay(0.1, s, 10, 0.5); },
       {0.100000001F, 0.0951229483F, 0.0778800771F, 0.0606530681F, 0.0576949827F, 0.0286504813F,
        0.0135335298F}},
      {"natural stairs",
       [=](V s) { return natural_exp_decay(0.1, s, 10, 0.5, stairs); },
       {0.1F, 0.1F, 0.1F, 0.0606530681F, 0.0606530681F, 0.0367879458F, 0.0135335298F}},
      {"inverse",
       [](V s) { return inverse_time_decay(0.1, s, 10, 0.5); },
       {0.100000001F, 0.0952381045F, 0.0799999982F, 0.0666666701F, 0.0645161346F, 0.0444444455F,
        0.0333333351F}},
      {"inverse stairs",
       [=](V s) { return inverse_time_decay(0.1, s, 10, 0.5, stairs); },
       {0.1F, 0.1F, 0.1F, 0.0666666701F, 0.0666666701F, 0.05F, 0.0333333351F}},
      {"polynomial",
       [](V s) { return polynomial_decay(0.1, s, 20, {.end_learning_rate = 0.01, .power = 2}); },
       {0.100000001F, 0.0912249982F, 0.0606250018F, 0.0324999988F, 0.0282249991F, 0.01F, 0.01F}},
      {"polynomial cycle",
       [](V s) {
         return polynomial_decay(0.1, s, 20,
                                 {.end_learning_rate = 0.01, .power = 0.5, .cycle = true});
       },
       {0.100000001F, 0.097721152F, 0.0879422873F, 0.0736396089F, 0.0703738332F, 0.0651135221F,
        0.01F}},
      {"piecewise",
       [](V s) {
         return piecewise_constant(s, {5, 25}, {1, 0.5, 0.1});
       },
       {1, 1, 1, 0.5F, 0.5F, 0.5F, 0.1F}},
      {"cosine",
       [](V s) { return cosine_decay(0.1, s, 20, {.alpha = 0.1}); },
       {0.100000001F, 0.0994459763F, 0.0868198127F, 0.054999996F, 0.047960449F, 0.01F, 0.01F}},
      {"cosine restarts",
       [](V s) {
         return cosine_decay_restarts(0.1, s, 10, {.t_mul = 2, .m_mul = 0.5, .alpha = 0.1});
       },
       {0.100000001F, 0.0977975428F, 0.054999996F, 0.0550000034F, 0.0547229908F, 0.0165900979F,
        0.0292049535F}},
      {"cosine restarts of one length",
       [](V s) { return cosine_decay_restarts(0.1, s, 10, {.t_mul = 1, .m_mul = 0.5}); },
       {0.100000001F, 0.0975528285F, 0.05F, 0.05F, 0.0487764142F, 0.0125F, 0.00625F}},
      {"linear cosine",
       [](V s) { return linear_cosine_decay(0.1, s, 20); },
       {0.100100003F, 0.094515197F, 0.0641165078F, 0.0250999983F, 0.0190802272F, 0.0001F, 0.0001F}},
  };
}

TEST(Schedules, FallAsInTensorFlow) {
  constexpr int64_t kSteps[] = {0, 1, 5, 10, 11, 25, 40};
  for (const ScheduleCase& c : schedule_cases()) {
    SCOPED_TRACE(c.name);
    const Graph graph;
    const auto scope = graph.as_default();
    const Value step = placeholder("step", DType::int64, Shape{});
    const Value rate = c.make(step);
    const Session session(graph);
    for (size_t i = 0; i < std::size(kSteps); ++i) {
      EXPECT_NEAR(session.run(rate, {{step, Tensor::scalar(kSteps[i])}}).item<float>(), c.rates[i],
                  2e-7)
          << kSteps[i];
    }
  }
}

TEST(Schedules, AreRatesOfOptimizers) {
  const Graph graph;
  const auto scope = graph.as_default();
  const Variable x = variable("x", Tensor::scalar(8.0F));
  const Variable step = get_or_create_global_step();
  const Value rate = piecewise_constant(step, {0}, {0.5, 0.25});
  const Operation train =
      GradientDescentOptimizer(rate).minimize(emit("Square", {x.value()}), {.global_step = step});
  const Operation init = global_variables_initializer();
  const Session session(graph);
  session.run_targets({init.name()});
  session.run_targets({train.name()});
  EXPECT_EQ(session.run(x.value()).item<float>(), 0);  // 8 - 0.5 * 16
  EXPECT_EQ(session.run(rate).item<float>(), 0.25F);
  EXPECT_THROW(piecewise_constant(step, {1, 2}, {1, 2}), InvalidArgumentError);
  EXPECT_THROW(exponential_decay(0.1, Tensor::scalar(1.0F), 1, 1), InvalidArgumentError);
}

TEST(Clip, ByTheNormOfAll) {
  const Values in{Tensor::vector<float>({3, 4}), Value(), Tensor::vector<float>({12})};
  const ClippedGradients small = clip_by_global_norm(in, 1);
  EXPECT_EQ(small.norm.item<float>(), 13);
  EXPECT_NEAR(small.gradients[0].to_vector<float>()[1], 4.0 / 13, 1e-7);
  EXPECT_NEAR(small.gradients[2].to_vector<float>()[0], 12.0 / 13, 1e-7);
  EXPECT_FALSE(small.gradients[1]);
  EXPECT_EQ(clip_by_global_norm(in, 100).gradients[0].to_vector<float>(),
            (std::vector<float>{3, 4}));
  const ClippedGradients wild = clip_by_global_norm({Tensor::vector<float>({INFINITY, 4})}, 1);
  EXPECT_TRUE(std::isnan(wild.gradients[0].to_vector<float>()[1]));
  EXPECT_EQ(wild.norm.item<float>(), INFINITY);
  EXPECT_THROW(clip_by_global_norm(Values{Value()}, 1), InvalidArgumentError);
}

TEST(Clip, KeepsRowsOfGathers) {
  const Graph graph;
  const auto scope = graph.as_default();
  const Variable table = variable("table", Tensor::vector<float>({3, 4, 5}));
  const Value some = emit("ResourceGather", {table.state(), Tensor::vector<int32_t>({0, 1})},
                          {{"dtype", DType::float32}});
  GradientDescentOptimizer descent(1);
  const auto clipped = clip_by_global_norm(descent.compute_gradients(emit("L2Loss", {some})), 1);
  const Operation train = descent.apply_gradients(clipped);
  const Operation init = global_variables_initializer();
  const Session session(graph);
  session.run_targets({init.name()});
  session.run_targets({train.name()});
  const auto after = session.run(table.value()).to_vector<float>();
  EXPECT_NEAR(after[0], 2.4, 1e-6);
  EXPECT_NEAR(after[1], 3.2, 1e-6);
  EXPECT_EQ(after[2], 5);
}

TEST(Clip, ByTheNormOfOne) {
  const Tensor x = Tensor::vector<float>({3, 4});
  EXPECT_NEAR(clip_by_norm(x, 1).to_vector<float>()[0], 0.6, 1e-7);
  EXPECT_EQ(clip_by_norm(x, 10).to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_EQ(clip_by_norm(Tensor::vector<float>({0, 0}), 1).to_vector<float>(),
            (std::vector<float>{0, 0}));
  const auto rows = clip_by_norm(Tensor::vector<float>({3, 4, 0.1F, 0}).reshaped({2, 2}), 1, {1})
                        .to_vector<float>();
  EXPECT_NEAR(rows[1], 0.8, 1e-7);
  EXPECT_EQ(rows[2], 0.1F);
}

TEST(MovingAverage, FollowsItsVariables) {
  for (const bool resource : {true, false}) {
    const Graph graph;
    const auto scope = graph.as_default();
    const Variable w = variable("w", Tensor::vector<float>({1, 2}), {.use_resource = resource});
    ExponentialMovingAverage slow(0.9);
    ExponentialMovingAverage quick(0.9, placeholder("n", DType::int64, Shape{}));
    EXPECT_FALSE(slow.average(w));
    EXPECT_EQ(slow.average_name(w), "w/ExponentialMovingAverage");
    const Operation move_slow = slow.apply();
    const Operation move_quick = quick.apply({w});
    EXPECT_EQ(quick.average_name(w), "w/ExponentialMovingAverage_1");
    emit_all(resource ? "AssignAddVariableOp" : "AssignAdd",
             {w.state(), Tensor::vector<float>({1, -1})}, {}, "up");
    const Operation init = global_variables_initializer();
    const Session session(graph);
    session.run_targets({init.name()});
    for (int i = 0; i < 3; ++i) {
      session.run_targets({"up"});
      session.run_targets({move_slow.name()});
      session.run_targets({move_quick.name()}, {{"n:0", Tensor::scalar(int64_t{3})}});
    }
    const auto a = session.run(slow.average(w).value()).to_vector<float>();
    EXPECT_NEAR(a[0], 1.561, 1e-6);
    EXPECT_NEAR(a[1], 1.439, 1e-6);
    const auto b = session.run(quick.average(w).value()).to_vector<float>();
    EXPECT_NEAR(b[0], 3.5685024, 1e-6);
    EXPECT_NEAR(b[1], -0.5685026, 1e-6);
  }
}

}  // namespace
}  // namespace rill::train
