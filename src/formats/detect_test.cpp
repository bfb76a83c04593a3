#include "formats/detect.h"

#include <gtest/gtest.h>

#include "formats/meta_graph/meta_graph.h"
#include "formats/test_data.h"
#include "rill/error.hpp"

namespace rill::formats {
namespace {

TEST(Detect, ByContent) {
  EXPECT_EQ(detect(kGraphs + "module"), FileKind::saved_model);
  EXPECT_EQ(detect(kGraphs + "module/saved_model.pb"), FileKind::saved_model);
  EXPECT_EQ(detect(kGraphs + "model.meta"), FileKind::meta_graph);
  EXPECT_EQ(detect(kGraphs + "model.meta.txt"), FileKind::meta_graph_text);
  EXPECT_EQ(detect(kGraphs + "module/variables/variables"), FileKind::checkpoint_v2);
  EXPECT_EQ(detect(kGraphs + "module/variables/variables.index"), FileKind::checkpoint_v2);
  EXPECT_EQ(detect(kGraphs + "module/variables/variables.data-00000-of-00001"),
            FileKind::checkpoint_v2);
  EXPECT_EQ(detect(kGraphs + "make.py"), FileKind::unknown);
  const GraphDef graph = load_meta_graph(kGraphs + "model.meta").graph;
  EXPECT_EQ(detect_bytes(bytes_of(graph.serialize())), FileKind::graphdef);
  EXPECT_EQ(detect_bytes(bytes_of(graph.to_text())), FileKind::graphdef_text);
  EXPECT_EQ(detect_bytes(bytes_of("{\"class_name\": \"Sequential\"}")), FileKind::keras_json);
  EXPECT_EQ(detect_bytes(bytes_of("backend: theano\nclass_name: Sequential\n")),
            FileKind::keras_json);
  EXPECT_EQ(detect_bytes(bytes_of("backend: local\nstorage: disk\n")), FileKind::unknown);
  EXPECT_EQ(detect_bytes(bytes_of(R"("{\"class_name\": \"Sequential\"}")")), FileKind::keras_json);
  EXPECT_EQ(detect_bytes({}), FileKind::unknown);
  // TensorFlow.js has the JSON of Keras inside of its own.
  EXPECT_EQ(detect_bytes(bytes_of(R"({"format": "layers-model", "modelTopology": )"
                                  R"({"model_config": {"class_name": "Sequential"}}})")),
            FileKind::unknown);
}

TEST(Detect, FilesBesideModelsAreNotModels) {
  // The vocabulary of a model of text.
  EXPECT_EQ(detect_bytes(bytes_of(R"({"class_name": "Tokenizer", "config": {"num_words": 9}})")),
            FileKind::unknown);
  EXPECT_EQ(detect_bytes(bytes_of(R"("{\"class_name\": \"Tokenizer\", \"config\": {}}")")),
            FileKind::unknown);
  // sentencepiece.ModelProto: pieces = 1 {piece = 1, score = 2 (float), type = 3}.
  using namespace std::string_view_literals;
  EXPECT_EQ(detect_bytes(bytes_of("\x0a\x0e\x0a\x05<unk>\x15\0\0\0\0\x18\x02"sv)),
            FileKind::unknown);
}

TEST(Detect, MissingFilesHaveNearNames) {
  try {
    detect(kGraphs + "model.meat");
    FAIL();
  } catch (const NotFoundError& error) {
    EXPECT_EQ(std::string(error.what()),
              kGraphs + "model.meat: does not exist; did you mean 'model.meta'?");
  }
}

TEST(Detect, UnknownFilesAreDescribed) {
  try {
    fail_wrong_kind(kGraphs + "make.py", FileKind::unknown, "a GraphDef");
  } catch (const DataLossError& error) {
    EXPECT_NE(std::string(error.what()).find("it is not a GraphDef"), std::string::npos);
  }
}

}  // namespace
}  // namespace rill::formats
