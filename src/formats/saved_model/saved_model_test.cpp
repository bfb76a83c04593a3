#include "formats/saved_model/saved_model.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "codec/mapped_file.h"
#include "formats/prototext/text_format.h"
#include "formats/saved_model/keras_metadata.h"
#include "formats/test_data.h"
#include "rill/error.hpp"

namespace rill::formats {
namespace {

std::string contents(const std::string& name) {
  return std::string(text_of(MappedFile::open(kGraphs + name)->bytes()));
}

SharedBytes shared(std::string bytes) { return SharedBytes::own(std::move(bytes)); }

TEST(SavedModel, ReadsAModule) {
  const SavedModel model = load_saved_model(kGraphs + "module");
  EXPECT_EQ(model.schema_version, 1);
  const MetaGraph& meta = model.meta_graph({"serve"});
  const SignatureDef& signature = meta.signatures.at("serving_default");
  EXPECT_EQ(signature.method_name, "tensorflow/serving/predict");
  EXPECT_EQ(signature.inputs.at("x").name, "serving_default_x:0");
  EXPECT_EQ(signature.inputs.at("x").shape, (Shape{-1, 2}));
  EXPECT_EQ(signature.outputs.at("y").dtype, DType::float32);
  EXPECT_EQ(variables_prefix(model.folder), kGraphs + "module/variables/variables");
  ASSERT_EQ(meta.assets.size(), 1U);
  EXPECT_EQ(asset_path(model.folder, meta.assets[0].filename), kGraphs + "module/assets/vocab.txt");
  EXPECT_FALSE(init_op_name(meta).empty());

  const SavedObjectGraph& objects = *meta.object_graph;
  const auto& w =
      std::get<SavedVariable>(objects.nodes[static_cast<size_t>(objects.child(0, "w"))].value);
  EXPECT_EQ(w.name, "w");
  EXPECT_EQ(w.shape, (Shape{2, 1}));
  EXPECT_TRUE(w.trainable);
  const auto& call = std::get<SavedFunction>(
      objects.nodes[static_cast<size_t>(objects.child(0, "__call__"))].value);
  ASSERT_EQ(call.concrete_functions.size(), 1U);
  const SavedConcreteFunction& concrete = objects.concrete_functions.at(call.concrete_functions[0]);
  EXPECT_EQ(concrete.bound_inputs, (std::vector<int32_t>{objects.child(0, "w")}));
  const StructuredValue& arguments = concrete.input_signature;
  ASSERT_EQ(arguments.kind, StructuredValue::Kind::tuple);
  EXPECT_EQ(arguments.children[0].children[0].kind, StructuredValue::Kind::tensor_spec);
  EXPECT_EQ(arguments.children[0].children[0].text, "x");
  EXPECT_EQ(concrete.output_signature.keys, (std::vector<std::string>{"y"}));
}

TEST(SavedModel, RoundTripsAreStable) {
  const SavedModel model = load_saved_model(kGraphs + "module/saved_model.pb");
  const std::string wire = serialize_saved_model(model);
  EXPECT_EQ(serialize_saved_model(parse_saved_model(shared(wire), "m")), wire);
  const std::string text = wire_to_text(bytes_of(wire), "SavedModel");
  EXPECT_EQ(serialize_saved_model(parse_saved_model(shared(text), "m")), wire);
}

TEST(SavedModel, SaysWhatElseBearsItsName) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "graph_named_saved_model";
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(kGraphs + "model.meta", folder / "saved_model.pb",
                             std::filesystem::copy_options::overwrite_existing);
  try {
    load_saved_model(folder.string());
    FAIL();
  } catch (const InvalidArgumentError& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("is a MetaGraphDef, not a SavedModel"), std::string::npos) << text;
  }
}

