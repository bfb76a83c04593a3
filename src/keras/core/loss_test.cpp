// Losses: reductions, weights, masks, names and configs. Numbers are Keras 3.15's.
#include "keras/core/loss.h"

#include <gtest/gtest.h>

#include "keras/core/registry.h"
#include "rill/error.hpp"
#include "rill/keras/custom_objects.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

const Tensor kTrue = Tensor::of({0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f}, Shape{2, 3});
const Tensor kPred = Tensor::of({1.0f, 1.0f, 1.0f, 2.0f, 2.0f, 2.0f}, Shape{2, 3});

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Loss, FunctionsGiveOneNumberASample) {
  const Tensor y = losses::mse(kTrue, kPred);
  EXPECT_EQ(y.shape(), (Shape{2}));
  EXPECT_FLOAT_EQ(y.to_vector<float>()[0], 2.0f / 3);
  EXPECT_FLOAT_EQ(y.to_vector<float>()[1], 14.0f / 3);
}

TEST(Loss, ReductionsWithWeights) {
  const Tensor weight = Tensor::vector({1.0f, 3.0f});
  const auto value = [&](const char* reduction) {
    return losses::MeanSquaredError({.reduction = reduction})(kTrue, kPred, weight);
  };
  EXPECT_FLOAT_EQ(value("sum_over_batch_size").item<float>(), 7.3333335f);
  EXPECT_FLOAT_EQ(value("mean").item<float>(), 7.3333335f);
  EXPECT_FLOAT_EQ(value("sum").item<float>(), 14.666667f);
  EXPECT_FLOAT_EQ(value("mean_with_sample_weight").item<float>(), 3.6666667f);
  EXPECT_FLOAT_EQ(value("none").to_vector<float>()[1], 14.0f);
}

TEST(Loss, MaskedSamplesDoNotCountInTheMean) {
  const Tensor mask = Tensor::vector({true, false});
  const LossPtr loss("mse");
  EXPECT_FLOAT_EQ(loss(kTrue, kPred, {}, mask).item<float>(), 0.6666667f);
  EXPECT_FLOAT_EQ(loss(kTrue, kPred, Tensor::vector({2.0f, 2.0f}), mask).item<float>(), 1.3333334f);
}

TEST(Loss, NamesOfKerasAreKnown) {
  EXPECT_EQ(LossPtr("mse")->class_name(), "MeanSquaredError");
  EXPECT_EQ(LossPtr("mse")->name(), "mse");
  EXPECT_EQ(LossPtr("MeanSquaredError")->name(), "mean_squared_error");
  EXPECT_EQ(LossPtr("Huber")->name(), "huber_loss");
  EXPECT_EQ(LossPtr("KLD")->class_name(), "KLDivergence");
  EXPECT_EQ(object_registry().losses.class_names().size(), 22u);
}

TEST(Loss, CrossentropyIsChosenByTheShapes) {
  const auto zeros = [](const Shape& s) { return Tensor::zeros(s); };
  EXPECT_EQ(losses::get("ce", zeros({2, 1}), zeros({2, 1}))->class_name(), "BinaryCrossentropy");
  EXPECT_EQ(losses::get("ce", zeros({2}), zeros({2, 3}))->class_name(),
            "SparseCategoricalCrossentropy");
  EXPECT_EQ(losses::get("crossentropy", zeros({2, 3}), zeros({2, 3}))->class_name(),
            "CategoricalCrossentropy");
}

TEST(Loss, EveryClassComesBackFromItsConfig) {
  for (const std::string& name : object_registry().losses.class_names()) {
    const std::string written = losses::to_json(LossPtr(name));
    EXPECT_EQ(losses::to_json(losses::from_json(written)), written) << name;
  }
}

TEST(Loss, ErrorsNameWhatIsWrong) {
  EXPECT_NE(error_of([] { LossPtr("mean_squared_eror"); }).find("mean_squared_error"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              losses::from_json(R"({"class_name": "Huber", "config": {"delte": 1.0}})");
            }).find("did you mean 'delta'"),
            std::string::npos);
  EXPECT_THROW(losses::from_json(R"({"class_name": "Huber", "config": {"delta": "x"}})"),
               InvalidArgumentError);
  EXPECT_THROW(losses::MeanSquaredError({.reduction = "mena"}), InvalidArgumentError);
  const std::string shapes = error_of([] {
    LossPtr("binary_crossentropy")(Tensor::zeros({2, 3}), Tensor::zeros({2, 4}));
  });
  EXPECT_NE(shapes.find("binary_crossentropy"), std::string::npos);
  EXPECT_NE(shapes.find("[2,4]"), std::string::npos) << shapes;
  EXPECT_THROW(
      losses::sparse_categorical_crossentropy(Tensor::vector({0, 1, 2}), Tensor::zeros({2, 4})),
      InvalidArgumentError);
}

