// A SavedModel of Keras 2 whose model is a class of the user's: what load_model() of tf_keras makes
// of it without the class (tests/data/make_revived.py).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "formats/saved_model/saved_model.h"
#include "process.h"
#include "rill/convert.hpp"
#include "rill/error.hpp"
#include "rill/keras.hpp"
#include "rill/saved_model.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

using Numbers = std::vector<float>;

const char* const kFolder = RILL_TEST_DATA "/revived";
const Tensor kX = Tensor::of<float>({1, 0, 2, 0, 1, -1, 2, 2, 0, -1, 0, 1}, {4, 3});

void expect_near(const Tensor& got, const Numbers& wanted) {
  ASSERT_EQ(got.size(), static_cast<int64_t>(wanted.size()));
  for (size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got.data<float>()[i], wanted[i], 2e-5);
}

TEST(RevivedModel, HasItsLayers) {
  const keras::Model model = keras::load_model(kFolder);
  std::vector<std::string> names;
  for (const keras::LayerPtr& layer : model.layers()) names.push_back(layer->name());
  EXPECT_EQ(names, (std::vector<std::string>{"first", "norm", "scale"}));
  EXPECT_EQ(model.get_layer("scale")->class_name(), "Scale");
  EXPECT_EQ(model.get_layer("scale")->count_params(), 5);
  EXPECT_EQ(model.weights().size(), 9U);
  EXPECT_EQ(model.trainable_weights().size(), 7U);
  const std::vector<Tensor> y = model.predict(std::vector<Tensor>{kX});
  ASSERT_EQ(y.size(), 2U);
  expect_near(y[0], {0.034972F, -0.011459F, 0.050461F, -0.011466F});
  expect_near(y[1],
              {0.22646F, 0.22646F, 0.18003F, 0.18003F, 0.241949F, 0.241949F, 0.180023F, 0.180023F});
  const std::string summary = model.summary_text({.style = "keras2"});
  EXPECT_NE(summary.find("Model: \"owned\""), std::string::npos) << summary;
  EXPECT_NE(summary.find("scale (Scale)               multiple                  5"),
            std::string::npos)
      << summary;
  EXPECT_NE(summary.find("Non-trainable params: 4 (16.00 Byte)"), std::string::npos) << summary;
}

// With the loss, the optimizer and the call for training of the file.
TEST(RevivedModel, TrainsOn) {
  const keras::Model model = keras::load_model(kFolder);
  const std::vector<Tensor> y = {Tensor::zeros(DType::float32, {4, 1}),
                                 Tensor::of<float>(Numbers(8, 1), {4, 2})};
  EXPECT_NEAR(model.evaluate({kX}, y, {.batch_size = 2, .verbose = 0}).at(0).second, 1.2278134,
              1e-5);
  keras::FitOptions options;
  options.epochs = 2;
  options.batch_size = 2;
  options.shuffle = false;
  options.verbose = 0;
  const keras::History history = model.fit({kX}, y, options);
  EXPECT_NEAR(history["loss"].at(0), 1.1651152, 1e-5);
  EXPECT_NEAR(history["loss"].at(1), 0.9187924, 1e-5);
  const std::vector<Tensor> after = model.get_weights();
  expect_near(after.at(0), {0.885774F, 0.885774F, 0.885909F, 0.885909F, 0.885641F, 0.885641F});
  expect_near(after.at(4), {1.659753F, 1.659753F});
  expect_near(after.at(6), {0.002328F});
  expect_near(after.at(8), {0.471006F, 0.471006F});
}

TEST(RevivedModel, IsWrittenAsAGraph) {
  const test::ScratchFolder folder;
  const keras::Model model = keras::load_model(kFolder);
  EXPECT_THROW(model.save(folder / "m.keras"), UnimplementedError);
  EXPECT_THROW(model.save_weights(folder / "m.ckpt"), UnimplementedError);
  model.save_weights(folder / "m.weights.h5");
  const keras::Model again = keras::load_model(kFolder);
  std::vector<Tensor> zeros = again.get_weights();
  for (Tensor& t : zeros) t = Tensor::zeros(t.dtype(), t.shape());
  again.set_weights(zeros);
  again.load_weights(folder / "m.weights.h5");
  for (size_t i = 0; i < zeros.size(); ++i) {
    EXPECT_EQ(again.get_weights()[i].to_vector<float>(), model.get_weights()[i].to_vector<float>());
  }
  model.save(folder / "m");
  const Session session{Graph()};
  const Signature signature =
      SavedModel::load(session, {"serve"}, folder / "m").signature("serving_default");
  EXPECT_TRUE(signature.inputs.contains("input_1"));
  EXPECT_TRUE(signature.outputs.contains("sum"));
  EXPECT_TRUE(signature.outputs.contains("mean"));
}

// Its call may have been traced with the argument's own name, too.
TEST(RevivedModel, NamesItsInputsAsItIsServed) {
  const test::ScratchFolder folder;
  std::filesystem::copy(kFolder, folder / "m", std::filesystem::copy_options::recursive);
  formats::SavedModel file = formats::load_saved_model(kFolder);
  std::function<void(formats::StructuredValue&)> rename = [&](formats::StructuredValue& value) {
    if (value.text == "input_1") value.text = "x";
    for (formats::StructuredValue& child : value.children) rename(child);
  };
  formats::SavedObjectGraph& graph = *file.meta_graphs.at(0).object_graph;
  const auto served = static_cast<size_t>(graph.child(0, "_default_save_signature"));
  const auto& kept = std::get<formats::SavedBareConcreteFunction>(graph.nodes.at(served).value);
  for (auto& [name, function] : graph.concrete_functions) {
    if (name != kept.concrete_function) rename(function.input_signature);
  }
  std::ofstream(folder / "m/saved_model.pb", std::ios::binary)
      << formats::serialize_saved_model(file);
  EXPECT_EQ(keras::load_model(folder / "m").input_names(), std::vector<std::string>{"input_1"});
}

// The losses of its layers are no part of what it predicts, though its call gives them, too.
TEST(RevivedModel, IsFrozenWithoutItsLosses) {
  const GraphDef frozen = freeze(keras::load_model(kFolder));
  for (const NodeDef& node : frozen.nodes) {
    EXPECT_NE(node.op, "NoOp") << node.name;
    for (const std::string& input : node.inputs) EXPECT_NE(input[0], '^') << node.name;
  }
}

}  // namespace
}  // namespace rill
