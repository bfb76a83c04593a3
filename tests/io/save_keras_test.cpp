// Keras models saved and loaded again. What real Keras makes of the files is asked by
// tools/oracle_roundtrip.py.
#include <gtest/gtest.h>

#include "formats/hdf5/h5_file.h"
#include "io/samples.h"
#include "process.h"
#include "rill/error.hpp"
#include "rill/rill.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;
using test::read_whole;
using test::ScratchFolder;

Tensor input_of(const keras::Model& model) {
  Shape shape = model.inputs()[0].shape();
  shape[0] = 3;
  return Tensor::random(shape, 5);
}

void expect_equal(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(a.shape(), b.shape());
  for (int64_t i = 0; i < a.size(); ++i) ASSERT_EQ(a.data<float>()[i], b.data<float>()[i]) << i;
}

void expect_same_model(const keras::Model& a, const keras::Model& b) {
  const Tensor x = input_of(a);
  expect_equal(a.predict(x), b.predict(x));
  EXPECT_EQ(a.summary_text(), b.summary_text());
}

TEST(SaveKeras, EveryGenerationIntoEveryFormat) {
  const ScratchFolder folder;
  for (const char* source : {"mlp_k2.h5", "mlp_k3.h5", "mlp_k2.keras", "mlp_k3.keras"}) {
    const keras::Model model = keras::load_model(test::keras_file(source), {}, {.compile = false});
    for (const int version : {2, 3}) {
      for (const char* target : {"m.h5", "m.keras"}) {
        SCOPED_TRACE(std::string(source) + " to " + target + " of Keras " +
                     std::to_string(version));
        keras::SaveOptions options;
        options.keras_version = version;
        model.save(folder / target, options);
        expect_same_model(model, keras::load_model(folder / target));
      }
    }
  }
}

// The function of that name has another slope in Keras 3: a file for it would mean something else.
TEST(SaveKeras, RefusesForKeras3TheHardSigmoidOfKeras2) {
  const ScratchFolder folder;
  const keras::Model model = keras::model_from_json(
      R"({"class_name": "Sequential", "keras_version": "2.3.1", "backend": "tensorflow",
          "config": {"name": "s", "layers": [{"class_name": "LSTM", "config": {
            "name": "memory", "units": 2, "batch_input_shape": [null, 3, 2],
            "recurrent_activation": "hard_sigmoid", "activation": "tanh"}}]}})");
  for (const char* target : {"m.keras", "m.h5"}) {
    try {
      model.save(folder / target);
      FAIL() << target;
    } catch (const UnimplementedError& e) {
      EXPECT_NE(std::string(e.what()).find("\"hard_sigmoid\" of Keras 2 (layer 'memory')"),
                std::string::npos)
          << e.what();
    }
    EXPECT_FALSE(fs::exists(folder / target));
    keras::SaveOptions options;
    options.keras_version = 2;
    model.save(folder / target, options);
    expect_same_model(model, keras::load_model(folder / target));
  }
}

TEST(SaveKeras, SignatureOfASavedModel) {
  const ScratchFolder folder;
  const keras::Model model = keras::load_model(RILL_TEST_DATA "/samples/saved_model_tf2");
  model.save(folder / "copy");
  expect_equal(model.predict(input_of(model)),
               keras::load_model(folder / "copy").predict(input_of(model)));
  for (const char* target : {"m.keras", "m.h5"}) {
    try {
      model.save(folder / target);
      FAIL() << target;
    } catch (const UnimplementedError& e) {
      EXPECT_NE(std::string(e.what()).find("(TFSMLayer)"), std::string::npos) << e.what();
    }
    EXPECT_FALSE(fs::exists(folder / target));
  }
}

// TensorFlow names a placeholder so, and so does the graph that a layer is recorded in.
TEST(SaveKeras, ASignatureWhosePlaceholderHasNoNameOfItsOwn) {
  const ScratchFolder folder;
  const Graph graph;
  {
    const auto scope = graph.as_default();
    const Tensor x = train::placeholder("Placeholder", DType::float32, Shape{-1, 2});
    ops::add(x, Tensor::scalar(1.0f));
    simple_save(Session(graph), folder / "m", {{"x", "Placeholder:0"}}, {{"y", "AddV2:0"}});
  }
  const keras::Model model = keras::load_model(folder / "m");
  const Tensor y = model.predict(Tensor::of({3.0f, 4.0f}, {1, 2}));
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{4, 5}));
}

TEST(SaveKeras, WeightsAlone) {
  const ScratchFolder folder;
  const keras::Model model = keras::load_model(test::keras_file("mlp_k3.keras"));
  const std::string json = model.to_json();
  for (const char* target : {"m.weights.h5", "m.h5"}) {
    SCOPED_TRACE(target);
    model.save_weights(folder / target);
    const keras::Model other = keras::model_from_json(json);
    other.load_weights(folder / target);
    const Tensor x = input_of(model);
    expect_equal(model.predict(x), other.predict(x));
  }
}

