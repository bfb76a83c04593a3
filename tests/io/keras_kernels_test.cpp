// Layers that keep more than a kernel: tests/data/make_keras_kernels.py made the files and the
// predictions.
#include <gtest/gtest.h>

#include <cmath>

#include "codec/npy.h"
#include "io/samples.h"
#include "process.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

using test::ScratchFolder;

Tensor kept(const char* file, const std::string& name) {
  for (const auto& [key, value] : read_npz(test::keras_file(file))) {
    if (key == name) return value;
  }
  throw NotFoundError(name);
}

void expect_same(const Tensor& actual, const Tensor& expected) {
  ASSERT_EQ(actual.shape(), expected.shape());
  for (int64_t i = 0; i < expected.size(); ++i) {
    const float e = expected.data<float>()[i];
    EXPECT_NEAR(actual.data<float>()[i], e, 1e-5F * (1 + std::abs(e))) << i;
  }
}

// In the order of their names.
std::vector<Tensor> features() {
  return {Tensor::of<float>({20, 31, 50}, {3, 1}),
          Tensor::of<std::string>({"Ulm", "", "Bonn"}, {3, 1}),
          Tensor::of<int64_t>({0, 3, -1, 9, 4, 4}, {3, 2}),
          Tensor::of<float>({1.5F, -2, 0, 4, 3, 3}, {3, 2}),
          Tensor::of<std::string>({"fixed", "rev", "", "", "other", "fixed"}, {3, 2}),
          Tensor::of<int64_t>({1999, 7, 2010}, {3, 1})};
}

TEST(KerasKernels, ColumnsOfFeatures) {
  const ScratchFolder folder;
  const Tensor expected = kept("columns_expected_k2.npz", "y");
  for (const char* name : {"columns_k2.h5", "columns_k2.keras"}) {
    SCOPED_TRACE(name);
    const keras::Model model = keras::load_model(test::keras_file(name));
    expect_same(model.predict(features()).at(0), expected);
    const auto again = folder / "again.h5";
    model.save(again, {.keras_version = 2});
    expect_same(keras::load_model(again).predict(features()).at(0), expected);
  }
}

TEST(KerasKernels, ColumnsThatAreNotKnownAreNamed) {
  std::string json = keras::load_model(test::keras_file("columns_k2.h5")).to_json();
  const std::string known = "IdentityCategoricalColumn";
  json.replace(json.find(known), known.size(), "WeightedCategoricalColumn");
  try {
    keras::model_from_json(json);
    FAIL();
  } catch (const UnimplementedError& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("'WeightedCategoricalColumn'"), std::string::npos) << text;
    EXPECT_NE(text.find("'features'"), std::string::npos) << text;
  }
}

TEST(KerasKernels, ModelsThatAreCalledWithDictionaries) {
  const ScratchFolder folder;
  for (const std::string name : {"nested_k2.h5", "nested_k3.keras"}) {
    SCOPED_TRACE(name);
    const std::string numbers = "nested_expected_" + name.substr(7, 2) + ".npz";
    const std::vector<Tensor> x{kept(numbers.c_str(), "p"), kept(numbers.c_str(), "q")};
    const keras::Model model = keras::load_model(test::keras_file(name));
    expect_same(model.predict(x).at(0), kept(numbers.c_str(), "y"));
    for (const int version : {2, 3}) {
      model.save(folder / "again.h5", {.keras_version = version});
      expect_same(keras::load_model(folder / "again.h5").predict(x).at(0),
                  kept(numbers.c_str(), "y"));
    }
  }
}

