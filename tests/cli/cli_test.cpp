// The command line as its users see it: what it prints, where, and its exit codes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "cli/rill_program.h"
#include "codec/json.h"
#include "codec/npy.h"
#include "rill/graph.hpp"
#include "rill/keras.hpp"

namespace rill {
namespace {

using test::Finished;
using test::kSamples;
using test::rill_program;
using test::ScratchFolder;

Tensor expected() { return read_npy(kSamples + "y.npy"); }

void expect_close(const Tensor& got, const Tensor& wanted) {
  ASSERT_EQ(got.shape(), wanted.shape());
  for (int64_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(got.data<float>()[i], wanted.data<float>()[i], 1e-5) << i;
  }
}

struct Sample {
  const char* name;
  const char* says;  // in the text of inspect
};

constexpr Sample kEach[] = {
    {"frozen.pb", "TensorFlow GraphDef (binary, frozen"},
    {"frozen.pbtxt", "TensorFlow GraphDef (text, frozen"},
    {"saved_model_tf1", "TensorFlow SavedModel (tf "},
    {"saved_model_tf2", "in   x  float32 (?, 10)  serving_default_x:0"},
    {"saved_model_keras2", "Keras 2"},
    {"saved_model_keras3", "variables 4 (73 parameters, 292 B)"},
    {"checkpoint_v1", "TensorFlow checkpoint (format V1"},
    {"checkpoint_v2", "TensorFlow checkpoint (format V2"},
    {"checkpoint_v2/model.ckpt", "hidden/kernel  float32 (10, 5)"},
    {"checkpoint_v2/model.ckpt.meta", "TensorFlow MetaGraph"},
    {"keras2.h5", "Keras HDF5 model (Keras 2"},
    {"keras3.h5", "Keras HDF5 model (Keras 3"},
    {"keras2.keras", "Keras archive (Keras 2"},
    {"keras3.keras", "Keras archive (Keras 3"},
};

class EachSample : public ::testing::TestWithParam<Sample> {};

INSTANTIATE_TEST_SUITE_P(Samples, EachSample, ::testing::ValuesIn(kEach));

TEST_P(EachSample, IsDescribed) {
  const std::string path = kSamples + GetParam().name;
  const Finished alone = rill_program({path});
  EXPECT_EQ(alone.code, 0) << alone.err;
  EXPECT_NE(alone.out.find(GetParam().says), std::string::npos) << alone.out;
  EXPECT_EQ(alone.err, "");
  EXPECT_EQ(rill_program({"inspect", path}).out, alone.out);
  const Finished json = rill_program({"inspect", "--json", "--tensors", path});
  EXPECT_EQ(json.code, 0) << json.err;
  const Json object = Json::parse(json.out);
  EXPECT_EQ(object.at("path").as_string(), path);
  EXPECT_EQ(rill_program({"inspect", "--all", path}).code, 0);
  EXPECT_EQ(rill_program({"summary", path}).code, 0);
  EXPECT_EQ(rill_program({"doctor", path}).code, 0);
}

TEST_P(EachSample, Predicts) {
  const std::string path = kSamples + GetParam().name;
  const ScratchFolder scratch;
  const Finished run = rill_program(
      {"run", path, "--in", "=@" + kSamples + "x.npy", "--out", "=@" + (scratch / "y.npy")});
  ASSERT_EQ(run.code, 0) << run.err;
  expect_close(read_npy(scratch / "y.npy"), expected());
}

TEST(Cli, ResultsGoToStandardOutput) {
  const Finished text =
      rill_program({"run", kSamples + "frozen.pb", "--in", "input:0=@" + kSamples + "x.npy"});
  EXPECT_EQ(text.out.substr(0, 27), "output:0  float32 (2, 3)\n[[") << text.out;
  EXPECT_EQ(text.err, "");
  const Finished json = rill_program({"run", kSamples + "saved_model_tf2", "--json", "--in",
                                      "x=@" + kSamples + "x.npy", "--signature", "serving_default",
                                      "--tag-set", "serve"});
  const Json y = Json::parse(json.out).at("outputs").at("y");
  EXPECT_EQ(y.at("dtype").as_string(), "float32");
  EXPECT_EQ(y.at("shape").at(1).as_int(), 3);
  EXPECT_NEAR(y.at("values").at(1).at(2).as_double(), expected().data<float>()[5], 1e-5);
}

TEST(Cli, ArraysAreReadFromAndWrittenToPipes) {
  const std::string x = test::read_whole(kSamples + "x.npy");
  const Finished run =
      rill_program({"run", kSamples + "frozen.pb", "--in", "=-", "--out", "=-"}, x);
  ASSERT_EQ(run.code, 0) << run.err;
  expect_close(parse_npy(SharedBytes::own(run.out), "output"), expected());
}

TEST(Cli, ResultsOfOneLayerAreToldApart) {
  const ScratchFolder folder;
  const std::string file = folder / "twice.keras";
  const keras::KerasTensor x = keras::Input({2}, {.name = "x"});
  const keras::layers::Rescaling twice(2.0, 0.0, {.name = "twice"});
  keras::Model({x}, {twice(x), twice(twice(x))}).save(file);
  const Finished got = rill_program({"run", file, "--in", "[[1, 2]]", "--json"});
  ASSERT_EQ(got.code, 0) << got.err;
  const Json outputs = Json::parse(got.out).at("outputs");
  EXPECT_EQ(outputs.at("twice").at("values").dump(), "[[2.0, 4.0]]");
  EXPECT_EQ(outputs.at("twice_1").at("values").dump(), "[[4.0, 8.0]]");
}

TEST(Cli, InputsAreLiteralsToo) {
  const std::string model = kSamples + "frozen.pb";
  const Finished ones = rill_program({"run", model, "--in", "=ones"});
  EXPECT_EQ(ones.code, 0);
  EXPECT_EQ(rill_program({"run", model, "--in", "input=[[1,1,1,1,1,1,1,1,1,1]]"}).out, ones.out);
  EXPECT_EQ(rill_program({"run", model, "--in", "[[1,1,1,1,1,1,1,1,1,1.0]]"}).out, ones.out);
  EXPECT_EQ(rill_program({"run", model, "--in", "=ones:1,10"}).out, ones.out);
  const Finished batch = rill_program({"run", model, "--in", "=random", "--batch", "4"});
  EXPECT_NE(batch.out.find("float32 (4, 3)"), std::string::npos) << batch.out;
  const Finished inner =
      rill_program({"run", model, "--in", "hidden/relu:0=[[1,1,1,1,1]]", "--fetch", "output"});
  EXPECT_EQ(inner.code, 0) << inner.err;
  const Finished top = rill_program({"run", model, "--in", "=ones", "--top", "1", "--json"});
  EXPECT_EQ(Json::parse(top.out).at("outputs").at("output:0").at("top").at(0).size(), 1U);
}

TEST(Cli, AGraphTakesItsValuesFromACheckpoint) {
  const ScratchFolder scratch;
  const Finished run = rill_program(
      {"run", kSamples + "unfrozen.pb", "--checkpoint", kSamples + "checkpoint_v2/model.ckpt",
       "--in", "=@" + kSamples + "x.npy", "--out", "@" + (scratch / "y.npy")});
  ASSERT_EQ(run.code, 0) << run.err;
  expect_close(read_npy(scratch / "y.npy"), expected());
}

TEST(Cli, ColourOnlyWhenWanted) {
  const std::string model = kSamples + "frozen.pb";
  EXPECT_EQ(rill_program({model}).out.find('\x1b'), std::string::npos);
  EXPECT_NE(rill_program({"--color", "always", model}).out.find('\x1b'), std::string::npos);
  EXPECT_EQ(rill_program({"nothing.pb"}).err.find('\x1b'), std::string::npos);
}

TEST(Cli, SavedModelCliStyle) {
  const Finished show =
      rill_program({"inspect", "--style", "saved_model_cli", kSamples + "saved_model_tf1"});
  EXPECT_NE(show.out.find("\nMetaGraphDef with tag-set: 'serve' contains the following "
                          "SignatureDefs:\n\nsignature_def['serving_default']:\n"
                          "  The given SavedModel SignatureDef contains the following input(s):\n"
                          "    inputs['x'] tensor_info:\n        dtype: DT_FLOAT\n"
                          "        shape: (-1, 10)\n        name: input:0\n"),
            std::string::npos)
      << show.out;
  EXPECT_NE(show.out.find("  Method name is: tensorflow/serving/predict\n"), std::string::npos);
}

// In the order in which TensorFlow loads the functions, and without the ops of training.
TEST(Cli, SavedModelCliStyleOfFunctions) {
  const std::string model = RILL_TEST_DATA "/keras/files/mlp_k2_saved_model";
  const std::string out = rill_program({"inspect", "--style", "saved_model_cli", model}).out;
  EXPECT_NE(out.find("    Option #1\n      Callable with:\n        Argument #1\n"
                     "          features: TensorSpec(shape=(None, 4), dtype=tf.float32, "
                     "name='features')\n"
                     "        Argument #2\n          DType: bool\n          Value: False\n"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find("contains the following ops: {'AddV2', "), std::string::npos) << out;
  EXPECT_EQ(out.find("'AssignSubVariableOp'"), std::string::npos) << out;
}

TEST(Cli, OpsAndDoctorSpeakForTheMachine) {
  const Finished list = rill_program({"ops"});
  EXPECT_NE(list.out.find("MatMul"), std::string::npos);
  const Json ops = Json::parse(rill_program({"ops", "--json"}).out).at("ops");
  EXPECT_GT(ops.size(), 100U);
  const std::string committed = test::read_whole(RILL_TEST_DATA "/../../doc/ops.md");
  const std::string cases = RILL_TEST_DATA "/conformance";
  EXPECT_TRUE(rill_program({"ops", "--markdown", "--cases", cases}).out == committed)
      << "doc/ops.md is stale: rill ops --markdown --cases tests/data/conformance > doc/ops.md";
  EXPECT_NE(rill_program({"ops", "--json", "--cases", "no/such/folder"}).code, 0);
  const ScratchFolder written;
  EXPECT_EQ(rill_program({"ops", "--header", written / ""}).code, 0);
  const auto headers = [](const std::filesystem::path& folder) {
    std::map<std::string, std::string> out{
        {"raw_ops.hpp", test::read_whole(folder / "raw_ops.hpp")}};
    for (const auto& entry : std::filesystem::directory_iterator(folder / "raw_ops")) {
      out[entry.path().filename()] = test::read_whole(entry.path());
    }
    return out;
  };
  EXPECT_TRUE(headers(written / "") == headers(RILL_TEST_DATA "/../../include/rill"))
      << "include/rill/raw_ops.hpp is stale: rill ops --header include/rill";
  const Finished doctor = rill_program({"doctor"});
  EXPECT_EQ(doctor.code, 0) << doctor.out;
  EXPECT_NE(doctor.out.find("matrix product: ok"), std::string::npos);
  EXPECT_EQ(rill_program({"--version"}).out.substr(0, 5), "rill ");
  EXPECT_EQ(rill_program({"--help"}).code, 0);
}

TEST(Cli, SummaryOfKerasModels) {
  const Finished keras3 = rill_program({"summary", kSamples + "keras3.h5"});
  EXPECT_NE(keras3.out.find("Model: \"mlp\"\n┏"), std::string::npos) << keras3.out;
  EXPECT_NE(keras3.out.find("│ hidden (Dense)"), std::string::npos) << keras3.out;
  const Finished keras2 = rill_program({"summary", "--style", "keras2", kSamples + "keras2.keras"});
  EXPECT_NE(keras2.out.find("Total params: 73 (292.00 Byte)"), std::string::npos) << keras2.out;
}

// As to_yaml() of Keras before 2.6 wrote it.
TEST(Cli, ArchitecturesMayBeYaml) {
  const test::ScratchFolder folder;
  const std::string path = folder / "m.yaml";
  std::ofstream(path) << R"(backend: tensorflow
class_name: Sequential
config:
- class_name: Dense
  config:
    activation: relu
    batch_input_shape: !!python/tuple [null, 3]
    name: d
    units: 2
keras_version: 2.0.8
)";
  const Finished told = rill_program({"inspect", path});
  EXPECT_NE(told.out.find("Keras configuration (YAML), without weights"), std::string::npos)
      << told.out << told.err;
  EXPECT_NE(told.out.find("in   d_input  float32 (?, 3)"), std::string::npos) << told.out;
  const keras::Model model = keras::model_from_json_file(path);
  model.save_weights(folder / "w.h5");
  const Finished run = rill_program({"run", path, "--checkpoint", folder / "w.h5", "--in", "ones"});
  EXPECT_NE(run.out.find("d  float32 (1, 2)"), std::string::npos) << run.out << run.err;
}

// Keras before 3 wrote Sequential models without an input layer.
TEST(Cli, InputsOfSequentialModelsHaveTheNamesOfKeras2) {
  const test::ScratchFolder folder;
  const std::string path = folder / "m.json";
  std::ofstream(path) << R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "Dense", "config": {"name": "d", "batch_input_shape": [null, 3], "units": 2}}
    ]}, "keras_version": "2.1.6", "backend": "tensorflow"})";
  EXPECT_EQ(keras::model_from_json_file(path).input_names(), std::vector<std::string>{"d_input"});
  const Finished told = rill_program({"inspect", path});
  EXPECT_NE(told.out.find("in   d_input  float32 (?, 3)"), std::string::npos) << told.out;
}

