// Kernels in few bits: tests/data/make_keras_quantized.py made the files and the predictions.
#include <gtest/gtest.h>

#include <cmath>

#include "codec/npy.h"
#include "io/samples.h"
#include "process.h"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/ops/math.hpp"

namespace rill {
namespace {

using test::ScratchFolder;

Tensor kept_value(const std::string& name) {
  for (const auto& [key, value] : read_npz(test::keras_file("quantized_expected.npz"))) {
    if (key == name) return value;
  }
  throw NotFoundError(name);
}

keras::Model quantized_model(const std::string& mode) {
  return keras::load_model(test::keras_file(("quantized_" + mode + ".keras").c_str()));
}

void expect_near(const keras::Model& model, const Tensor& x, const std::string& mode) {
  const Tensor expected = kept_value("y_" + mode);
  const Tensor actual = ops::cast(model.predict(x), DType::float32);
  ASSERT_EQ(actual.shape(), expected.shape());
  // Of bfloat16 the last bit differs where sums of products are rounded otherwise.
  const float tolerance = mode == "int8_bfloat16" ? 1.0F / 64 : 2e-5F;
  for (int64_t i = 0; i < expected.size(); ++i) {
    const float e = expected.data<float>()[i];
    ASSERT_NEAR(actual.data<float>()[i], e, tolerance * (1 + std::abs(e))) << mode << " " << i;
  }
}

std::string message_of_json(const std::string& json) {
  try {
    keras::model_from_json(json);
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

// Keras numbers objects that several layers share.
std::string plain_json(const keras::Model& model) {
  const std::string json = model.to_json(), id = ", \"shared_object_id\": ";
  std::string out;
  size_t at = 0;
  for (size_t found = 0; (found = json.find(id, at)) != std::string::npos;) {
    out += json.substr(at, found - at);
    at = json.find_first_not_of("0123456789", found + id.size());
  }
  return out + json.substr(at);
}

TEST(KerasQuantized, FilesOfEachMode) {
  const ScratchFolder folder;
  for (const std::string mode : {"int8", "int8_weights", "int8_bfloat16", "int4", "int4_channel",
                                 "float8", "gptq", "gptq8", "awq"}) {
    SCOPED_TRACE(mode);
    const keras::Model model = quantized_model(mode);
    const bool calibrated = mode.starts_with("gptq") || mode == "awq";
    const Tensor x = kept_value(calibrated ? "x" : "words");
    expect_near(model, x, mode);
    model.save(folder / "again.keras");
    const keras::Model again = keras::load_model(folder / "again.keras");
    expect_near(again, x, mode);
    EXPECT_TRUE(again.to_json() == model.to_json());
    model.save_weights(folder / "again.weights.h5");
    again.set_weights(quantized_model(mode).get_weights());
    again.load_weights(folder / "again.weights.h5");
    expect_near(again, x, mode);
    EXPECT_THROW(model.save(folder / "k2.h5", {.keras_version = 2}), UnimplementedError);
    // The layout of .h5 lists what is trained first: Keras cannot read its float8 there either.
    if (mode == "float8") continue;
    model.save(folder / "again.h5");
    expect_near(keras::load_model(folder / "again.h5"), x, mode);
  }
}

TEST(KerasQuantized, WeightsInTheOrderOfKeras) {
  std::vector<std::string> found;
  const keras::Model model = quantized_model("int4");
  for (const auto& w : model.get_layer("dense")->own_weights()) {
    found.push_back(w.name + " " + dtype_name(w.value.dtype()) + w.value.shape().to_string() +
                    (w.trainable ? " trained" : ""));
  }
  EXPECT_EQ(found, (std::vector<std::string>{"kernel int8(5, 3)", "kernel_scale float32(3, 5)",
                                             "kernel_zero int8(3, 5)", "g_idx float32(5,)",
                                             "bias float32(5,) trained"}));
  const keras::Model steps = quantized_model("int8");
  const auto layer = steps.get_layer("heads");
  EXPECT_EQ(layer->weights().at(0).shape(), Shape({2, 3}));  // the bias, which is trained
  EXPECT_EQ(layer->weights().at(1).dtype(), DType::int8);
  EXPECT_EQ(layer->weights().at(2).shape(), Shape({1, 1, 2, 3}));
  EXPECT_EQ(layer->trainable_weights().size(), 1U);
}

TEST(KerasQuantized, QuantizeGivesTheStepsOfKeras) {
  const ScratchFolder folder;
  const Tensor words = kept_value("words");
  for (const auto& [mode, file] : {std::pair<std::string, std::string>{"int8", "int8"},
                                   {"int4/2", "int4"},
                                   {"float8", "float8"}}) {
    SCOPED_TRACE(mode);
    const keras::Model model = quantized_model("none");
    model.predict(words);
    model.quantize(mode);
    EXPECT_TRUE(plain_json(model) == plain_json(quantized_model(file)));
    expect_near(model, words, file);
    model.save(folder / "again.keras");
    expect_near(keras::load_model(folder / "again.keras"), words, file);
    EXPECT_THROW(model.quantize("int8"), FailedPreconditionError);
  }
  EXPECT_THROW(quantized_model("none").quantize("int5"), InvalidArgumentError);
  EXPECT_THROW(quantized_model("none").quantize("gptq/4/128"), UnimplementedError);
}

TEST(KerasQuantized, LayersInsideOfAnAttention) {
  const ScratchFolder folder;
  const auto input = keras::Input({4, 6});
  const auto heads = keras::layers::MultiHeadAttention(2, 3);
  const keras::Model model(input, heads({input, input}));
  const Tensor x = kept_value("x");
  const Tensor rows = Tensor::of<float>(std::vector<float>(48, 0.5F), {2, 4, 6});
  const Tensor before = model.predict(rows);
  for (const char* mode : {"int8", "int4/2", "int4/-1", "float8"}) {
    SCOPED_TRACE(mode);
    const keras::Model few = keras::clone_model(model);
    few.set_weights(model.get_weights());
    few.quantize(mode);
    const Tensor after = few.predict(rows);
    EXPECT_NE(after.to_vector<float>(), before.to_vector<float>());
    few.save(folder / "again.keras");
    EXPECT_EQ(keras::load_model(folder / "again.keras").predict(rows).to_vector<float>(),
              after.to_vector<float>());
  }
}

// A step of an integer has no slope: the gradient is that of the kernel that the steps stand for.
TEST(KerasQuantized, GradientsPassThrough) {
  const Tensor x = Tensor::of<float>({1, 2, 3, -1, 0.5F, 2}, {2, 3});
  const auto input = keras::Input({3});
  const keras::Model model(input, keras::layers::Dense(2)(input));
  model.set_weights({Tensor::of<float>({1, -0.5F, 0.5F, 1, 1, 0.5F}, {3, 2}), Tensor::zeros({2})});
  for (const char* mode : {"int8", "int4/-1"}) {
    const keras::Model few = keras::clone_model(model);
    few.set_weights(model.get_weights());
    few.quantize(mode);
    Tape tape;
    tape.watch(x);
    const Value y = few.get_layer(1)(x, true);
    const Tensor slope = tape.gradient(y, x);
    const std::vector<float> sums{0.5F, 1.5F, 1.5F};
    for (int64_t i = 0; i < slope.size(); ++i) {
      EXPECT_NEAR(slope.data<float>()[i], sums[static_cast<size_t>(i % 3)], 0.2F) << mode;
    }
  }
}

TEST(KerasQuantized, WhatIsNotKnownIsNamed) {
  const auto model = [](const std::string& layer) {
    return R"({"class_name": "Sequential", "config": {"name": "s", "layers": [)"
           R"({"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "x"}},)" +
           layer + "]}}";
  };
  const auto dense = [&](const std::string& policy, const std::string& config) {
    return message_of_json(model(
        R"({"class_name": "Dense", "config": {"name": "d", "units": 2, "dtype": {"class_name":)"
        R"("QuantizedDTypePolicy", "config": {"mode": ")" +
        policy + R"(", "source_name": "float32"}}, "quantization_config": )" + config + "}}"));
  };
  EXPECT_EQ(dense("int8", "null"), "no error");
  for (const char* mode : {"int5", "int4/0", "int4/x", "gptq/5/8", "gptq/4", "awq/8/4", "int8/3"}) {
    const std::string text = dense(mode, "null");
    EXPECT_NE(text.find(mode), std::string::npos) << text;
  }
  const std::string block =
      dense("int4/2", R"({"class_name": "Int4QuantizationConfig", "config": {"block_size": 0}})");
  EXPECT_NE(block.find("block_size is 0"), std::string::npos) << block;
  const std::string quantizer =
      dense("int8", R"({"class_name": "Int8QuantizationConfig", "config": )"
                    R"({"activation_quantizer": {"class_name": "Mine", "config": {}}}})");
  EXPECT_NE(quantizer.find("'Mine'"), std::string::npos) << quantizer;
  const std::string other = message_of_json(
      model(R"({"class_name": "Flatten", "config": {"name": "f", "dtype": {"class_name":)"
            R"("QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "float32"}}}})"));
  EXPECT_NE(other.find("'f' (Flatten)"), std::string::npos) << other;
  EXPECT_NE(other.find("int8_from_float32"), std::string::npos) << other;
}

TEST(KerasQuantized, HistoriesOfFloat8HaveALength) {
  for (const char* length : {"0", "-3"}) {
    EXPECT_THROW(
        keras::layer_from_config(
            "Dense", std::string(R"({"units": 1, "dtype": {"class_name": )"
                                 R"("QuantizedFloat8DTypePolicy", "config": {"mode": "float8", )"
                                 R"("source_name": "float32", "amax_history_length": )") +
                         length + "}}}"),
        InvalidArgumentError)
        << length;
  }
}

}  // namespace
}  // namespace rill
