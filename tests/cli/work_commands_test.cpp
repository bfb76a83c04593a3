// rill bench, convert, diff: what they answer and their exit codes.
#include <gtest/gtest.h>

#include <fstream>

#include "cli/rill_program.h"
#include "codec/json.h"
#include "rill/graph.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/strings.hpp"
#include "rill/raw_ops/strings.hpp"
#include "rill/saved_model.hpp"
#include "rill/saver.hpp"
#include "rill/session.hpp"
#include "rill/train.hpp"

namespace rill {
namespace {

using test::Finished;
using test::kSamples;
using test::rill_program;
using test::ScratchFolder;

TEST(Cli, BenchTellsEachRowAndComparesWithABase) {
  const std::vector<std::string> words = {"bench",     kSamples + "keras3.keras",
                                          "--batch",   "1,4",
                                          "--time",    "0.01",
                                          "--warmup",  "0",
                                          "--threads", "1",
                                          "--json"};
  const Finished got = rill_program(words);
  ASSERT_EQ(got.code, 0) << got.err;
  Json json = Json::parse(got.out);
  ASSERT_EQ(json.at("rows").size(), 2u);
  EXPECT_EQ(json.at("rows").at(1).at("batch").as_int(), 4);
  for (const Json& row : json.at("rows").as_array()) {
    EXPECT_GT(row.at("runs").as_int(), 0);
    EXPECT_LE(row.at("min_s").as_double(), row.at("p50_s").as_double());
    EXPECT_LE(row.at("p50_s").as_double(), row.at("p99_s").as_double());
  }

  const ScratchFolder folder;
  const std::string base = folder / "base.json";
  const auto compared_with = [&](const char* median) {
    std::ofstream(base) << R"({"rows":[{"threads":1,"batch":1,"p50_s":)" << median << "}]}";
    std::vector<std::string> more = words;
    more.insert(more.end(), {"--compare", base});
    return rill_program(more).code;
  };
  EXPECT_EQ(compared_with("1e-12"), 1);
  EXPECT_EQ(compared_with("1e3"), 0);
  std::ofstream(base) << "{}";
  EXPECT_EQ(rill_program({"bench", kSamples + "keras3.keras", "--compare", base}).code, 3);
}

TEST(Cli, BenchTakesInputsThatCannotBeMadeUp) {
  const ScratchFolder folder;
  const Graph graph;
  {
    const auto scope = graph.as_default();
    const Tensor x = train::placeholder("x", DType::string, Shape{-1, -1});
    raw_ops::StringToNumber(x);
  }
  const std::string file = folder / "text.pb";
  graph.as_graph_def().save(file);
  const std::vector<std::string> words = {"bench", file, "--time", "0", "--warmup", "0"};
  EXPECT_EQ(rill_program(words).code, 3);
  std::vector<std::string> more = words;
  more.insert(more.end(), {"--in", R"(x=[["1", "2"]])"});
  const Finished got = rill_program(more);
  EXPECT_EQ(got.code, 0) << got.err;
}

TEST(Cli, OpsWithoutOutputsAreNoOutputs) {
  const ScratchFolder folder;
  const std::string file = folder / "queue.pbtxt";
  std::ofstream(file) << R"(
    node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } }
           attr { key: "shape" value { shape { dim { size: -1 } dim { size: 2 } } } } }
    node { name: "queue" op: "FIFOQueueV2"
           attr { key: "component_types" value { list { type: DT_FLOAT } } } }
    node { name: "feed" op: "QueueEnqueueV2" input: "queue" input: "x"
           attr { key: "Tcomponents" value { list { type: DT_FLOAT } } } }
    node { name: "y" op: "Neg" input: "x" attr { key: "T" value { type: DT_FLOAT } } })";
  const Finished got = rill_program({"run", file, "--in", "=[[1,2]]", "--json"});
  ASSERT_EQ(got.code, 0) << got.err;
  EXPECT_EQ(Json::parse(got.out).at("outputs").size(), 1U) << got.out;
}

TEST(Cli, ConvertedModelsDoNotDiffer) {
  const ScratchFolder folder;
  const std::string from = kSamples + "keras3.keras";
  for (const char* name : {"a.h5", "b.keras", "c.pb", "saved"}) {
    const std::string to = folder / name;
    const Finished made = rill_program({"convert", from, to, "--self-test"});
    EXPECT_EQ(made.code, 0) << name << made.err;
    EXPECT_EQ(rill_program({"diff", from, to}).code, 0) << name;
  }
  const std::string half = folder / "half.keras";
  ASSERT_EQ(rill_program({"convert", from, half, "--fp16"}).code, 0);
  const Finished differ = rill_program({"diff", from, half});
  EXPECT_EQ(differ.code, 1) << differ.out << differ.err;
}

