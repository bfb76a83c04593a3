// Schedules, regularizers, constraints, initializers, seeds, and what layers do with them.
#include <gtest/gtest.h>

#include "keras/core/loss_collector.h"
#include "keras/core/registry.h"
#include "keras/core/schedule.h"
#include "keras/core/seeds.h"
#include "keras/core/weights.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/keras/constraints.hpp"
#include "rill/keras/initializers.hpp"
#include "rill/keras/regularizers.hpp"
#include "rill/keras/schedules.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

void expect_near(const Tensor& t, const std::vector<float>& wanted, float tolerance = 1e-6f) {
  const std::vector<float> got = t.to_vector<float>();
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], tolerance) << i;
}

// Python: random.seed(s); [random.randint(1, 10**9) for _ in range(3)]
TEST(Seeds, PythonsGenerator) {
  struct Case {
    int64_t seed;
    int64_t drawn[3];
  };
  for (const Case& c : {Case{0, {906691060, 413654000, 813847340}},
                        {42, {686579304, 119540832, 26855093}},
                        {-7, {347712783, 161973070, 423938500}},
                        {(int64_t{1} << 40) + 5, {541574218, 555040208, 288411819}}}) {
    PythonRandom random(c.seed);
    for (const int64_t wanted : c.drawn) EXPECT_EQ(random.randint(1, 1000000000), wanted);
  }
}

// keras.utils.set_random_seed(42), then two initializers.
TEST(Initializers, WithoutASeedTheyFollowTheGlobalOne) {
  utils::set_random_seed(42);
  expect_near(initializers::apply("glorot_uniform", {2, 3}),
              {.78475308f, .35630131f, -.30954921f, .98587775f, -.92442185f, .33374333f}, 0);
  expect_near(initializers::apply("orthogonal", {2, 3}),
              {.02728045f, -.85970318f, .51006502f, -.47952157f, .43645963f, .76128972f});
}

TEST(Initializers, SeedsOfAnySize) {
  expect_near(
      initializers::apply(initializers::RandomNormal(0, 0.05, (int64_t{1} << 31) + 77), {3}),
      {-.01624848f, -.01718583f, .05680106f}, 1e-8f);
  expect_near(initializers::apply(initializers::RandomNormal(0, 0.05, -5), {3}),
              {-.01511421f, -.08574128f, .0119317f}, 1e-8f);
  const Tensor wide =
      initializers::apply(initializers::RandomNormal(0, 0.05, 3), {2}, DType::float64);
  EXPECT_DOUBLE_EQ(wide.to_vector<double>()[0], 0.05316753788925554);
}

TEST(Initializers, EveryNameMakesAWeight) {
  for (const std::string& name : object_registry().initializers.class_names()) {
    const Shape shape = name == "STFT" ? Shape{4, 1, 3} : Shape{3, 4};
    EXPECT_EQ(initializers::apply(Initializer(name), shape).shape(), shape) << name;
    EXPECT_EQ(initializers::apply(Initializer(name), shape, DType::bfloat16).dtype(),
              DType::bfloat16)
        << name;
  }
}

TEST(Initializers, ErrorsNameWhatIsWrong) {
  EXPECT_THROW(initializers::apply("glorot_unifrom", {2, 3}), InvalidArgumentError);
  EXPECT_THROW(initializers::apply("orthogonal", {3}), InvalidArgumentError);
  EXPECT_THROW(initializers::apply("identity", {3}), InvalidArgumentError);
  EXPECT_THROW(initializers::VarianceScaling(1.0, "fan"), InvalidArgumentError);
  EXPECT_THROW(initializers::VarianceScaling(0.0), InvalidArgumentError);
}

TEST(Regularizers, PenaltiesAndErrors) {
  const Tensor x = Tensor::of({1.0f, -2.0f, 0.0f, 3.0f}, Shape{2, 2});
  EXPECT_FLOAT_EQ(regularizers::apply("l1", x).item<float>(), 0.06f);
  EXPECT_FLOAT_EQ(regularizers::apply("L2", x).item<float>(), 0.14f);
  EXPECT_FLOAT_EQ(regularizers::apply(regularizers::L1L2(0.1, 0.2), x).item<float>(), 3.4f);
  EXPECT_FLOAT_EQ(regularizers::apply("l1_l2", x).item<float>(), 0.0f);
  EXPECT_FLOAT_EQ(
      regularizers::apply(
          regularizers::custom("sum", [](const Tensor& w) { return ops::reduce_sum(w); }), x)
          .item<float>(),
      2.0f);
  EXPECT_THROW(regularizers::L1(-1), InvalidArgumentError);
  EXPECT_THROW(regularizers::OrthogonalRegularizer(0.1, "row"), InvalidArgumentError);
  EXPECT_THROW(regularizers::apply("L3", x), InvalidArgumentError);
}

