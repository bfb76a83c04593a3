// Training runs whose numbers are Keras 3.15's: a small network with weights sin(k + 0.5) / 2 on
// x = sin(k), y = cos(k), batches of 10 of 24 rows, three epochs, not shuffled unless it is said.
#include <gtest/gtest.h>

#include <cmath>

#include "keras/models/model_layer.h"
#include "rill/autodiff.hpp"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/operators.hpp"

namespace rill::keras {
namespace {

using layers::Dense;

Tensor wave(const Shape& shape, double (*f)(double), double shift = 0, double scale = 1,
            int64_t begin = 0) {
  Tensor out(DType::float32, shape);
  for (int64_t i = 0; i < out.size(); ++i) {
    out.data<float>()[i] = static_cast<float>(f(static_cast<double>(begin + i) + shift) * scale);
  }
  return out;
}

Tensor x_train() { return wave({24, 4}, std::sin); }
Tensor y_train() { return wave({24, 2}, std::cos); }
Tensor labels() {
  Tensor out(DType::int32, Shape{24});
  for (int i = 0; i < 24; ++i) out.data<int32_t>()[i] = i % 3;
  return out;
}

void set_waves(const Model& model) {
  std::vector<Tensor> values;
  int64_t at = 0;
  for (const Value& v : model.weights()) {
    values.push_back(wave(v.shape(), std::sin, 0.5, 0.5, at));
    at += v.shape().num_elements();
  }
  model.set_weights(values);
}

Model mlp(const layers::DenseOptions& first = {}, int64_t outputs = 2,
          const Activation& last = {}) {
  layers::DenseOptions hidden = first;
  hidden.activation = "tanh";
  hidden.input_shape = Shape{4};
  const Sequential model{Dense(5, hidden), Dense(outputs, {.activation = last})};
  set_waves(model);
  return model;
}

FitOptions three_epochs() {
  FitOptions out;
  out.batch_size = 10;
  out.epochs = 3;
  out.shuffle = false;
  out.verbose = 0;
  return out;
}

void expect_curve(const History& history, const std::string& name,
                  const std::vector<double>& wanted) {
  const std::vector<double>& values = history[name];
  ASSERT_EQ(values.size(), wanted.size()) << name;
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(values[i], wanted[i], 2e-6 + 1e-5 * std::abs(wanted[i])) << name << " " << i;
  }
}

void expect_weights(const Model& model, const std::vector<double>& wanted) {
  const Tensor first = model.get_weights().at(0);
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(first.data<float>()[i], wanted[i], 2e-5) << i;
  }
}

struct Case {
  const char* name;
  OptimizerPtr optimizer;
  std::vector<double> loss;
  std::vector<double> weights;
};