TEST(Cli, VariablesOfASavedModelAreComparedInAnyOrder) {
  const ScratchFolder folder;
  // Its frozen weights come last in a graph, and between the others in Keras.
  const std::string from = RILL_TEST_DATA "/keras/files/mlp_k3.keras", saved = folder / "saved";
  ASSERT_EQ(rill_program({"convert", from, saved}).code, 0);
  const Finished same = rill_program({"diff", from, saved});
  EXPECT_EQ(same.code, 0) << same.out << same.err;
}

// y = x + offset, as the dtype.
GraphDef graph_of(DType dtype, float offset) {
  const Graph graph;
  const auto scope = graph.as_default();
  const Tensor x = train::placeholder("x", DType::float32, Shape{-1, 2});
  const Tensor y = ops::add(x, Tensor::scalar(offset));
  dtype == DType::string ? ops::as_string(y) : ops::cast(y, dtype);
  return graph.as_graph_def();
}

TEST(Cli, OutputsOfEveryTypeAreCompared) {
  const ScratchFolder folder;
  for (const DType dtype : {DType::int64, DType::string, DType::float64, DType::bool_,
                            DType::float16, DType::complex64}) {
    const std::string a = folder / "a.pb", b = folder / "b.pb";
    graph_of(dtype, 0).save(a);
    graph_of(dtype, 0.5F).save(b);
    EXPECT_EQ(rill_program({"diff", a, a}).code, 0) << dtype;
    const Finished got = rill_program({"diff", a, b, "--random", "64"});
    EXPECT_EQ(got.code, dtype == DType::bool_ ? 0 : 1) << dtype << got.out << got.err;
  }
}

TEST(Cli, SignaturesMayTakeWhatNoPlaceholderIs) {
  const ScratchFolder folder;
  const Graph graph;
  {
    const auto scope = graph.as_default();
    const Tensor text = train::placeholder("text", DType::string, Shape{-1});
    const Tensor x = raw_ops::StringToNumber(text, {}, "x");
    ops::add(x, Tensor::scalar(1.0F));
    simple_save(Session(graph), folder / "saved", {{"x", "x:0"}}, {{"y", "AddV2:0"}});
  }
  const Finished got =
      rill_program({"convert", folder / "saved", folder / "f.pb", "--freeze", "--self-test"});
  EXPECT_EQ(got.code, 0) << got.err;
}

TEST(Cli, CheckpointsAreComparedByName) {
  const ScratchFolder folder;
  const std::filesystem::path a = folder / "a.ckpt", b = folder / "b.ckpt", c = folder / "c.ckpt";
  save_objects(a, {{"x", Tensor::of({1.0, 2.0}, {2})}, {"n", Tensor::scalar<int64_t>(3)}});
  save_objects(b, {{"x", Tensor::of({1.0, 2.5}, {2})}, {"n", Tensor::scalar<int64_t>(4)}});
  save_objects(c, {{"x", Tensor::of({1.0, 2.0}, {2})}, {"other", Tensor::scalar<int64_t>(3)}});
  EXPECT_EQ(rill_program({"diff", a, a}).code, 0);
  const Finished values = rill_program({"diff", a, b});
  EXPECT_EQ(values.code, 1) << values.err;
  EXPECT_NE(values.out.find("differs: x/.ATTRIBUTES/VARIABLE_VALUE float64(2,)"), std::string::npos)
      << values.out;
  EXPECT_NE(values.out.find("differs: n/.ATTRIBUTES/VARIABLE_VALUE int64()"), std::string::npos)
      << values.out;
  const Finished names = rill_program({"diff", a, c});
  EXPECT_EQ(names.code, 1) << names.err;
  EXPECT_NE(names.out.find("c.ckpt: other/.ATTRIBUTES/VARIABLE_VALUE"), std::string::npos)
      << names.out;
}

