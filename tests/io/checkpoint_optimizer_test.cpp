// Optimizers in checkpoints of objects, as Keras 2 lays them out.
#include "io/checkpoint_optimizer.h"

#include <gtest/gtest.h>

#include <set>

#include "formats/saved_model/saved_model.h"
#include "io/object_checkpoint.h"
#include "keras/models/model_layer.h"
#include "process.h"
#include "rill/keras.hpp"
#include "wave.h"

namespace rill::io {
namespace {

using test::ScratchFolder;

TEST(CheckpointOptimizer, ListsItsVariablesBehindTheIterations) {
  const ScratchFolder folder;
  const std::string prefix = folder / "variables";
  ObjectCheckpoint out;
  const int optimizer = out.child(0, "optimizer"), list = out.child(optimizer, "_variables");
  out.set_value(out.child(optimizer, "_iterations"), "iteration", Tensor::scalar(int64_t{7}));
  out.set_value(out.child(list, "1"), "m", Tensor::vector<float>({1, 2}));
  out.set_value(out.child(list, "2"), "v", Tensor::vector<float>({3, 4}));
  out.set_value(out.child(0, "kernel"), "kernel", Tensor::vector<float>({5}));
  out.write(prefix);

  const auto source = checkpoint_optimizer(prefix);
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(source->read("optimizer/vars/0").item<int64_t>(), 7);
  EXPECT_EQ(source->read("optimizer/vars/2").to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_FALSE(source->contains("optimizer/vars/3"));
}

TEST(CheckpointOptimizer, IsNotThereInAModelThatWasNotTrained) {
  const ScratchFolder folder;
  const std::string prefix = folder / "variables";
  ObjectCheckpoint out;
  out.set_value(out.child(0, "kernel"), "kernel", Tensor::vector<float>({5}));
  out.write(prefix);
  EXPECT_EQ(checkpoint_optimizer(prefix), nullptr);
}

// A graph has one slot of all weights after the other, tf_keras' Ftrl both of each weight.
TEST(CheckpointOptimizer, SlotsOfFtrlLieSideBySide) {
  const ScratchFolder folder;
  const std::string prefix = folder / "variables";
  ObjectCheckpoint out;
  const int a = out.child(0, "a"), b = out.child(0, "b"), optimizer = out.child(0, "optimizer");
  out.set_value(out.child(optimizer, "iter"), "iter", Tensor::scalar(int64_t{7}));
  float number = 0;
  for (const char* slot : {"accumulator", "linear"}) {
    for (const int variable : {a, b}) {
      out.add_slot(optimizer, variable, slot, "slot", Tensor::vector<float>({++number}));
    }
  }
  out.write(prefix);
  const auto source = checkpoint_optimizer(prefix);
  ASSERT_NE(source, nullptr);
  std::vector<float> found;
  for (int i = 1; i <= 4; ++i) {
    found.push_back(source->read("optimizer/vars/" + std::to_string(i)).data<float>()[0]);
  }
  EXPECT_EQ(found, (std::vector<float>{1, 3, 2, 4}));
}

// tf.train.Checkpoint(model=model, optimizer=model.optimizer), and Model.save_weights() of Keras 2.
TEST(CheckpointOptimizer, ComesWithTheWeights) {
  const ScratchFolder folder;
  for (const bool named : {true, false}) {
    const std::string prefix = folder / (named ? "named" : "plain");
    ObjectCheckpoint out;
    const int layer = out.child(named ? out.child(0, "model") : 0, "layer_with_weights-0");
    out.set_value(out.child(layer, "kernel"), "kernel", Tensor::of<float>({1, 2}, {2, 1}));
    out.set_value(out.child(layer, "bias"), "bias", Tensor::vector<float>({3}));
    const int optimizer = out.child(0, "optimizer"), list = out.child(optimizer, "_variables");
    out.set_value(out.child(optimizer, "_iterations"), "iteration", Tensor::scalar(int64_t{7}));
    out.set_value(out.child(list, "1"), "m", Tensor::of<float>({4, 5}, {2, 1}));
    out.set_value(out.child(list, "2"), "m", Tensor::vector<float>({6}));
    out.write(prefix);

    const keras::Sequential model{keras::layers::Dense(1, {.input_shape = Shape{2}})};
    model.compile({.optimizer = keras::optimizer_from_json(
                       R"({"class_name": "SGD",
                           "config": {"is_legacy_optimizer": false, "momentum": 0.5}})"),
                   .loss = "mse"});
    model.load_weights(prefix);
    EXPECT_EQ(model.get_weights().at(0).to_vector<float>(), (std::vector<float>{1, 2}));
    EXPECT_EQ(model.optimizer().iteration_count(), 7);
  }
}

// -- Training that goes on from a file.
// ------------------------------------------------------------

const Tensor& x() {
  static const Tensor& t = *new Tensor(test::wave({12, 3}, 0));
  return t;
}
const Tensor& y() {
  static const Tensor& t = *new Tensor(test::wave({12, 2}, 1));
  return t;
}

keras::Model a_model() {
  keras::clear_session();
  using namespace keras::layers;  // NOLINT
  const keras::KerasTensor in = keras::Input(Shape{3});
  const keras::KerasTensor sum = Add()({Dense(3, {.activation = "tanh"})(in), in});
  const keras::Sequential end{BatchNormalization(), Dense(2)};
  return keras::Model(in, end(sum));
}

std::vector<double> losses(const keras::Model& model, int steps) {
  std::vector<double> out;
  for (int i = 0; i < steps; ++i) {
    model.reset_metrics();
    out.push_back(model.train_on_batch(x(), y())[0].second);
  }
  return out;
}

// Whatever `save` leaves at a path, a new model goes on from it where the old one stopped.
template <typename Save>
void expect_to_go_on(const std::string& optimizer, Save save) {
  const ScratchFolder folder;
  const std::string prefix = folder / "state";
  const keras::Model first = a_model();
  first.compile({.optimizer = keras::optimizer_from_json(optimizer), .loss = "mse"});
  losses(first, 4);
  const keras::Model second = save(first, prefix);
  EXPECT_EQ(second.optimizer().iteration_count(), first.optimizer().iteration_count());
  EXPECT_EQ(losses(second, 3), losses(first, 3)) << optimizer;
}

// TensorFlow refuses a slot that another object holds as well.
TEST(CheckpointOptimizer, SlotsOfASavedModelAreNoObjectsPart) {
  const ScratchFolder folder;
  const keras::Model model = a_model();
  model.compile({.optimizer = keras::optimizer_from_json(
                     R"({"class_name": "Adam", "config": {"is_legacy_optimizer": true}})"),
                 .loss = "mse"});
  losses(model, 1);
  model.save(folder / "model", {.keras_version = 2});
  const auto file = formats::load_saved_model(folder / "model");
  std::set<int> slots, parts;
  for (const auto& node : file.meta_graphs.at(0).object_graph->nodes) {
    for (const auto& slot : node.slot_variables) slots.insert(slot.slot_variable_node_id);
    for (const auto& child : node.children) parts.insert(child.node_id);
  }
  EXPECT_EQ(slots.size(), 2 * model.trainable_weights().size());
  for (const int slot : slots) EXPECT_FALSE(parts.contains(slot)) << slot;
}

// A new model with the same settings takes the checkpoint.
keras::Model with_state(const keras::Model& model, const std::string& prefix) {
  const keras::Model out = a_model();
  out.compile(
      {.optimizer = keras::optimizer_from_json(model.optimizer().to_json()), .loss = "mse"});
  out.load_weights(prefix);
  return out;
}

TEST(CheckpointOptimizer, GoesOnAsInKeras3) {
  for (const char* optimizer :
       {R"({"class_name": "SGD", "config": {}})",
        R"({"class_name": "Adam", "config": {"amsgrad": true, "use_ema": true}})",
        R"({"class_name": "Nadam", "config": {"gradient_accumulation_steps": 3}})",
        R"({"class_name": "SGD", "config": {"momentum": 0.9, "learning_rate": {
               "class_name": "ExponentialDecay", "config": {
               "initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5}}}})",
        R"({"class_name": "LossScaleOptimizer", "config": {"dynamic_growth_steps": 2,
               "inner_optimizer": {"class_name": "Adam", "config": {}}}})",
        R"({"class_name": "MultiOptimizer", "config": {"optimizer_map": {
               "default_optimizer": {"class_name": "Adam", "config": {}}, "optimizer_map": {
               ".*kernel": {"class_name": "SGD", "config": {"momentum": 0.9}}}}}})"}) {
    expect_to_go_on(optimizer, [](const keras::Model& model, const std::string& prefix) {
      keras::save_checkpoint(model, prefix);
      return with_state(model, prefix);
    });
  }
}