std::vector<Case> fit_cases() {
  using namespace optimizers;  // NOLINT
  return {
      {"plain",
       SGD({.learning_rate = 0.1}),
       {0.7248318, 0.6112414, 0.5682201},
       {0.3169096, 0.5236722, 0.2270472}},
      {"clipnorm",
       SGD({.learning_rate = 0.5, .clipnorm = 0.1}),
       {0.7380853, 0.6369339, 0.583879},
       {0.3026254, 0.5163976, 0.2239617}},
      {"clipvalue",
       SGD({.learning_rate = 0.5, .clipvalue = 0.02}),
       {0.7446246, 0.6808937, 0.6346461},
       {0.2697128, 0.5287475, 0.2692361}},
      {"global_clipnorm",
       SGD({.learning_rate = 0.5, .global_clipnorm = 0.1}),
       {0.7316304, 0.6668722, 0.6206874},
       {0.2745079, 0.507009, 0.2624314}},
      {"accumulation",
       Adam({.learning_rate = 0.05, .gradient_accumulation_steps = 2}),
       {0.7029222, 0.5296398, 0.5075315},
       {0.4050113, 0.6438025, 0.1292487}},
      {"averages",
       SGD({.learning_rate = 0.2,
            .use_ema = true,
            .ema_momentum = 0.8,
            .ema_overwrite_frequency = 2}),
       {0.7324855, 0.6290611, 0.6119917},
       {0.2757134, 0.5066627, 0.2577727}},
      {"averages_at_the_end",
       SGD({.learning_rate = 0.2, .use_ema = true, .ema_momentum = 0.8}),
       {0.720114, 0.5929517, 0.5810943},
       {0.3064711, 0.5198042, 0.2301139}},
      {"weight_decay",
       SGD({.learning_rate = 0.1, .weight_decay = 0.1}),
       {0.720272, 0.604192, 0.5630596},
       {0.2910753, 0.4788136, 0.2062834}},
      {"loss_scale",
       LossScaleOptimizer(SGD({.learning_rate = 0.1}), 256, 3),
       {0.7248318, 0.6112414, 0.5682201},
       {0.3169096, 0.5236722, 0.2270472}},
      // The first steps are lost to infinite gradients, then the scale itself becomes infinite.
      {"loss_scale_overflows",
       LossScaleOptimizer(Adam({.learning_rate = 0.02}), std::ldexp(1.0, 127), 2),
       {0.7557151, 0.680802, 0.680802},
       {0.23016922, 0.4868793, 0.30575842}},
      {"loss_scale_overflows_with_momentum",
       LossScaleOptimizer(SGD({.learning_rate = 0.1, .momentum = 0.9}), std::ldexp(1.0, 127), 2),
       {0.7240273, 0.611891, 0.611891},
       {0.24724592, 0.4996307, 0.28125927}},
      {"scale_factor",
       Adam({.learning_rate = 0.02, .loss_scale_factor = 64}),
       {0.7557152, 0.6042857, 0.5281528},
       {0.3119736, 0.554418, 0.2113091}},
      {"schedule",
       SGD({.learning_rate = schedules::ExponentialDecay(0.2, 3, 0.5)}),
       {0.7225189, 0.5771204, 0.5448704},
       {0.3012558, 0.5168486, 0.2355036}},
      {"nesterov",
       SGD({.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}),
       {0.7206733, 0.5284159, 0.5944839},
       {0.4178007, 0.5535247, 0.1312298}},
      {"rmsprop",
       RMSprop({.learning_rate = 0.01, .momentum = 0.5, .centered = true}),
       {0.7732136, 0.5685671, 0.5205091},
       {0.3339679, 0.5900447, 0.2047451}},
      {"amsgrad",
       Adam({.learning_rate = 0.02, .amsgrad = true}),
       {0.7557152, 0.6042867, 0.5281534},
       {0.3119739, 0.5544178, 0.2113089}},
      {"adamw",
       AdamW({.learning_rate = 0.02}),
       {0.7556737, 0.6041971, 0.5281016},
       {0.3117777, 0.5540324, 0.2111272}},
      {"adadelta",
       Adadelta({.learning_rate = 1.0}),
       {0.7391928, 0.7275901, 0.7168129},
       {0.2490565, 0.5042186, 0.2899973}},
      {"adagrad",
       Adagrad({.learning_rate = 0.1}),
       {0.7330313, 0.5841255, 0.561647},
       {0.3682083, 0.5634341, 0.1694008}},
      {"adamax",
       Adamax({.learning_rate = 0.02}),
       {0.7576956, 0.6327731, 0.5661635},
       {0.2880631, 0.533392, 0.2448069}},
      {"adafactor",
       Adafactor({.learning_rate = 0.05}),
       {0.7472889, 0.6435525, 0.5853338},
       {0.310336, 0.5355835, 0.2151962}},
      {"nadam",
       Nadam({.learning_rate = 0.02}),
       {0.7577777, 0.6429678, 0.5803198},
       {0.3018484, 0.5480582, 0.2331404}},
      {"ftrl",
       Ftrl({.learning_rate = 0.1,
             .l1_regularization_strength = 0.01,
             .l2_regularization_strength = 0.01,
             .beta = 0.1}),
       {0.5468656, 0.5148346, 0.5134382},
       {-0.006594081, -0.006699059, -0.00305165}},
      {"lion",
       Lion({.learning_rate = 0.01}),
       {0.7448273, 0.6721663, 0.6100863},
       {0.2697128, 0.5287475, 0.2292361}},
      {"muon",
       Muon({.learning_rate = 0.02}),
       {0.7273355, 0.651906, 0.6031428},
       {0.250129, 0.491735, 0.2773248}},
      {"schedule_free",
       ScheduleFreeAdamW({.learning_rate = 0.02, .warmup_steps = 3}),
       {0.5465166, 0.5093025, 0.5091538},
       {-0.01131879, -0.01493548, 0.01090907}},
      {"lamb",
       Lamb({.learning_rate = 0.02}),
       {0.7406051, 0.655744, 0.5925648},
       {0.2875883, 0.5329362, 0.2417994}},
  };
}