TEST(Cli, ConvertedSavedModelsKeepTheirTables) {
  const ScratchFolder folder;
  const std::string once = folder / "once", twice = folder / "twice";
  const auto answers = [&](const std::string& model) {
    return rill_program({"run", model, "--in", R"(x=["a","z","q"])"}).out;
  };
  const Finished made = rill_program({"convert", RILL_TEST_DATA "/tables", once});
  ASSERT_EQ(made.code, 0) << made.err;
  ASSERT_EQ(rill_program({"convert", once, twice}).code, 0);
  const std::string wanted = answers(RILL_TEST_DATA "/tables");
  EXPECT_NE(wanted.find("[4 2 4]"), std::string::npos) << wanted;
  EXPECT_EQ(answers(once), wanted);
  EXPECT_EQ(answers(twice), wanted);
}

TEST(Cli, ConvertedGraphsAreComparedTensorByTensor) {
  const ScratchFolder folder;
  // What Model.export() of Keras 3 writes has variables in its graph that nothing fills.
  for (const char* source : {"/loop_variables", "/keras/files/mlp_k3_export"}) {
    for (const char* name : {"a.pb", "b.ckpt", "saved"}) {
      const Finished made = rill_program(
          {"convert", RILL_TEST_DATA + std::string(source), folder / name, "--self-test"});
      EXPECT_EQ(made.code, 0) << source << name << made.out << made.err;
    }
  }
}

// As the policies of TF-Agents: objects of Keras, and signatures of other names.
TEST(Cli, ConvertsSavedModelsWithoutTheUsualSignature) {
  const ScratchFolder folder;
  const std::string from = folder / "from";
  std::filesystem::copy(kSamples + "saved_model_keras2", from,
                        std::filesystem::copy_options::recursive);
  std::filesystem::remove(std::filesystem::path(from) / "keras_metadata.pb");
  std::string graph = test::read_whole(std::filesystem::path(from) / "saved_model.pb");
  const std::string usual = "serving_default", other = "another_action_";
  for (size_t at = graph.find(usual); at != std::string::npos; at = graph.find(usual, at + 1)) {
    graph.replace(at, usual.size(), other.substr(0, usual.size()));
  }
  std::ofstream(std::filesystem::path(from) / "saved_model.pb", std::ios::binary) << graph;
  for (const char* name : {"saved", "a.ckpt"}) {
    const Finished made = rill_program(
        {"convert", from, folder / name, "--self-test", "--signature", "another_action_"});
    EXPECT_EQ(made.code, 0) << name << made.out << made.err;
    const Finished plain = rill_program({"convert", from, folder / name});
    EXPECT_EQ(plain.code, 0) << name << plain.out << plain.err;
  }
}

// Layers compute the call of the model; what the user gave a signature is something else.
TEST(Cli, ConvertedKerasModelsKeepTheSignaturesOfTheUser) {
  const ScratchFolder folder;
  const auto copy = [&](const char* name, const std::string& from, const std::string& to) {
    std::filesystem::copy(kSamples + "saved_model_keras2", folder / name,
                          std::filesystem::copy_options::recursive);
    const std::string file = std::string(folder / name) + "/saved_model.pb";
    std::string graph = test::read_whole(file);
    for (size_t at = graph.find(from); at != std::string::npos; at = graph.find(from, at + 1)) {
      graph.replace(at, from.size(), to);
    }
    std::ofstream(file, std::ios::binary) << graph;
    return std::string(folder / name);
  };
  const auto described = [](const std::string& model) {
    return rill_program({"inspect", model}).out;
  };
  const std::string other = copy("other", "serving_default", "from_text_alone");
  ASSERT_EQ(rill_program({"convert", other, folder / "a"}).code, 0);
  EXPECT_NE(described(folder / "a").find("signature from_text_alone"), std::string::npos);
  const Finished named = rill_program(
      {"convert", other, folder / "a.pb", "--freeze", "--signature", "from_text_alone"});
  EXPECT_EQ(named.code, 0) << named.err;
  const std::string frozen = described(folder / "a.pb");
  EXPECT_NE(frozen.find("from_text_alone_"), std::string::npos) << frozen;
  const Finished unknown =
      rill_program({"convert", other, folder / "b.pb", "--freeze", "--signature", "from_txt"});
  EXPECT_NE(unknown.err.find("from_text_alone"), std::string::npos) << unknown.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "b.pb"));
  // Whoever wants a file of Keras has its layers.
  ASSERT_EQ(rill_program({"convert", other, folder / "c", "--keras", "2"}).code, 0);
  EXPECT_NE(described(folder / "c").find("Keras 2)"), std::string::npos);

  const std::string plain = copy("plain", "serving_default", "serving_default");
  ASSERT_EQ(rill_program({"convert", plain, folder / "d"}).code, 0);
  EXPECT_NE(described(folder / "d").find("Keras 2)"), std::string::npos);
}