// An optimizer of Keras 3 becomes the one of that name.
const char* const kKeras2Optimizers[] = {
    R"({"class_name": "SGD", "config": {}})", R"({"class_name": "Adam", "config": {}})",
    R"({"class_name": "SGD", "config": {"is_legacy_optimizer": false}})",
    R"({"class_name": "RMSprop", "config": {"is_legacy_optimizer": false, "momentum": 0.5}})"};
const char* const kLegacyOptimizers[] = {
    R"({"class_name": "Adam", "config": {"is_legacy_optimizer": true}})",
    R"({"class_name": "Nadam", "config": {"is_legacy_optimizer": true}})"};

TEST(CheckpointOptimizer, KeepsTheRateThatACallbackHasSet) {
  const ScratchFolder folder;
  const std::string sgd = R"({"class_name": "SGD", "config": {"is_legacy_optimizer": )";
  const std::string wrapped =
      R"({"class_name": "LossScaleOptimizerV3", "config": {"dynamic": true, "inner_optimizer": )";
  for (const std::string& optimizer :
       {sgd + "true}}", sgd + "false}}", wrapped + sgd + "false}}}}"}) {
    SCOPED_TRACE(optimizer);
    const keras::Model first = a_model(), second = a_model();
    for (const keras::Model& model : {first, second}) {
      model.compile({.optimizer = keras::optimizer_from_json(optimizer), .loss = "mse"});
    }
    losses(first, 1);
    first.optimizer().set_learning_rate(0.25);
    keras::save_checkpoint(first, folder / "state", {.keras_version = 2});
    second.load_weights(folder / "state");
    EXPECT_EQ(second.optimizer().learning_rate(), 0.25);
  }
}

