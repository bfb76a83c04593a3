// clone_model() with what may be given to it, as Keras does it.
#include "rill/keras/clone.hpp"

#include <gtest/gtest.h>

#include "keras/models/model_layer.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

Model small() {
  const KerasTensor in = Input(Shape{2}, {.name = "in"});
  const LayerPtr twice = layers::Dense(2, {.name = "twice"});
  const KerasTensor y = layers::Add({.name = "sum"})({twice(in), twice(twice(in))});
  return Model(in, layers::Dense(1, {.name = "out"})(y));
}

std::vector<std::string> names(const Model& model) {
  std::vector<std::string> out;
  for (const auto& layer : model.layers()) out.push_back(layer->name());
  return out;
}

TEST(Clone, TakesLayersFromAFunction) {
  const Model model = small();
  CloneOptions options;
  std::vector<std::string> asked;
  options.clone_function = [&](const LayerPtr& layer) {
    asked.push_back(layer->name());
    return layer->name() == "out" ? LayerPtr(layers::Dense(3, {.name = "wide"})) : layer;
  };
  const Model copy = clone_model(model, options);
  EXPECT_EQ(asked, (std::vector<std::string>{"twice", "sum", "out"}));
  EXPECT_EQ(names(copy), (std::vector<std::string>{"in", "twice", "sum", "wide"}));
  EXPECT_EQ(copy.outputs()[0].shape(), (Shape{-1, 3}));
  // "twice" is the same layer in both.
  EXPECT_EQ(copy.get_weights()[0].to_vector<float>(), model.get_weights()[0].to_vector<float>());
  options.clone_function = [](const LayerPtr&) { return LayerPtr(); };
  EXPECT_THROW(clone_model(model, options), InvalidArgumentError);
}

TEST(Clone, StandsOnGivenTensors) {
  const Model model = small();
  CloneOptions options;
  const KerasTensor given = Input(Shape{2}, {.name = "other", .batch_size = 4});
  options.input_tensors = {given};
  const Model copy = clone_model(model, options);
  EXPECT_EQ(copy.inputs()[0], given);
  EXPECT_EQ(names(copy), (std::vector<std::string>{"other", "twice", "sum", "out"}));
  EXPECT_EQ(copy.outputs()[0].shape(), (Shape{4, 1}));
  EXPECT_EQ(copy.get_weights().size(), model.get_weights().size());
  EXPECT_NE(copy.get_weights()[0].to_vector<float>(), model.get_weights()[0].to_vector<float>());
  options.input_tensors = {given, given};
  EXPECT_THROW(clone_model(model, options), InvalidArgumentError);
  const Sequential chain{layers::Dense(2, {.input_shape = Shape{2}, .name = "d"})};
  EXPECT_THROW(clone_model(chain, options), InvalidArgumentError);
  options.input_tensors = {given};
  EXPECT_EQ(clone_model(chain, options).inputs()[0], given);
}

TEST(Clone, CallsAsAFunctionSays) {
  const Model model = small();
  CloneOptions options;
  options.clone_function = [](const LayerPtr& layer) { return layer; };
  options.call_function = [](const LayerPtr& layer, const CloneOptions::Call& call) {
    std::vector<KerasTensor> out = call();
    if (layer->name() == "twice") out[0] = layers::Activation("relu")(out[0]);
    return out;
  };
  const Model copy = clone_model(model, options);
  EXPECT_EQ(copy.layers().size(), model.layers().size() + 3);
  EXPECT_EQ(copy.get_weights()[0].to_vector<float>(), model.get_weights()[0].to_vector<float>());
  const Sequential chain{layers::Dense(2, {.input_shape = Shape{2}})};
  EXPECT_THROW(clone_model(chain, options), InvalidArgumentError);
}

TEST(Clone, GoesIntoModels) {
  const KerasTensor in = Input(Shape{2});
  const Sequential inner{layers::Dense(2, {.input_shape = Shape{2}, .name = "d"})};
  const Model model(in, inner(in));
  std::vector<std::string> asked;
  CloneOptions options;
  options.clone_function = [&](const LayerPtr& layer) {
    asked.push_back(layer->class_name());
    return layer;
  };
  clone_model(model, options);
  EXPECT_EQ(asked, std::vector<std::string>{"Sequential"});
  asked.clear();
  options.recursive = true;
  const Model copy = clone_model(model, options);
  EXPECT_EQ(asked, std::vector<std::string>{"Dense"});
  EXPECT_EQ(names(copy)[1], inner.name());
}

// Keras 3 compiles the copy; Keras 2 does not.
TEST(Clone, IsCompiledAsTheModel) {
  const Tensor x = Tensor::of<float>({1, 2, 3, 4}, {2, 2}), y = Tensor::zeros({2, 1});
  const Model model = small();
  EXPECT_THROW(clone_model(model).evaluate(x, y), FailedPreconditionError);
  model.compile({.optimizer = "adam", .loss = "mse", .metrics = {"mae"}});
  EXPECT_EQ(clone_model(model).evaluate(x, y, {.verbose = 0}).size(), 2U);
  EXPECT_EQ(clone_model(clone_model(model)).evaluate(x, y, {.verbose = 0}).size(), 2U);
  model.impl()->set_generation(Generation::keras2);
  EXPECT_THROW(clone_model(model).evaluate(x, y), FailedPreconditionError);
}

}  // namespace
}  // namespace rill::keras