TEST(SavedModel, SaysWhatIsMissing) {
  try {
    load_saved_model(kGraphs + "modul");
    FAIL();
  } catch (const NotFoundError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'module'"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW(load_saved_model(kGraphs), NotFoundError);
  try {
    load_saved_model(kGraphs + "module").meta_graph({"serve", "tpu"});
    FAIL();
  } catch (const NotFoundError& error) {
    EXPECT_NE(std::string(error.what()).find("'serve,tpu'; there are 'serve'"), std::string::npos)
        << error.what();
  }
}

TEST(SavedModel, AssetsStayInTheFolder) {
  EXPECT_THROW(asset_path(kGraphs + "module", "../../make.py"), PermissionDeniedError);
  EXPECT_THROW(asset_path(kGraphs + "module", "/etc/passwd"), PermissionDeniedError);
  // Whoever reads it finds out that it is missing, as in TensorFlow.
  EXPECT_EQ(asset_path(kGraphs + "module", "none.txt"), kGraphs + "module/assets/none.txt");
  const std::string text = "meta_graphs { graph_def { } asset_file_def { filename: '../secret' } }";
  EXPECT_THROW(parse_saved_model(shared(text), "m"), PermissionDeniedError);
}

TEST(SavedModel, ReferencesAreChecked) {
  const auto parse = [](const std::string& graph) {
    parse_saved_model(shared("meta_graphs { object_graph_def { " + graph + " } }"), "m");
  };
  EXPECT_THROW(parse("nodes { children { node_id: 1 } }"), DataLossError);
  EXPECT_THROW(parse("nodes { } concrete_functions { key: 'f' value { bound_inputs: 7 } }"),
               DataLossError);
  EXPECT_NO_THROW(parse("nodes { children { node_id: 0 local_name: 'self' } }"));
}

// Every truncation, and flipped bits at every byte: an Error or a result.
template <typename Parse>
void damage(const std::string& good, Parse parse) {
  const auto attempt = [&](std::string bytes) {
    try {
      parse(shared(std::move(bytes)));
    } catch (const Error&) {
    }
  };
  const size_t step = 1 + good.size() / 1000;
  for (size_t i = 0; i < good.size(); i += step) {
    attempt(good.substr(0, i));
    for (const int mask : {0x01, 0x08, 0x80, 0xff}) {
      std::string bytes = good;
      bytes[i] = static_cast<char>(bytes[i] ^ mask);
      attempt(std::move(bytes));
    }
  }
}

TEST(SavedModel, DamageIsAnError) {
  damage(contents("module/saved_model.pb"),
         [](const SharedBytes& bytes) { parse_saved_model(bytes, "m"); });
  damage(contents("model.meta"), [](const SharedBytes& bytes) { parse_meta_graph(bytes, "m"); });
  damage(contents("model.meta.txt"),
         [](const SharedBytes& bytes) { parse_meta_graph(bytes, "m"); });
  damage(contents("object_graph.pb"),
         [](const SharedBytes& bytes) { parse_trackable_graph(text_of(bytes.bytes)); });
  damage(contents("keras_metadata.pb"),
         [](const SharedBytes& bytes) { parse_keras_metadata(bytes.bytes, "m"); });
}

TEST(StructuredValue, EveryKindRoundTrips) {
  const std::string text =
      "meta_graphs { object_graph_def { concrete_functions { key: 'f' value { output_signature { "
      "tuple_value { values { none_value { } } values { float64_value: 0.5 } values { "
      "int64_value: -3 } values { string_value: 's' } values { bool_value: true } values { "
      "tensor_shape_value { dim { size: 2 } } } values { tensor_dtype_value: DT_INT64 } values { "
      "list_value { } } values { dict_value { fields { key: 'k' value { none_value { } } } } } "
      "values { named_tuple_value { name: 'N' values { key: 'a' value { int64_value: 1 } } } } "
      "values { type_spec_value { type_spec_class: RAGGED_TENSOR_SPEC type_state { list_value { } "
      "} type_spec_class_name: 'R' num_flat_components: 2 } } values { bounded_tensor_spec_value "
      "{ name: 'b' dtype: DT_FLOAT minimum { dtype: DT_FLOAT tensor_shape { } float_val: 0 } } } "
      "values { numpy_value { dtype: DT_INT32 tensor_shape { } int_val: 4 } } } } } } } }";
  const SavedModel model = parse_saved_model(shared(text), "m");
  const auto& values =
      model.meta_graphs[0].object_graph->concrete_functions.at("f").output_signature.children;
  ASSERT_EQ(values.size(), 13U);
  EXPECT_EQ(values[2].int64, -3);
  EXPECT_EQ(values[9].keys, (std::vector<std::string>{"a"}));
  EXPECT_EQ(values[10].int64, 3);
  EXPECT_EQ(values[12].tensors[0].item<int>(), 4);
  const std::string wire = serialize_saved_model(model);
  EXPECT_EQ(serialize_saved_model(parse_saved_model(shared(wire), "m")), wire);
}

TEST(TrackableGraph, FindsVariables) {
  const TrackableGraph graph = parse_trackable_graph(contents("object_graph.pb"));
  const int node = graph.find("model/parts/0");
  ASSERT_GE(node, 0);
  const TrackableObject& variable = graph.nodes[static_cast<size_t>(node)];
  ASSERT_EQ(variable.attributes.size(), 1U);
  EXPECT_EQ(variable.attributes[0].name, "VARIABLE_VALUE");
  EXPECT_EQ(variable.attributes[0].checkpoint_key, "model/parts/0/.ATTRIBUTES/VARIABLE_VALUE");
  EXPECT_EQ(graph.find("model/nothing"), -1);
  const std::string wire = serialize_trackable_graph(graph);
  EXPECT_EQ(serialize_trackable_graph(parse_trackable_graph(wire)), wire);
}

TEST(KerasMetadata, RoundTrips) {
  const std::string bytes = contents("keras_metadata.pb");
  const std::vector<KerasNode> nodes = load_keras_metadata(kGraphs + "keras_metadata.pb");
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[1].node_path, "root.layer-0");
  EXPECT_EQ(nodes[1].metadata, "{\"name\": \"dense\"}");
  EXPECT_EQ(serialize_keras_metadata(nodes), bytes);
}

}  // namespace
}  // namespace rill::formats