TEST(Cli, ConvertsMetaGraphsWithoutValues) {
  const ScratchFolder folder;
  const std::string meta = folder / "model.meta";
  std::filesystem::copy(RILL_TEST_DATA "/graphs/model.meta", meta);
  const Finished made = rill_program({"convert", meta, folder / "graph.pbtxt"});
  EXPECT_EQ(made.code, 0) << made.err;
}

// As a checkpoint of training that leaves the optimizer's slots out.
TEST(Cli, ConvertsWhatTheSaverOfAMetaGraphSaves) {
  const ScratchFolder folder;
  const Graph graph;
  {
    const auto scope = graph.as_default();
    const Tensor x = train::placeholder("x", DType::float32, Shape{-1});
    const train::Variable kept = train::variable("kept", Tensor::scalar(2.0F));
    train::variable("slot", Tensor::scalar(3.0F));
    ops::multiply(ops::multiply(x, kept), Tensor::scalar(3.0F));
    const Session session(graph);
    session.run_targets({"kept/Assign"});
    Saver saver(graph, std::map<std::string, std::string>{{"kept", "kept"}});
    saver.set_write_meta_graph(true);
    saver.save(session, folder / "m.ckpt");
  }
  const std::string meta = folder / "m.ckpt.meta";
  for (const char* name : {"saved", "a.ckpt", "a.pb"}) {
    std::vector<std::string> words = {"convert", meta, folder / name, "--fetch", "Mul_1:0"};
    if (std::string(name).ends_with(".pb")) words.push_back("--freeze");
    const Finished made = rill_program(words);
    EXPECT_EQ(made.code, 0) << name << made.err;
  }
  // The tensors that were named are the signature.
  const Finished run =
      rill_program({"run", folder / "saved", "--in", "x=[1,2]", "--out", "Mul_1=-"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(list_variables(folder / "a.ckpt").size(), 1u);
}

TEST(Cli, FrozenGraphsKeepWhatTheirTablesHold) {
  const ScratchFolder folder;
  const std::string frozen = folder / "frozen.pb";
  const Finished made =
      rill_program({"convert", RILL_TEST_DATA "/tables", frozen, "--freeze", "--self-test"});
  EXPECT_EQ(made.code, 0) << made.out << made.err;
  const Finished run = rill_program({"run", frozen, "--in", R"(["a","z","q"])"});
  EXPECT_NE(run.out.find("[4 2 4]"), std::string::npos) << run.out << run.err;
}

// The model is of tests/data/make_lookup_signature.py. Layers that cannot be built leave a
// signature: converting keeps the graph with its tables.
TEST(Cli, ConvertsSavedModelsWhoseLayersCannotBeBuilt) {
  const ScratchFolder folder;
  const std::string from = RILL_TEST_DATA "/lookup_signature";
  const auto answers = [&](const std::string& model) {
    return rill_program({"run", model, "--in", R"(word=[["a"],["q"]])", "--json"});
  };
  const Finished wanted = answers(from);
  ASSERT_EQ(wanted.code, 0) << wanted.err;
  const Finished made = rill_program({"convert", from, folder / "saved"});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(answers(folder / "saved").out, wanted.out);
  const Finished frozen =
      rill_program({"convert", from, folder / "f.pb", "--freeze", "--self-test"});
  EXPECT_EQ(frozen.code, 0) << frozen.out << frozen.err;
}

TEST(Cli, ConvertsCheckpoints) {
  const ScratchFolder folder;
  const std::string to = folder / "new.ckpt";
  ASSERT_EQ(rill_program({"convert", kSamples + "checkpoint_v1/model.ckpt", to}).code, 0);
  const Finished told = rill_program({"inspect", to});
  EXPECT_NE(told.out.find("format V2"), std::string::npos) << told.out << told.err;
  EXPECT_NE(told.out.find("hidden/kernel  float32 (10, 5)"), std::string::npos) << told.out;
  const Finished refused = rill_program({"convert", to, folder / "new.pb"});
  EXPECT_NE(refused.code, 0);
  EXPECT_NE(refused.err.find("values without operations"), std::string::npos) << refused.err;

  const std::string weights = folder / "weights.ckpt";
  ASSERT_EQ(rill_program({"convert", kSamples + "keras3.keras", weights}).code, 0);
  EXPECT_NE(rill_program({"inspect", weights}).out.find("layer_with_weights-0/kernel"),
            std::string::npos);
}

}  // namespace
}  // namespace rill
