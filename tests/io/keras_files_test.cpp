// Keras models in every container and of every generation: tests/data/make_keras_files.py made the
// files and the predictions.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "codec/npy.h"
#include "io/samples.h"
#include "keras/models/model_layer.h"
#include "process.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/operators.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;

Tensor array(const std::string& generation, const std::string& name) {
  for (const auto& [key, value] : read_npz(test::keras_file("expected_" + generation + ".npz"))) {
    if (key == name) return value;
  }
  throw NotFoundError(name);
}

void expect_close(const Tensor& actual, const Tensor& expected) {
  ASSERT_EQ(actual.shape(), expected.shape());
  for (int64_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual.data<float>()[i], expected.data<float>()[i], 1e-5F) << i;
  }
}

struct Twice final : keras::Layer {
  Tensor call(const Tensor& x, bool) override { return x * 2.0F; }
};

template <typename F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const Error& e) {
    return std::string(code_name(e.code())) + " " + e.what();
  }
  return "no error";
}

void expect_holds(const std::string& text, std::initializer_list<const char*> parts) {
  for (const char* part : parts) {
    EXPECT_NE(text.find(part), std::string::npos) << "lacks " << part << ": " << text;
  }
}

TEST(KerasFiles, EveryContainerPredictsWhatKerasPredicts) {
  for (const char* name : {"mlp_k2.h5", "mlp_k3.h5", "mlp_k2.keras", "mlp_k3.keras",
                           "mlp_k2_saved_model", "mlp_k3_export", "mlp_k3_saved_model"}) {
    SCOPED_TRACE(name);
    const std::string generation = std::string(name).find("k2") != std::string::npos ? "k2" : "k3";
    const keras::Model model = keras::load_model(test::keras_file(name));
    expect_close(model.predict(array(generation, "x")), array(generation, "y"));
  }
}

TEST(KerasFiles, FunctionsCalledAsLayers) {
  for (const std::string name : {"operations_k3.keras", "operations_k2.h5"}) {
    SCOPED_TRACE(name);
    const std::string generation = name.substr(11, 2);
    const auto given = [&](const char* input) {
      return array(generation, std::string("operation_") + input);
    };
    const keras::Model model = keras::load_model(test::keras_file(name));
    expect_close(model.predict({given("x"), given("u"), given("i")}).at(0),
                 array(generation, "operations"));
  }
}

// tests/data/make_keras_functions.py made them.
TEST(KerasFiles, MoreFunctionsCalledAsLayers) {
  const fs::path folder = fs::path(test::keras_file("functions"));
  for (const std::string generation : {"k2", "k3"}) {
    SCOPED_TRACE(generation);
    std::map<std::string, Tensor> arrays;
    for (const auto& [key, value] : read_npz(folder / ("expected_" + generation + ".npz"))) {
      arrays.emplace(key, value);
    }
    std::ifstream file(folder / ("functions_" + generation + ".json"));
    const std::string json(std::istreambuf_iterator<char>(file), {});
    const Tensor y = keras::model_from_json(json)
                         .predict({arrays.at("x"), arrays.at("u"), arrays.at("i")})
                         .at(0);
    const Tensor& expected = arrays.at("y");
    ASSERT_EQ(y.shape(), expected.shape());
    for (int64_t i = 0; i < y.size(); ++i) {
      const float e = expected.data<float>()[i];
      EXPECT_NEAR(y.data<float>()[i], e, 1e-4F * (1 + std::abs(e))) << i;
    }
  }
}

// keras.layers.TFSMLayer, whose SavedModel lies beside the file.
TEST(KerasFiles, LayersThatAreSavedModels) {
  const fs::path path = test::keras_file("saved_model_layer.json");
  const keras::Model model = keras::model_from_json_file(path);
  expect_close(model.predict(array("k3", "x")), array("k3", "y"));
  EXPECT_FALSE(model.weights().empty());

  const fs::path elsewhere = fs::path(testing::TempDir()) / path.filename();
  fs::copy_file(path, elsewhere, fs::copy_options::overwrite_existing);
  expect_holds(message_of([&] { keras::model_from_json_file(elsewhere); }),
               {"NOT_FOUND", "'mlp_k3_export'", "'inner'"});
}