TEST(Fit, FollowsKerasWithEachOptimizer) {
  for (const Case& c : fit_cases()) {
    SCOPED_TRACE(c.name);
    const Model model = mlp();
    model.compile({.optimizer = c.optimizer, .loss = "mse"});
    const History history = model.fit(x_train(), y_train(), three_epochs());
    expect_curve(history, "loss", c.loss);
    expect_weights(model, c.weights);
  }
}

OptimizerPtr sgd() { return optimizers::SGD({.learning_rate = 0.1}); }

TEST(Fit, WeighsSamples) {
  const Model model = mlp();
  model.compile(
      {.optimizer = sgd(), .loss = "mse", .metrics = {"mae"}, .weighted_metrics = {"mse"}});
  FitOptions options = three_epochs();
  Tensor weights(DType::float32, Shape{24});
  for (int i = 0; i < 24; ++i) weights.data<float>()[i] = static_cast<float>(i % 4);
  options.sample_weight = weights;
  const History history = model.fit(x_train(), y_train(), options);
  expect_curve(history, "loss", {1.087323, 0.9018664, 0.8552765});
  expect_curve(history, "mae", {0.7484689, 0.6861379, 0.6668691});
  expect_curve(history, "mse", {0.7248817, 0.6012443, 0.5701844});
  expect_weights(model, {0.3101943, 0.5366582, 0.2146061});
}

TEST(Fit, WeighsClasses) {
  const Model model = mlp({}, 3, "softmax");
  model.compile(
      {.optimizer = sgd(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  FitOptions options = three_epochs();
  options.class_weight = {{0, 1.0}, {1, 2.0}, {2, 0.5}};
  const History history = model.fit(x_train(), labels(), options);
  expect_curve(history, "loss", {1.325948, 1.236847, 1.173908});
  expect_curve(history, "accuracy", {0.25, 0.3333333, 0.2916667});
}

TEST(Fit, HoldsOutTheLastRows) {
  const Model model = mlp();
  model.compile({.optimizer = sgd(), .loss = "mse", .metrics = {"mae"}});
  FitOptions options = three_epochs();
  options.validation_split = 0.25;
  const History history = model.fit(x_train(), y_train(), options);
  expect_curve(history, "loss", {0.6586, 0.5917132, 0.5612534});
  expect_curve(history, "val_loss", {0.8806092, 0.8114342, 0.7713838});
  expect_curve(history, "val_mae", {0.8391621, 0.826914, 0.8176627});
}

// Names of a whole epoch are in the order of the alphabet.
TEST(Fit, RecordsInTheOrderOfKeras) {
  const Model model = mlp();
  model.compile(
      {.optimizer = sgd(), .loss = "mse", .metrics = {"mae"}, .weighted_metrics = {"mse"}});
  FitOptions options = three_epochs();
  options.validation_split = 0.25;
  std::vector<std::string> names;
  for (const auto& item : model.fit(x_train(), y_train(), options).history) {
    names.push_back(item.first);
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"loss", "mae", "mse", "val_loss", "val_mae", "val_mse"}));
  model.compile(
      {.optimizer = sgd(), .loss = "mse", .metrics = {"mae"}, .weighted_metrics = {"mae"}});
  names.clear();
  for (const auto& item : model.fit(x_train(), y_train(), options).history) {
    names.push_back(item.first);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"loss", "mae", "val_loss", "val_mae",
                                             "val_weighted_mae", "weighted_mae"}));
}

TEST(Fit, AddsPenalties) {
  const Model model = mlp({.kernel_regularizer = regularizers::L2(0.1),
                           .bias_regularizer = "l1",
                           .activity_regularizer = regularizers::L1(0.05)});
  model.compile({.optimizer = sgd(), .loss = "mse"});
  const History history = model.fit(x_train(), y_train(), three_epochs());
  expect_curve(history, "loss", {1.099058, 0.9369784, 0.8603511});
  expect_weights(model, {0.2748492, 0.4272307, 0.1652134});
}

