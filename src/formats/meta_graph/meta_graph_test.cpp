#include "formats/meta_graph/meta_graph.h"
#include "formats/test_data.h"

#include <gtest/gtest.h>

#include "rill/error.hpp"

namespace rill::formats {
namespace {

TEST(MetaGraph, ReadsSaverAndVariables) {
  const MetaGraph meta = load_meta_graph(kGraphs + "model.meta");
  ASSERT_TRUE(meta.saver.has_value());
  EXPECT_EQ(meta.saver->restore_op_name, "save/restore_all");
  EXPECT_EQ(meta.saver->filename_tensor_name, "save/Const:0");
  EXPECT_EQ(meta.saver->version, 2);
  const Collection& variables = meta.collections.at("variables");
  ASSERT_EQ(variables.kind, Collection::Kind::bytes);
  ASSERT_EQ(variables.values.size(), 3U);
  const VariableDef w = parse_variable_def(variables.values[0]);
  EXPECT_EQ(w.variable_name, "w:0");
  EXPECT_EQ(w.initializer_name, "w/Assign");
  EXPECT_FALSE(w.is_resource);
  EXPECT_TRUE(w.trainable);
  EXPECT_FALSE(w.slice.has_value());
  const VariableDef part = parse_variable_def(variables.values[2]);
  ASSERT_TRUE(part.slice.has_value());
  EXPECT_TRUE(part.is_resource);
  EXPECT_EQ(part.slice->full_name, "p");
  EXPECT_EQ(part.slice->full_shape, (std::vector<int64_t>{4, 2}));
  EXPECT_EQ(part.slice->offset, (std::vector<int64_t>{2, 0}));
  EXPECT_EQ(part.slice->shape, (std::vector<int64_t>{2, 2}));
  for (const std::string& bytes : variables.values) {
    EXPECT_EQ(serialize_variable_def(parse_variable_def(bytes)), bytes);
  }
}

TEST(MetaGraph, TextIsTheSame) {
  EXPECT_EQ(serialize_meta_graph(load_meta_graph(kGraphs + "model.meta.txt")),
            serialize_meta_graph(load_meta_graph(kGraphs + "model.meta")));
}

TEST(MetaGraph, OtherFilesAreNamed) {
  try {
    load_meta_graph(kGraphs + "module");
    FAIL();
  } catch (const InvalidArgumentError& error) {
    EXPECT_EQ(std::string(error.what()), kGraphs + "module: is a SavedModel, not a MetaGraphDef");
  }
  EXPECT_THROW(GraphDef::load(kGraphs + "model.meta"), InvalidArgumentError);
}

TEST(MetaGraph, EveryCollectionKindRoundTrips) {
  const std::string text =
      "collection_def { key: 'a' value { node_list { value: 'n' } } }"
      "collection_def { key: 'b' value { int64_list { value: [1, -2] } } }"
      "collection_def { key: 'c' value { float_list { value: 0.5 } } }"
      "collection_def { key: 'd' value { any_list { value { type_url: 'u' value: '\\001' } } } }"
      "signature_def { key: 's' value { inputs { key: 'i' value { coo_sparse { values_tensor_name: "
      "'v:0' } } } defaults { key: 'i' value { dtype: DT_INT32 tensor_shape { } int_val: 1 } } } }";
  const MetaGraph meta = parse_meta_graph(SharedBytes::own(text), "m");
  EXPECT_EQ(meta.collections.at("b").ints, (std::vector<int64_t>{1, -2}));
  EXPECT_EQ(meta.collections.at("d").type_urls[0], "u");
  EXPECT_EQ(meta.signatures.at("s").inputs.at("i").coo_sparse->values, "v:0");
  const std::string wire = serialize_meta_graph(meta);
  EXPECT_EQ(serialize_meta_graph(parse_meta_graph(SharedBytes::own(wire), "m")), wire);
}

}  // namespace
}  // namespace rill::formats