// The pivots of a condition have a value on one side only, and nothing takes them. Files name
// nodes in any order.
TEST(Cli, OutputsOfAGraphWithConditions) {
  const ScratchFolder folder;
  const std::vector<std::string> nodes = {
      R"(node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } }
                attr { key: "shape" value { shape {} } } })",
      R"(node { name: "p" op: "Less" input: "x" input: "x"
                attr { key: "T" value { type: DT_FLOAT } } })",
      R"(node { name: "s" op: "Switch" input: "p" input: "p"
                attr { key: "T" value { type: DT_BOOL } } })",
      R"(node { name: "switch_t" op: "Identity" input: "s:1"
                attr { key: "T" value { type: DT_BOOL } } })",
      R"(node { name: "d" op: "Switch" input: "x" input: "p"
                attr { key: "T" value { type: DT_FLOAT } } })",
      R"(node { name: "n" op: "Neg" input: "d:1" attr { key: "T" value { type: DT_FLOAT } } })",
      R"(node { name: "y" op: "Merge" input: "d" input: "n"
                attr { key: "T" value { type: DT_FLOAT } } attr { key: "N" value { i: 2 } } })"};
  const auto expect_y_alone = [&](const std::string& path, auto first, auto last) {
    std::ofstream file(path);
    for (; first != last; ++first) file << *first << '\n';
    file.close();
    const Finished seen = rill_program({"inspect", path});
    EXPECT_EQ(seen.out.find("switch_t"), std::string::npos) << seen.out;
    EXPECT_NE(seen.out.find("y:0"), std::string::npos) << seen.out;
    const Finished run = rill_program({"run", path, "--in", "x=3"});
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_NE(run.out.find("y:0  float32 ()\n3"), std::string::npos) << run.out;
  };
  expect_y_alone(folder / "graph.pbtxt", nodes.begin(), nodes.end());
  expect_y_alone(folder / "reversed.pbtxt", nodes.rbegin(), nodes.rend());
}