TEST(Fit, ConstrainsWeights) {
  const Model model = mlp({.kernel_constraint = constraints::MaxNorm(0.7)});
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.5}), .loss = "mse"});
  const History history = model.fit(x_train(), y_train(), three_epochs());
  expect_curve(history, "loss", {0.7311382, 0.720621, 0.6757967});
  expect_weights(model, {0.4208784, 0.4705977, 0.05419045});
}

TEST(Fit, LeavesFrozenLayersAlone) {
  const Model model = mlp();
  model.layers()[0]->set_trainable(false);
  model.compile({.optimizer = sgd(), .loss = "mse"});
  const History history = model.fit(x_train(), y_train(), three_epochs());
  expect_curve(history, "loss", {0.7309681, 0.6478053, 0.6056743});
  expect_weights(model, {0.2397128, 0.4987475, 0.2992361});
}

TEST(Fit, KnowsOutputsByName) {
  const KerasTensor in = Input({4});
  const KerasTensor h = Dense(5, {.activation = "tanh"})(in);
  const Model model(
      {in}, {Dense(2, {.name = "a"})(h), Dense(3, {.activation = "softmax", .name = "b"})(h)});
  set_waves(model);
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.02}),
                 .loss = {{"a", "mse"}, {"b", "sparse_categorical_crossentropy"}},
                 .loss_weights = {{"a", 1.0}, {"b", 0.5}},
                 .metrics = {{"a", {"mae"}}, {"b", {"accuracy"}}}});
  const History history = model.fit({x_train()}, {y_train(), labels()}, three_epochs());
  expect_curve(history, "loss", {1.338779, 1.164969, 1.078129});
  expect_curve(history, "a_loss", {0.7605748, 0.6127316, 0.529632});
  expect_curve(history, "b_loss", {1.170555, 1.119849, 1.093685});
  expect_curve(history, "a_mae", {0.7582033, 0.6867759, 0.6506519});
  expect_curve(history, "b_accuracy", {0.2916667, 0.2916667, 0.4166667});
}

TEST(Fit, SaysWhatIsWrong) {
  const Model model = mlp();
  EXPECT_THROW(model.fit(x_train(), y_train()), FailedPreconditionError);
  model.compile({.optimizer = sgd(), .loss = "mse"});
  FitOptions quiet = three_epochs();
  EXPECT_THROW(model.fit(x_train(), y_train().rows(0, 3), quiet), InvalidArgumentError);
  EXPECT_THROW(model.fit(x_train().rows(0, 0), y_train().rows(0, 0), quiet), InvalidArgumentError);
  quiet.batch_size = 0;
  EXPECT_THROW(model.fit(x_train(), y_train(), quiet), InvalidArgumentError);
  EXPECT_THROW(OptimizerPtr("adan"), InvalidArgumentError);
  EXPECT_THROW(make_optimizer("SGD", {.rho = 0.9}), InvalidArgumentError);
}

TEST(Fit, StopsEarlyAndRestores) {
  const Model model = mlp();
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 50.0}), .loss = "mse"});
  FitOptions options = three_epochs();
  options.epochs = 20;
  options.callbacks = {
      callbacks::EarlyStopping({.monitor = "loss", .patience = 2, .restore_best_weights = true})};
  const History history = model.fit(x_train(), y_train(), options);
  EXPECT_LT(history.epoch.size(), 20u);
}

TEST(Fit, TracesAStepOfItsOwnOnce) {
  const Model model = mlp();
  int calls = 0;
  model.compile({.optimizer = sgd()});
  model.set_train_step([&](const Values& x, const Values&, const Value&) {
    ++calls;
    return std::vector<std::pair<std::string, Value>>{{"mean", ops::reduce_mean(x[0])}};
  });
  const History history = model.fit(x_train(), y_train(), three_epochs());
  EXPECT_EQ(calls, 1);
  // Of the last batch: rows 20 to 23.
  double sum = 0;
  for (int i = 80; i < 96; ++i) sum += std::sin(i);
  EXPECT_NEAR(history["mean"][0], sum / 16, 1e-6);
}