// As compile(optimizer="rmsprop") leaves it in the archives of some Keras.
TEST(CheckpointOptimizer, MayBeKnownByItsNameAlone) {
  const ScratchFolder folder;
  const keras::Model first = a_model();
  first.compile({.optimizer = "rmsprop", .loss = "mse"});
  losses(first, 2);
  first.save(folder / "model.keras");
  const keras::Model second = keras::load_model(folder / "model.keras");
  keras::SavedTraining saved = second.impl()->saved_training().value();
  Json config = Json::parse(saved.config);
  config.set("optimizer", "rmsprop");
  saved.config = config.dump();
  second.impl()->keep_training(std::move(saved));
  keras::save_checkpoint(second, folder / "state", {.keras_version = 2});
  const keras::Model third = a_model();
  third.compile({.optimizer = keras::optimizer_from_json(
                     R"({"class_name": "RMSprop", "config": {"is_legacy_optimizer": false}})"),
                 .loss = "mse"});
  third.load_weights(folder / "state");
  EXPECT_EQ(third.optimizer().iteration_count(), 2);
}

TEST(CheckpointOptimizer, LayersThatAreNumberedBehindOperationsAreFound) {
  const ScratchFolder folder;
  const keras::Model first = a_model(), second = a_model();
  keras::save_checkpoint(first, folder / "state");
  second.load_weights(folder / "state");
  EXPECT_EQ(second.get_weights().at(0).to_vector<float>(),
            first.get_weights().at(0).to_vector<float>());
  const keras::Sequential other{keras::layers::Dense(3, {.input_shape = Shape{3}}),
                                keras::layers::Dense(3)};
  EXPECT_THROW(other.load_weights(folder / "state"), NotFoundError);
}

// Keras 3 keeps a whole number in the place of factors that Adafactor does not need.
TEST(CheckpointOptimizer, HasTheDtypesOfKeras) {
  const keras::Sequential model{keras::layers::Dense(2, {.input_shape = Shape{3}})};
  model.compile({.optimizer = keras::optimizers::Adafactor(), .loss = "mse"});
  losses(model, 1);
  const auto variables = model.optimizer().variables();
  ASSERT_EQ(variables.size(), 8U);  // iteration, rate; r, c, v of the kernel; r, c, v of the bias
  EXPECT_EQ(variables[5].dtype(), DType::int32);
  EXPECT_EQ(variables[7].dtype(), DType::float32);
}

TEST(CheckpointOptimizer, GoesOnAsInKeras2) {
  std::vector<std::string> all(std::begin(kKeras2Optimizers), std::end(kKeras2Optimizers));
  all.insert(all.end(), std::begin(kLegacyOptimizers), std::end(kLegacyOptimizers));
  for (const std::string& optimizer : all) {
    const auto reload = [](const keras::Model& model, const std::string& prefix) {
      // Its form in Keras 2.
      model.save(prefix + ".h5", {.keras_version = 2});
      const keras::Model out = keras::load_model(prefix + ".h5", {}, {});
      out.load_weights(prefix);
      return out;
    };
    expect_to_go_on(optimizer, [&](const keras::Model& model, const std::string& prefix) {
      keras::save_checkpoint(model, prefix, {.keras_version = 2});
      return reload(model, prefix);
    });
    expect_to_go_on(optimizer, [&](const keras::Model& model, const std::string& prefix) {
      model.save_weights(prefix);
      return reload(model, prefix);
    });
    expect_to_go_on(optimizer, [&](const keras::Model& model, const std::string& prefix) {
      model.save(prefix + ".h5", {.keras_version = 2});
      return keras::load_model(prefix + ".h5");
    });
    expect_to_go_on(optimizer, [&](const keras::Model& model, const std::string& prefix) {
      model.save(prefix, {.keras_version = 2});
      return keras::load_model(prefix);
    });
  }
  for (const char* optimizer : kKeras2Optimizers) {
    // Of a model that was loaded and not compiled.
    expect_to_go_on(optimizer, [&](const keras::Model& model, const std::string& prefix) {
      model.save(prefix + ".keras", {.keras_version = 2});
      keras::load_model(prefix + ".keras").save_weights(prefix);
      const keras::Model out = keras::load_model(prefix + ".keras");
      losses(out, 1);
      out.load_weights(prefix);
      return out;
    });
    expect_to_go_on(optimizer, [](const keras::Model& model, const std::string& prefix) {
      model.save(prefix, {.keras_version = 2});
      return keras::load_model(prefix);
    });
  }
}

}  // namespace
}  // namespace rill::io