TEST(Constraints, WeightsAndErrors) {
  const Tensor w = Tensor::of({3.0f, -1.0f, 4.0f, 0.0f}, Shape{2, 2});
  expect_near(constraints::apply("non_neg", w), {3, 0, 4, 0});
  expect_near(constraints::apply(constraints::MaxNorm(1.0), w), {.6f, -1, .8f, 0});
  expect_near(constraints::apply(constraints::UnitNorm(1), w), {.9486833f, -.3162278f, 1, 0});
  expect_near(constraints::apply({}, w), {3, -1, 4, 0});
  EXPECT_THROW(constraints::apply("max_nrm", w), InvalidArgumentError);
  EXPECT_THROW(constraints::apply("radial_constraint", w), InvalidArgumentError);
}

TEST(Schedules, WarmUpAndErrors) {
  const SchedulePtr warm =
      schedules::CosineDecay(0.0, 80, {.warmup_target = 0.2, .warmup_steps = 20});
  EXPECT_FLOAT_EQ(warm(Value(10)).item<float>(), 0.1f);
  EXPECT_FLOAT_EQ(warm(Value(20)).item<float>(), 0.2f);
  EXPECT_NEAR(warm(Value(100)).item<float>(), 0.0f, 1e-7f);
  EXPECT_FLOAT_EQ(schedules::PiecewiseConstantDecay({10}, {1.0, 0.5})(Value(11)).item<float>(),
                  0.5f);
  EXPECT_THROW(schedules::PiecewiseConstantDecay({10}, {1.0}), InvalidArgumentError);
  EXPECT_THROW(schedules::ExponentialDecay(0.1, 0, 0.9), InvalidArgumentError);
  EXPECT_THROW(schedules::from_json(R"({"class_name": "ExponentialDcay", "config": {}})"),
               InvalidArgumentError);
  EXPECT_THROW(
      schedules::from_json(R"({"class_name": "CosineDecay", "config": {"decay_step": 3}})"),
      InvalidArgumentError);
  const std::string written = schedules::to_json(warm);
  EXPECT_EQ(schedules::to_json(schedules::from_json(written)), written);
}

struct Penalised final : Layer {
  Tensor call(const Tensor& x, bool) override {
    add_loss(2.0f * ops::reduce_sum(x));
    return x;
  }
};

TEST(Regularization, LayersAddWhatTheirConfigsSay) {
  const LayerPtr dense = layers::Dense(2, {.use_bias = true,
                                           .kernel_initializer = "ones",
                                           .kernel_regularizer = regularizers::L2(0.5),
                                           .activity_regularizer = regularizers::L1(0.1),
                                           .kernel_constraint = constraints::MaxNorm(1.0)});
  const LayerPtr own(std::make_shared<Penalised>());
  const Tensor x = Tensor::of({1.0f, 1.0f, 2.0f, 2.0f}, Shape{2, 2});
  const LossCollector collector;
  own(dense(x));
  ASSERT_EQ(collector.losses().size(), 2u);
  EXPECT_FLOAT_EQ(collector.losses()[0].item<float>(), 0.6f);  // 1.2 over two rows
  EXPECT_FLOAT_EQ(collector.losses()[1].item<float>(), 24.0f);
  const auto rules = weight_rules(*dense);
  ASSERT_EQ(rules.size(), 1u);
  const Tensor kernel = variable_state(rules[0].weight).read();
  EXPECT_FLOAT_EQ(regularizers::apply(rules[0].regularizer, kernel).item<float>(), 2.0f);
  expect_near(constraints::apply(rules[0].constraint, kernel),
              {.70710677f, .70710677f, .70710677f, .70710677f});
}

// One rule a weight that has one, whatever layer or part of a layer holds it.
TEST(Regularization, EveryKindOfWeightFindsItsSettings) {
  const auto count = [](const LayerPtr& layer, const Shape& shape) {
    layer->ensure_built({shape});
    int both = 0;
    for (const WeightRules& rule : weight_rules(*layer))
      both += rule.regularizer && rule.constraint;
    return both;
  };
  EXPECT_EQ(count(layers::LSTM(2, {.kernel_regularizer = "l2",
                                   .recurrent_regularizer = "l2",
                                   .bias_regularizer = "l2",
                                   .kernel_constraint = "non_neg",
                                   .recurrent_constraint = "non_neg",
                                   .bias_constraint = "non_neg"}),
                  {2, 3, 4}),
            3);
  EXPECT_EQ(count(layers::Embedding(
                      5, 2, {.embeddings_regularizer = "l1", .embeddings_constraint = "unit_norm"}),
                  {2, 3}),
            1);
  EXPECT_EQ(count(layers::BatchNormalization({.beta_regularizer = "l1",
                                              .gamma_regularizer = "l1",
                                              .beta_constraint = "non_neg",
                                              .gamma_constraint = "non_neg"}),
                  {2, 3}),
            2);
}

}  // namespace
}  // namespace rill::keras