TEST(Cli, SelfTestOfFilesOfValues) {
  const ScratchFolder folder;
  const std::string checkpoint = folder / "again.ckpt";
  for (const auto& [from, to] : {std::pair{kSamples + "keras3.keras", folder / "keras3.weights.h5"},
                                 std::pair{kSamples + "keras2.h5", folder / "keras2.ckpt"},
                                 std::pair{kSamples + "checkpoint_v1/model.ckpt", checkpoint}}) {
    const Finished run = rill_program({"convert", from, to, "--self-test"});
    EXPECT_EQ(run.code, 0) << from << run.err;
    EXPECT_NE(run.out.find("tensors equal"), std::string::npos) << run.out;
  }
}

TEST(Cli, SummaryOfWhatIsNoModel) {
  const std::string data = std::string(RILL_TEST_DATA) + "/";
  const Finished weights = rill_program({"summary", data + "keras/files/mlp_k3.weights.h5"});
  EXPECT_EQ(weights.code, 0) << weights.err;
  EXPECT_NE(weights.out.find("(Keras HDF5 weights), by name scope"), std::string::npos);
  // It has a Keras layer, but no signature.
  const Finished module = rill_program({"summary", data + "keras/files/module_k2_saved_model"});
  EXPECT_EQ(module.code, 0) << module.err;
  EXPECT_NE(module.out.find("Total params: 8"), std::string::npos) << module.out;
}

}  // namespace
}  // namespace rill