// A model whose train_step adds a penalty, doubles the gradients and reports values of its own.
TEST(Fit, FollowsKerasWithAStepOfItsOwn) {
  const Model model = mlp();
  model.compile({.optimizer = sgd(), .loss = "mse"});
  model.set_train_step([&](const Values& x, const Values& y, const Value&) {
    Tape tape;
    const Value predicted = model(x[0], true);
    const Value loss = ops::reduce_mean(losses::mse(y[0], predicted)) +
                       ops::reduce_mean(ops::abs(predicted)) * Value(0.1f);
    Values gradients = tape.gradient(loss, model.trainable_variables());
    for (Value& g : gradients) g = g * Value(2.0f);
    model.optimizer().apply_gradients(gradients, model.trainable_variables());
    return std::vector<std::pair<std::string, Value>>{{"loss", loss},
                                                      {"size", ops::reduce_max(predicted)}};
  });
  const History history = model.fit(x_train(), y_train(), three_epochs());
  expect_curve(history, "loss", {0.76377755, 0.55676138, 0.47521529});
  expect_curve(history, "size", {0.13859886, 0.05382337, 0.08239679});
  expect_weights(model, {0.3565693, 0.54199004, 0.19179723});
}

TEST(Fit, ShufflesAsKerasDoesAfterSettingTheSeed) {
  utils::set_random_seed(5);
  const Model model = mlp();
  model.compile({.optimizer = sgd(), .loss = "mse"});
  FitOptions options = three_epochs();
  options.shuffle = true;
  const History history = model.fit(x_train(), y_train(), options);
  expect_curve(history, "loss", {0.7098475, 0.6076037, 0.5739778});
  expect_weights(model, {0.3012266, 0.5232019, 0.2283878});
}

// tf_keras 2.21: the epochs of a fit() go on drawing, the next fit() begins anew.
TEST(Fit, ShufflesAsKeras2Does) {
  utils::set_random_seed(7);
  const Sequential model{Dense(1, {.input_shape = Shape{1}})};
  model.compile({.optimizer = "sgd", .loss = "mse", .keras_version = 2});
  std::vector<int> seen;
  model.set_train_step([&](const Values& x, const Values&, const Value&) {
    return std::vector<std::pair<std::string, Value>>{{"row", ops::reduce_mean(x[0])}};
  });
  Tensor rows(DType::float32, Shape{10, 1});
  for (int i = 0; i < 10; ++i) rows.data<float>()[i] = static_cast<float>(i);
  FitOptions options{.batch_size = 1, .epochs = 2, .verbose = 0};
  options.callbacks = {callbacks::LambdaCallback({.on_train_batch_end = [&](int64_t, Logs& logs) {
    seen.push_back(static_cast<int>(log_value(logs, "row")));
  }})};
  for (int fit = 0; fit < 2; ++fit) {
    seen.clear();
    model.fit(rows, rows, options);
    EXPECT_EQ(seen, (std::vector<int>{7, 5, 4, 0, 3, 6, 9, 2, 8, 1,  //
                                      6, 3, 5, 4, 0, 8, 7, 2, 1, 9}));
  }
}

TEST(Fit, RepeatsKerasWithDropoutAndBatchNormalization) {
  utils::set_random_seed(11);
  const Sequential model{Dense(6, {.activation = "relu", .input_shape = Shape{4}}),
                         layers::BatchNormalization(), layers::Dropout(0.4), Dense(2)};
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.02}), .loss = "mse"});
  FitOptions options = three_epochs();
  options.shuffle = true;
  options.epochs = 5;
  const History history = model.fit(x_train(), y_train(), options);
  expect_curve(history, "loss", {3.449713, 1.591164, 1.899351, 1.177664, 1.375099});
  expect_weights(model, {-0.03786403, -0.2928288, 0.3082088});
}

