// SavedModels of TensorFlow 2.0 to 2.4 keep the metadata of Keras in the objects of the graph,
// later ones in a file of its own.
#include <gtest/gtest.h>

#include <fstream>

#include "formats/saved_model/keras_metadata.h"
#include "formats/saved_model/saved_model.h"
#include "io/samples.h"
#include "process.h"
#include "rill/keras.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;

TEST(OldMetadata, StandsInTheObjectsOfTheGraph) {
  const test::ScratchFolder scratch;
  const fs::path folder = scratch / "model";
  fs::copy(test::kSamples / "saved_model_keras2", folder, fs::copy_options::recursive);
  formats::SavedModel file = formats::load_saved_model(folder.string());
  for (const formats::KerasNode& node :
       formats::load_keras_metadata(folder / "keras_metadata.pb")) {
    auto& object = file.meta_graphs.at(0).object_graph->nodes.at(static_cast<size_t>(node.node_id));
    std::get<formats::SavedUserObject>(object.value).metadata = node.metadata;
  }
  fs::remove(folder / "keras_metadata.pb");
  std::ofstream(folder / "saved_model.pb", std::ios::binary)
      << formats::serialize_saved_model(file);

  const keras::Model wanted = keras::load_model(test::kSamples / "saved_model_keras2");
  const keras::Model model = keras::load_model(folder);
  ASSERT_EQ(wanted.summary_text().find("TFSMLayer"), std::string::npos);
  EXPECT_EQ(model.summary_text(), wanted.summary_text());
  Shape shape = wanted.inputs()[0].shape();
  shape[0] = 2;
  const Tensor x = Tensor::random(shape, 3);
  EXPECT_EQ(model.predict(x).to_vector<float>(), wanted.predict(x).to_vector<float>());
}

}  // namespace
}  // namespace rill