TEST(KerasFiles, AnArchitectureInsideAString) {
  const std::string json = keras::load_model(test::keras_file("mlp_k3.keras")).to_json();
  std::string quoted = "\"";
  for (const char c : json) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  EXPECT_EQ(keras::model_from_json(quoted + "\"").to_json(), json);
}

TEST(KerasFiles, CallsWithoutInputsAreNamed) {
  const std::string text = message_of([] {
    keras::model_from_json(
        R"({"class_name": "Functional", "config": {"name": "m", "layers": [)"
        R"({"class_name": "InputLayer", "config": {"batch_shape": [null, 2], "name": "x"},)"
        R"( "name": "x", "inbound_nodes": []}, {"module": "keras.src.ops.core",)"
        R"( "class_name": "Cast", "config": {"name": "c", "dtype": "float32"}, "name": "c",)"
        R"( "inbound_nodes": [{"args": [[1, 2]], "kwargs": {}}]}],)"
        R"( "input_layers": [["x", 0, 0]], "output_layers": [["c", 0, 0]]}})")
        .predict(Tensor::random({1, 2}, 1));
  });
  expect_holds(text, {"INVALID_ARGUMENT", "'c'", "no inputs"});
}

TEST(KerasFiles, CustomLayersByClassAndByFunction) {
  for (const std::string generation : {"k2", "k3"}) {
    for (const std::string ending : {".h5", ".keras"}) {
      SCOPED_TRACE(generation + ending);
      const fs::path path = test::keras_file("custom_" + generation + ending);
      const Tensor x = array(generation, "x");
      const Tensor y = array(generation, "y_custom");
      keras::CustomObjects by_class;
      by_class.layer<Twice>("Twice");
      expect_close(keras::load_model(path, by_class).predict(x), y);
      keras::CustomObjects by_function;
      by_function.layer("Twice", [](const Tensor& t) { return t * 2.0F; });
      expect_close(keras::load_model(path, by_function).predict(x), y);
      expect_holds(message_of([&] { keras::load_model(path); }),
                   {"UNIMPLEMENTED", path.c_str(), "Twice", "twice", "CustomObjects"});
    }
  }
}

TEST(KerasFiles, AnAdaptedVocabularyComesFromTheAssets) {
  const keras::Model model = keras::load_model(test::keras_file("text_k3.keras"));
  const Tensor words =
      Tensor::of<std::string>({"The cat sat.", "a cat, a dog!", "dog dog unicorn"}, Shape{3, 1});
  EXPECT_EQ(model.predict(words).to_vector<int64_t>(),
            (std::vector<int64_t>{5, 3, 6, 0, 4, 3, 4, 2, 2, 2, 1, 0}));
}

// The class is not known, but the file holds what Keras traced for it.
TEST(KerasFiles, UnknownLayersOfASavedModelRunTheirTracedFunctions) {
  const keras::Model model = keras::load_model(test::keras_file("custom_k2_saved_model"));
  expect_close(model.predict(array("k2", "x")), array("k2", "y_custom"));
  expect_holds(model.summary_text(), {"hidden (Dense)", "twice (Twice)", "scores (Dense)"});
  EXPECT_EQ(model.weights().size(), 8U);
  expect_close(model(array("k2", "x")), array("k2", "y_custom"));
}

// Variables of a signature's graph are those of the model: gradients reach them.
TEST(KerasFiles, ModelsOfASignatureTrain) {
  const keras::Model model = keras::load_model(test::keras_file("mlp_k3_export"));
  const Tensor x = array("k3", "x"), y = array("k3", "y");
  model.compile({.optimizer = keras::optimizers::SGD({.learning_rate = 0.1}), .loss = "mse"});
  const std::vector<Tensor> before = model.get_weights();
  keras::FitOptions options;
  options.verbose = 0;
  options.epochs = 2;
  const keras::History history = model.fit(x, Tensor::zeros(y.shape()), options);
  EXPECT_LT(history["loss"][1], history["loss"][0]);
  size_t moved = 0;
  const std::vector<Tensor> after = model.get_weights();
  for (size_t i = 0; i < before.size(); ++i) {
    moved += after[i].to_vector<float>() != before[i].to_vector<float>() ? 1 : 0;
  }
  EXPECT_GE(moved, 4U);
}