TEST(KerasKernels, AKernelForEachPlace) {
  const ScratchFolder folder;
  const char* numbers = "places_expected_k2.npz";
  const std::vector<Tensor> x{kept(numbers, "rows"), kept(numbers, "planes")};
  const auto expect_all = [&](const keras::Model& model) {
    const std::vector<Tensor> y = model.predict(x);
    expect_same(ops::concat(Values(y.begin(), y.end()), 1), kept(numbers, "y"));
  };
  const keras::Model model = keras::load_model(test::keras_file("places_k2.h5"));
  expect_all(model);
  model.save(folder / "again.h5", {.keras_version = 2});
  expect_all(keras::load_model(folder / "again.h5"));
}

TEST(KerasKernels, AKernelForEachPlaceNeedsSizesThatFit) {
  const auto built = [](const std::string& config, int64_t length) {
    const keras::LayerPtr layer = keras::layer_from_config("LocallyConnected1D", config);
    return layer(keras::Input(Shape{length, 1}));
  };
  const std::string other = R"({"filters": 1, "kernel_size": [1], "implementation": )";
  EXPECT_THROW(built(other + "4}", 5), InvalidArgumentError);
  EXPECT_THROW(built(other + R"(1, "padding": "same"})", 5), InvalidArgumentError);
  EXPECT_THROW(built(other + R"(3, "strides": [0]})", 5), InvalidArgumentError);
  EXPECT_THROW(built(other + "2}", 100'000), ResourceExhaustedError);
}

TEST(KerasKernels, RunsOfWordsAndWeightsOfThem) {
  const Tensor x =
      Tensor::of<std::string>({"Hello, world! x", "world", "x hello world hello world"}, {3, 1});
  for (const std::string name : {"texts_k2.h5", "texts_k3.keras"}) {
    SCOPED_TRACE(name);
    const std::string numbers = "texts_expected_" + name.substr(6, 2) + ".npz";
    const keras::Model model = keras::load_model(test::keras_file(name));
    const std::vector<Tensor> y = model.predict(std::vector<Tensor>{x});
    ASSERT_EQ(y.size(), 3U);
    for (size_t i = 0; i < y.size(); ++i) {
      expect_same(ops::cast(y[i], DType::float32), kept(numbers.c_str(), "y" + std::to_string(i)));
    }
  }
}

TEST(KerasKernels, WhatCannotBeLoadedIsNamed) {
  const auto message = [](const std::string& json) {
    try {
      keras::model_from_json(json);
    } catch (const UnimplementedError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  const std::string columns =
      message(R"({"class_name": "Sequential", "config": {"name": "s", "layers": [)"
              R"({"class_name": "DenseFeatures", "config": {"name": "f", "feature_columns": [)"
              R"({"class_name": "NumericColumn", "config": {"key": "a", "shape": [1]}}]}}]}})");
  EXPECT_NE(columns.find("'f'"), std::string::npos) << columns;
  EXPECT_THROW(keras::layer_from_config("DenseFeatures",
                                        R"({"feature_columns": [{"class_name": "NumericColumn", )"
                                        R"("config": {"key": "a", "shape": [65536, 65536]}}]})"),
               InvalidArgumentError);
  const std::string own = message(R"({"class_name": "Mine", "config": {}})");
  EXPECT_NE(own.find("class 'Mine'"), std::string::npos) << own;
}

TEST(KerasKernels, LowRankAdapters) {
  const ScratchFolder folder;
  const Tensor x = kept("lora_expected_k3.npz", "x"), y = kept("lora_expected_k3.npz", "y");
  for (const char* name : {"lora_k3.h5", "lora_k3.keras"}) {
    SCOPED_TRACE(name);
    const keras::Model model = keras::load_model(test::keras_file(name));
    expect_same(model.predict(x), y);
    EXPECT_EQ(model.get_layer("dense")->trainable_weights().size(), 3U);  // all but the kernel
    for (const char* again : {"again.h5", "again.keras"}) {
      model.save(folder / again);
      expect_same(keras::load_model(folder / again).predict(x), y);
    }
    EXPECT_THROW(model.save(folder / "k2.h5", {.keras_version = 2}), UnimplementedError);
  }
}

}  // namespace
}  // namespace rill