// Gradients of large tables come as rows: repeated ones are summed (and squared one by one).
TEST(Fit, TrainsEmbeddings) {
  const struct {
    OptimizerPtr optimizer;
    std::vector<double> loss, weights;
  } runs[] = {
      {optimizers::SGD({.learning_rate = 0.5}),
       {0.5332521, 0.5159037, 0.5170546},
       {0.2262847, 0.5530747, 0.2683511}},
      {optimizers::Adam({.learning_rate = 0.05}),
       {0.5392207, 0.5073891, 0.5217363},
       {-0.03108675, 0.6515182, 0.2324427}},
      {optimizers::Adagrad({.learning_rate = 0.3}),
       {0.5295166, 0.5235949, 0.5199392},
       {0.2240166, 0.5803534, 0.2459761}},
      {optimizers::SGD({.learning_rate = 0.5, .clipnorm = 0.05}),
       {0.5497231, 0.5288345, 0.5165531},
       {0.2149264, 0.5436204, 0.2934286}},
  };
  Tensor ids(DType::int32, Shape{24, 6});
  for (int i = 0; i < 144; ++i) ids.data<int32_t>()[i] = i * 7 % 5;
  for (const auto& run : runs) {
    SCOPED_TRACE(run.optimizer->class_name());
    const KerasTensor in = Input({6}, {.dtype = "int32"});
    const KerasTensor mean = layers::GlobalAveragePooling1D()(layers::Embedding(7, 3)(in));
    const Model model(in, Dense(2)(mean));
    set_waves(model);
    model.compile({.optimizer = run.optimizer, .loss = "mse"});
    const History history = model.fit(ids, y_train(), three_epochs());
    expect_curve(history, "loss", run.loss);
    expect_weights(model, run.weights);
  }
}

// -- What Keras computes otherwise than its formulas say.
// ------------------------------------------

double loss_of_head(const char* activation, const char* loss) {
  const Sequential model{
      Dense(2, {.activation = activation, .use_bias = false, .input_shape = Shape{1}})};
  model.set_weights({Tensor::of<float>({1, -1}, {1, 2})});
  model.compile({.optimizer = "sgd", .loss = loss});
  const Tensor x = Tensor::of<float>({1}, {1, 1}), y = Tensor::of<float>({1, 0}, {1, 2});
  return log_value(model.evaluate(x, y, {.verbose = 0}), "loss");
}

// Whichever activation it was, the cross entropy is computed from what went into it.
TEST(Fit, CrossEntropiesLookBehindTheActivation) {
  const double of_sigmoid = std::log1p(std::exp(-1.0)), of_softmax = std::log1p(std::exp(-2.0));
  EXPECT_NEAR(loss_of_head("sigmoid", "binary_crossentropy"), of_sigmoid, 1e-6);
  EXPECT_NEAR(loss_of_head("softmax", "binary_crossentropy"), of_sigmoid, 1e-6);
  EXPECT_NEAR(loss_of_head("softmax", "categorical_crossentropy"), of_softmax, 1e-6);
  EXPECT_NEAR(loss_of_head("sigmoid", "categorical_crossentropy"), of_softmax, 1e-6);
}

TEST(Fit, OptimizersInsideOthersKeepTheConstraints) {
  const optimizers::SGD sgd({.learning_rate = 1.0});
  for (const OptimizerPtr& optimizer : std::vector<OptimizerPtr>{
           sgd, optimizers::LossScaleOptimizer(optimizers::SGD({.learning_rate = 1.0})),
           optimizers::MultiOptimizer({optimizers::SGD({.learning_rate = 1.0})})}) {
    const Sequential model{Dense(
        1,
        {.use_bias = false, .kernel_constraint = constraints::NonNeg(), .input_shape = Shape{2}})};
    model.set_weights({Tensor::of<float>({0.5, 0.5}, {2, 1})});
    model.compile({.optimizer = optimizer, .loss = "mse"});
    model.train_on_batch(Tensor::of<float>({1, -1}, {1, 2}), Tensor::of<float>({9}, {1, 1}));
    EXPECT_EQ(model.get_weights()[0].to_vector<float>(), (std::vector<float>{18.5, 0}))
        << optimizer->class_name();
  }
}