// The objects of the file say which variables are trained.
TEST(KerasFiles, ModelsOfASignatureKeepTheirMovingMeans) {
  const std::string folder = test::scratch_path("rill_signature_moments").string();
  const keras::Sequential made{keras::layers::Dense(3, {.input_shape = Shape{2}}),
                               keras::layers::BatchNormalization()};
  keras::save_model(made, folder);
  const keras::Model model = keras::load_model(folder);
  ASSERT_EQ(model.trainable_weights().size(), 4U);
  ASSERT_EQ(model.non_trainable_weights().size(), 2U);
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const auto values = [](const std::vector<Value>& weights) {
    std::vector<std::vector<float>> out;
    for (const Value& w : weights) out.push_back(ops::identity(w).to_vector<float>());
    return out;
  };
  const auto trained = values(model.trainable_weights());
  const auto moments = values(model.non_trainable_weights());
  model.train_on_batch(Tensor::of<float>({1, 2, 3, 4}, {2, 2}), Tensor::zeros({2, 3}));
  EXPECT_NE(values(model.trainable_weights()), trained);
  EXPECT_EQ(values(model.non_trainable_weights()), moments);
}

TEST(KerasFiles, ArchitectureAndWeightsApart) {
  for (const std::string generation : {"k2", "k3"}) {
    for (const std::string& weights :
         {"mlp_" + generation + ".weights.h5", "mlp_" + generation + ".h5",
          "mlp_" + generation + ".keras", std::string("mlp_k2_plain.h5"),
          std::string("mlp_k2_ckpt")}) {
      SCOPED_TRACE(generation + " " + weights);
      const keras::Model model =
          keras::model_from_json_file(test::keras_file("mlp_" + generation + ".json"));
      keras::load_weights(model, test::keras_file(weights));
      expect_close(model.predict(array(generation, "x")), array(generation, "y"));
    }
  }
}

TEST(KerasFiles, WeightsByNameAndWithoutWhatDoesNotFit) {
  const keras::KerasTensor in = keras::Input({4});
  keras::layers::DenseOptions named;
  named.name = "hidden";
  keras::layers::DenseOptions wrong;
  wrong.name = "scores";
  const keras::Model model(in, keras::layers::Dense(7, wrong)(keras::layers::Dense(5, named)(in)));
  const std::vector<Tensor> before = model.get_weights();
  const fs::path path = test::keras_file("mlp_k2_plain.h5");
  keras::WeightsOptions options;
  options.by_name = true;
  expect_holds(message_of([&] { keras::load_weights(model, path, options); }),
               {"INVALID_ARGUMENT", path.c_str(), "scores", "(5, 7)", "(5, 3)"});
  options.skip_mismatch = true;
  keras::load_weights(model, path, options);
  const std::vector<Tensor> after = model.get_weights();
  const keras::Model whole = keras::load_model(test::keras_file("mlp_k2.h5"));
  expect_close(after[0], whole.get_layer("hidden")->get_weights()[0]);
  expect_close(after[2], before[2]);
  expect_holds(message_of([&] { keras::load_weights(model, path); }),
               {"INVALID_ARGUMENT", path.c_str(), "2 layers", "3 ("});
}

TEST(KerasFiles, ModelsOfKeras2SkipMismatchesByNameAlone) {
  const test::ScratchFolder folder;
  const keras::Model model = keras::load_model(test::keras_file("mlp_k2.h5"));
  const fs::path path = test::keras_file("mlp_k2_plain.h5");
  keras::WeightsOptions options;
  options.skip_mismatch = true;
  expect_holds(message_of([&] { keras::load_weights(model, path, options); }),
               {"INVALID_ARGUMENT", "skip_mismatch", "by_name"});
  options.by_name = true;
  keras::load_weights(model, path, options);
  const std::filesystem::path checkpoint = folder / "weights.ckpt";
  model.save_weights(checkpoint);
  expect_holds(message_of([&] { keras::load_weights(model, checkpoint, options); }),
               {"UNIMPLEMENTED", "by_name"});
}