TEST(Loss, IgnoredClassesDoNotCount) {
  const Tensor labels = Tensor::vector({0, 1, 0});
  const Tensor p = Tensor::of({0.5f, 0.5f, 0.9f, 0.1f, 0.25f, 0.75f}, Shape{3, 2});
  const LossPtr all = losses::SparseCategoricalCrossentropy();
  const LossPtr some = losses::SparseCategoricalCrossentropy({.ignore_class = 1});
  const std::vector<float> each =
      losses::sparse_categorical_crossentropy(labels, p).to_vector<float>();
  EXPECT_FLOAT_EQ(all(labels, p).item<float>(), (each[0] + each[1] + each[2]) / 3);
  EXPECT_FLOAT_EQ(some(labels, p).item<float>(), (each[0] + each[2]) / 2);
}

// tf.keras 3.15 on the same numbers; the functions keep half types, but for one with an epsilon.
TEST(Loss, OfHalfTypes) {
  const Tensor t = ops::cast(Tensor::of<float>({0, 1, 1, 0}, {2, 2}), DType::bfloat16);
  const Tensor p = ops::cast(Tensor::of<float>({0.25, 0.5, 0.75, 0.125}, {2, 2}), DType::bfloat16);
  EXPECT_EQ(losses::mean_squared_error(t, p).dtype(), DType::bfloat16);
  EXPECT_EQ(losses::mean_squared_logarithmic_error(t, p).dtype(), DType::float32);
  const LossPtr loss = losses::MeanSquaredLogarithmicError();
  EXPECT_EQ(loss(t, p).dtype(), DType::float32);
  EXPECT_NEAR(loss(t, p).item<float>(), 0.041064352, 1e-6);
}

TEST(Loss, CtcAsKeras) {
  const Tensor labels = Tensor::of({1, 2, 2, 0, 3, 0, 0, 0, 1, 1, 0, 0}, Shape{3, 4});
  const Tensor logits =
      Tensor::of({1.764f,  0.4f,    0.979f,  2.241f,  1.868f,  -0.977f, 0.95f,   -0.151f, -0.103f,
                  0.411f,  0.144f,  1.454f,  0.761f,  0.122f,  0.444f,  0.334f,  1.494f,  -0.205f,
                  0.313f,  -0.854f, -2.553f, 0.654f,  0.864f,  -0.742f, 2.27f,   -1.454f, 0.046f,
                  -0.187f, 1.533f,  1.469f,  0.155f,  0.378f,  -0.888f, -1.981f, -0.348f, 0.156f,
                  1.23f,   1.202f,  -0.387f, -0.302f, -1.049f, -1.42f,  -1.706f, 1.951f,  -0.51f,
                  -0.438f, -1.253f, 0.777f,  -1.614f, -0.213f, -0.895f, 0.387f,  -0.511f, -1.181f,
                  -0.028f, 0.428f,  0.067f,  0.302f,  -0.634f, -0.363f, -0.672f, -0.36f,  -0.813f,
                  -1.726f, 0.177f,  -0.402f, -1.63f,  0.463f,  -0.907f, 0.052f,  0.729f,  0.129f},
                 Shape{3, 6, 4});
  const std::vector<float> y = losses::ctc(labels, logits).to_vector<float>();
  EXPECT_NEAR(y[0], 5.0293837f, 1e-5f);
  EXPECT_NEAR(y[1], 3.3938715f, 1e-5f);
  EXPECT_NEAR(y[2], 5.6503673f, 1e-5f);
}

TEST(Loss, GeneralizedCrossEntropyAsKeras) {
  const Tensor p = Tensor::of({.5f, .2f, .3f, .1f, .1f, .8f}, Shape{2, 3});
  EXPECT_NEAR(losses::CategoricalGeneralizedCrossEntropy({.q = 0.3})(Tensor::vector({0, 2}), p)
                  .item<float>(),
              0.42083192f, 1e-6f);
  EXPECT_THROW(losses::categorical_generalized_cross_entropy(Tensor::vector({0, 2}), p, 1.0),
               InvalidArgumentError);
}

struct Scaled final : Loss {
  double scale = 1;
  void visit_config(ConfigVisitor& v) override { v("scale", scale); }
  Value call(const Value& t, const Value& p) const override {
    return scale * ops::reduce_sum(ops::abs(t - p), -1);
  }
};

TEST(Loss, OnesOwnAreReadFromConfigs) {
  const CustomObjects custom =
      CustomObjects{}.loss<Scaled>("my>Scaled").loss("plain", [](const Value& t, const Value& p) {
        return ops::reduce_mean(t - p, -1);
      });
  const auto loss = loss_from_json(
      Json::parse(R"({"class_name": "Scaled", "config": {"scale": 2.0, "reduction": "sum"}})"),
      &custom);
  EXPECT_FLOAT_EQ((*loss)(kTrue, kPred).item<float>(), 16.0f);
  const auto plain = loss_from_json(Json("plain"), &custom);
  EXPECT_FLOAT_EQ((*plain)(kTrue, kPred).item<float>(), 1.0f);
  EXPECT_THROW(loss_from_json(Json("plain")), InvalidArgumentError);
}

}  // namespace
}  // namespace rill::keras