// tf_keras' load_weights() wants those of a model that was trained.
TEST(SaveKeras, Keras2FindsTheVariablesOfMetrics) {
  const ScratchFolder folder;
  const keras::Sequential model{keras::layers::Dense(1, {.input_shape = Shape{2}})};
  model.compile({.loss = "mse", .metrics = {"mae", keras::metrics::AUC()}});
  const Tensor x = Tensor::random({4, 2}, 1);
  model.fit(x, Tensor::zeros({4, 1}), {.verbose = 0});
  model.save_weights(folder / "m.weights.h5", {.keras_version = 2});
  const auto file = formats::H5File::open(folder / "m.weights.h5");
  for (const char* name : {"mean", "mean_metric_wrapper", "auc"}) {
    EXPECT_TRUE(file->exists(std::string("metrics/") + name + "/vars/1")) << name;
  }
  model.save_weights(folder / "m.weights.h5");
  EXPECT_FALSE(formats::H5File::open(folder / "m.weights.h5")->exists("metrics"));
}

TEST(SaveKeras, SettingsOfTrainingComeAlong) {
  const ScratchFolder folder;
  const fs::path source = fs::path(RILL_TEST_DATA) / "keras/files/mlp_k3.keras";
  const keras::Model model = keras::load_model(source);
  model.save(folder / "a.keras");
  model.save(folder / "b.keras");
  keras::load_model(folder / "a.keras").save(folder / "c.keras");
  // The date apart; equal models give equal files.
  EXPECT_EQ(keras::load_model(folder / "c.keras").summary_text(), model.summary_text());
  EXPECT_NE(model.summary_text().find("Optimizer params: 55"), std::string::npos);  // RMSprop
}

TEST(SaveKeras, RefusesWhatItCannotWrite) {
  const ScratchFolder folder;
  const keras::Model model = keras::load_model(test::keras_file("mlp_k3.keras"));
  EXPECT_THROW(model.save(folder / "model.txt"), InvalidArgumentError);
  EXPECT_THROW(model.save(folder / "m.weights.h5"), InvalidArgumentError);
  EXPECT_THROW(model.save(folder / "missing/m.h5"), NotFoundError);
  model.save(folder / "m.h5");
  keras::SaveOptions careful;
  careful.overwrite = false;
  EXPECT_THROW(model.save(folder / "m.h5", careful), AlreadyExistsError);
  const keras::Sequential empty{keras::layers::Dense(3)};
  EXPECT_THROW(empty.save(folder / "e.h5"), FailedPreconditionError);
}

TEST(SaveKeras, ASaveThatFailsLeavesTheOldFile) {
  const ScratchFolder folder;
  const keras::Model model = keras::load_model(test::keras_file("mlp_k3.keras"));
  for (const char* name : {"m.keras", "m.h5", "m.weights.h5"}) {
    SCOPED_TRACE(name);
    if (std::string(name) == "m.weights.h5") {
      model.save_weights(folder / name);
    } else {
      model.save(folder / name);
    }
    const std::string before = read_whole(folder / name);
    const keras::Sequential unbuilt{keras::layers::Dense(3)};
    if (std::string(name) == "m.weights.h5") {
      EXPECT_THROW(unbuilt.save_weights(folder / name), FailedPreconditionError);
    } else {
      EXPECT_THROW(unbuilt.save(folder / name), FailedPreconditionError);
    }
    EXPECT_TRUE(read_whole(folder / name) == before);
    size_t files = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(folder / "."))) {
      files += entry.path().filename().string().starts_with("." + std::string(name)) ? 1 : 0;
    }
    EXPECT_EQ(files, 0);
  }
}

TEST(SaveKeras, Keras2HasNoLayersOfKeras3) {
  const ScratchFolder folder;
  const keras::Model model = keras::model_from_json(
      R"({"class_name": "Sequential", "config": {"name": "s", "layers": [)"
      R"({"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "x"}},)"
      R"({"class_name": "RMSNormalization", "config": {"name": "first"}},)"
      R"({"class_name": "RMSNormalization", "config": {"name": "second"}}]}})");
  keras::SaveOptions options;
  options.keras_version = 2;
  try {
    model.save(folder / "m.h5", options);
    FAIL();
  } catch (const UnimplementedError& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("'RMSNormalization' (layer 'first'), 'RMSNormalization' (layer 'second')"),
              std::string::npos)
        << text;
  }
}

// save_weights(..., max_shard_size) of Keras 3: an index and files beside it.
TEST(SaveKeras, WeightsComeFromShards) {
  const ScratchFolder folder;
  using keras::layers::Dense;
  const auto of_two = [] {
    keras::clear_session();
    return keras::Sequential{Dense(3, {.input_shape = Shape{2}}), Dense(2)};
  };
  const keras::Sequential whole = of_two(), other = of_two();
  whole.save_weights(folder / "m_00001.weights.h5");
  keras::clear_session();
  const keras::Sequential first{Dense(3, {.input_shape = Shape{2}})};
  first.save_weights(folder / "m_00000.weights.h5");
  const auto load = [&](const std::string& second) {
    test::write_whole(folder / "m.weights.json", R"({"metadata": {"total_size": 60}, "weight_map": {
        "/layers/dense/vars": ["m_00000.weights.h5"], "/layers/dense_1/vars": [")" +
                                                     second + R"("]}})");
    other.load_weights(folder / "m.weights.json");
  };
  load("m_00001.weights.h5");
  const std::vector<Tensor> weights = other.get_weights();
  expect_equal(weights[0], first.get_weights()[0]);
  expect_equal(weights[2], whole.get_weights()[2]);
  EXPECT_THROW(load("m_00002.weights.h5"), NotFoundError);
  EXPECT_THROW(load("../m_00001.weights.h5"), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