// In files of Keras 3 a nested model holds as many weights as it has.
TEST(KerasFiles, ANestedModelOfAnotherCountIsAMismatch) {
  const test::ScratchFolder folder;
  const auto model = [](bool normalized) {
    keras::Sequential inner;
    inner.add(keras::layers::Dense(2, {.input_shape = Shape{3}}));
    if (normalized) inner.add(keras::layers::BatchNormalization());
    inner.impl()->set_name("inner");
    const keras::KerasTensor in = keras::Input({3});
    return keras::Model(in, inner(in));
  };
  const std::filesystem::path path = folder / "m.h5";
  model(true).save(path);
  keras::WeightsOptions options;
  options.by_name = true;
  expect_holds(message_of([&] { keras::load_weights(model(false), path, options); }),
               {"INVALID_ARGUMENT", "inner", "2 weights", "holds 6"});
}

// Keras counts the weights of a layer of that name, were it none.
TEST(KerasFiles, ANameWithoutWeightsIsAMismatch) {
  const keras::KerasTensor in = keras::Input({4});
  const keras::Model model(in, keras::layers::Activation("relu", {.name = "scores"})(in));
  const fs::path path = test::keras_file("mlp_k2_plain.h5");
  keras::WeightsOptions options;
  options.by_name = true;
  expect_holds(message_of([&] { keras::load_weights(model, path, options); }),
               {"INVALID_ARGUMENT", path.c_str(), "scores", "0 weights"});
  options.skip_mismatch = true;
  keras::load_weights(model, path, options);
}

// As Keras 3: the bias behind a kernel of another shape stays, and a layer of another count.
TEST(KerasFiles, WhatDoesNotFitEndsALayerOfKeras3) {
  const keras::KerasTensor in = keras::Input({6});
  const keras::Model model(
      in, keras::layers::Dense(3, {.use_bias = false})(keras::layers::Dense(5)(in)));
  const std::vector<Tensor> before = model.get_weights();
  const fs::path path = test::keras_file("mlp_k3.weights.h5");
  keras::WeightsOptions options;
  options.skip_mismatch = true;
  keras::load_weights(model, path, options);
  const std::vector<Tensor> after = model.get_weights();
  for (size_t i = 0; i < before.size(); ++i) expect_close(after[i], before[i]);
  options.by_name = true;
  expect_holds(message_of([&] { keras::load_weights(model, path, options); }),
               {"INVALID_ARGUMENT", path.c_str(), "by_name"});
}

TEST(KerasFiles, ErrorsSayWhichFileAndWhatToDo) {
  expect_holds(message_of([] { keras::load_model("/nowhere/model.h5"); }),
               {"NOT_FOUND", "/nowhere/model.h5"});
  const fs::path near = test::keras_file("mlp_k22.h5");
  expect_holds(message_of([&] { keras::load_model(near); }),
               {"NOT_FOUND", near.c_str(), "mlp_k2.h5"});
  const fs::path weights = test::keras_file("mlp_k3.weights.h5");
  expect_holds(message_of([&] { keras::load_model(weights); }),
               {"INVALID_ARGUMENT", weights.c_str(), "weights alone", "load_weights"});
  const fs::path json = test::keras_file("mlp_k3.json");
  expect_holds(message_of([&] { keras::load_model(json); }),
               {"INVALID_ARGUMENT", json.c_str(), "architecture"});
}

TEST(KerasSession, AModelLivesInTheDefaultSession) {
  const Tensor x = array("k3", "x");
  const Tensor y = array("k3", "y");
  keras::Model model;
  Session session;
  {
    const auto scope = session.as_default();
    model = keras::load_model(test::keras_file("mlp_k3.keras"));
    expect_close(model.predict(x), y);
    EXPECT_EQ(session.initialized_variables().size(), 8U);
    Tensor in;
    {
      const auto graph = session.graph().as_default();
      GraphDef def;
      def.nodes.push_back(
          {"in", "Placeholder", "", {}, {{"dtype", DType::float32}, {"shape", Shape{-1, 4}}}});
      session.graph().import(def);
      in = session.graph().get_tensor_by_name("in:0");
    }
    const Tensor out = model(in);
    ASSERT_TRUE(out.is_symbolic());
    expect_close(session.run(out, {{in, x}}), y);
  }
  session.close();
  expect_holds(message_of([&] { model.predict(x); }), {"FAILED_PRECONDITION", "closed"});
}

TEST(KerasSession, NothingGlobalWithoutOne) {
  const keras::Model model = keras::load_model(test::keras_file("mlp_k2.h5"));
  expect_close(model.predict(array("k2", "x")), array("k2", "y"));
  EXPECT_FALSE(has_default_session());
}

}  // namespace
}  // namespace rill