// Batches of 2 and 1: Keras 2 weighs them, Keras 3 takes the mean of the means.
TEST(Fit, LossesOfOutputsAreMeansAsKerasTakesThem) {
  for (const int keras : {2, 3}) {
    const KerasTensor in = Input(Shape{1});
    const Model model({in}, {Dense(1, {.use_bias = false, .name = "a"})(in),
                             Dense(1, {.use_bias = false, .name = "b"})(in)});
    model.set_weights({Tensor::zeros({1, 1}), Tensor::zeros({1, 1})});
    model.compile({.optimizer = "sgd", .loss = "mae", .keras_version = keras});
    const Tensor x = Tensor::zeros({3, 1}), y = Tensor::of<float>({1, 3, 8}, {3, 1});
    const Logs logs = model.evaluate(x, {y, y}, {.batch_size = 2, .verbose = 0});
    EXPECT_FLOAT_EQ(log_value(logs, "loss"), 8);
    EXPECT_FLOAT_EQ(log_value(logs, "a_loss"), keras == 2 ? 4 : 5);
  }
}

TEST(Fit, MetricsOfFilesOfKeras2HaveTheirOutputsNameOnce) {
  const KerasTensor in = Input(Shape{1});
  const Model model({in}, {Dense(1, {.name = "a"})(in), Dense(1, {.name = "b"})(in)});
  model.impl()->keep_training({R"({"loss": "mse", "metrics": [[{"class_name": "MeanAbsoluteError",
      "config": {"name": "a_mae"}}], ["mae"]], "optimizer_config": {"class_name": "SGD",
      "config": {"is_legacy_optimizer": false}}})",
                               nullptr, "2.15.0", SavedTraining::From::hdf5});
  const Tensor x = Tensor::zeros({2, 1});
  const Logs logs = model.evaluate(x, std::vector<Tensor>{x, x}, {.verbose = 0});
  EXPECT_EQ(log_value(logs, "a_mae"), 0);
  EXPECT_EQ(log_value(logs, "b_mae"), 0);
}

// tf_keras puts it before those of a .keras again.
TEST(Fit, MetricsOfArchivesOfKeras2HaveTheirOutputsNameTwice) {
  const KerasTensor in = Input(Shape{1});
  const Model model({in}, {Dense(1, {.name = "a"})(in), Dense(1, {.name = "b"})(in)});
  model.impl()->keep_training({R"({"loss": "mse", "metrics": [[{"class_name": "MeanAbsoluteError",
      "config": {"name": "a_mae"}}], ["mae"]], "optimizer": "sgd"})",
                               nullptr, "2.15.0", SavedTraining::From::archive});
  const Tensor x = Tensor::zeros({2, 1});
  const Logs logs = model.evaluate(x, std::vector<Tensor>{x, x}, {.verbose = 0});
  EXPECT_EQ(log_value(logs, "a_a_mae"), 0);
  EXPECT_EQ(log_value(logs, "b_mae"), 0);
}

class PredictCounter final : public Callback {
 public:
  void on_predict_begin(Logs&) override { calls += "["; }
  void on_predict_batch_begin(int64_t batch, Logs&) override { calls += std::to_string(batch); }
  void on_predict_batch_end(int64_t, Logs&) override { calls += ","; }
  void on_predict_end(Logs&) override { calls += "]"; }
  std::string calls;
};

TEST(Predict, StepsAndCallbacks) {
  const Sequential model{
      layers::Dense(1, {.use_bias = false, .kernel_initializer = "ones", .input_shape = Shape{1}})};
  const Tensor x = Tensor::of<float>({1, 2, 3, 4, 5, 6, 7}, Shape{7, 1});
  const auto counter = std::make_shared<PredictCounter>();
  PredictOptions o{.batch_size = 3, .callbacks = {counter}};
  EXPECT_EQ(model.predict(x, o).to_vector<float>(), x.to_vector<float>());
  EXPECT_EQ(counter->calls, "[0,1,2,]");
  o.steps = 2;
  EXPECT_EQ(model.predict(x, o).to_vector<float>(), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  const Dataset endless = Dataset::from_tensor_slices(x).batch(2).repeat();
  EXPECT_EQ(model.predict(endless, o)[0].to_vector<float>(), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(counter->calls, "[0,1,2,][0,1,][0,1,]");
  EXPECT_THROW(model.predict(endless), InvalidArgumentError);
  o.steps = 0;
  EXPECT_THROW(model.predict(x, o), InvalidArgumentError);
}

}  // namespace
}  // namespace rill::keras
