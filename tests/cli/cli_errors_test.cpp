// Each way to be wrong: its exit code, and a message that names what to mend.
#include <gtest/gtest.h>

#include "cli/rill_program.h"
#include "rill/graph.hpp"

namespace rill {
namespace {

using test::Finished;
using test::kSamples;
using test::rill_program;
using test::ScratchFolder;

const std::string kSeeds = RILL_TEST_DATA "/seeds/k3/";

constexpr int kInvalid = 3;
constexpr int kNotFound = 5;
constexpr int kFailedPrecondition = 9;
constexpr int kUnimplemented = 12;
constexpr int kDataLoss = 15;

void expect_error(const std::vector<std::string>& arguments, int code,
                  const std::vector<std::string>& words) {
  const Finished got = rill_program(arguments);
  EXPECT_EQ(got.code, code) << got.err;
  EXPECT_EQ(got.out, "");
  EXPECT_EQ(got.err.substr(0, 13), "rill: error: ") << got.err;
  for (const std::string& word : words) {
    EXPECT_NE(got.err.find(word), std::string::npos) << word << " in: " << got.err;
  }
}

TEST(CliErrors, Usage) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"run"},
                                                {"inspect", "--no-such-option", "x"},
                                                {"run", kSamples + "frozen.pb", "--batch", "-1"},
                                                {"inspect", "--style", "odd", "x"}}) {
    EXPECT_EQ(rill_program(words).code, 2);
  }
  const Finished misspelt = rill_program({"inspct", "x"});
  EXPECT_EQ(misspelt.code, 2);
  EXPECT_NE(misspelt.err.find("did you mean 'inspect'?"), std::string::npos) << misspelt.err;
  EXPECT_EQ(rill_program({}).code, 2);
}

TEST(CliErrors, Files) {
  expect_error({kSamples + "frozen.bp"}, kNotFound,
               {"frozen.bp: does not exist", "did you mean 'frozen.pb'?"});
  expect_error({"run", "no_such_model.h5", "--in", "=ones"}, kNotFound,
               {"no_such_model.h5", "does not exist"});
  const ScratchFolder scratch;
  test::write_whole(scratch / "empty.pb", "");
  expect_error({scratch / "empty.pb"}, kDataLoss, {"empty.pb", "is empty"});
  expect_error({kSeeds + "not_h5.h5"}, kDataLoss, {"not_h5.h5", "text"});
  expect_error({kSeeds + "corrupt.h5"}, kDataLoss, {"corrupt.h5"});
  expect_error({"run", kSeeds + "weights_only.h5", "--in", "=ones"}, kInvalid, {"weights_only.h5"});
  std::filesystem::create_directory(scratch / "nothing");
  expect_error({scratch / "nothing"}, kInvalid, {"folder without a model"});
  expect_error({kSamples + "x.npy"}, kDataLoss, {".npy"});
}

TEST(CliErrors, NoAdviceToInspectWhatIsNoModel) {
  const ScratchFolder scratch;
  // Words of the path and of the description are not the error's.
  const std::string path = scratch / "output_tensor.json";
  test::write_whole(path, R"({"modelTopology": {}, "format": "tensor"})");
  for (const char* command : {"inspect", "summary", "run"}) {
    const Finished got = rill_program({command, path});
    EXPECT_EQ(got.code, kDataLoss) << got.err;
    EXPECT_EQ(got.err.find("rill inspect"), std::string::npos) << got.err;
  }
}

TEST(CliErrors, BeginWithThePathAndTheVersionOfKeras) {
  const ScratchFolder scratch;
  std::string bytes = test::read_whole(kSamples + "keras3.h5");
  const size_t at = bytes.find("\"units\": 5");
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, 10, "\"units\": 7");
  const std::string path = scratch / "other.h5";
  test::write_whole(path, bytes);
  const Finished got = rill_program({"summary", path});
  EXPECT_EQ(got.code, kInvalid);
  EXPECT_TRUE(got.err.starts_with("rill: error: " + path + " (saved by Keras 3.")) << got.err;
}

// As a writer leaves a file that it was stopped in.
TEST(CliErrors, WhatIsDamagedIsSaidToBe) {
  const ScratchFolder scratch;
  std::string whole = test::read_whole(kSamples + "keras3.h5");
  std::fill(whole.begin() + 96, whole.end(), '\0');
  test::write_whole(scratch / "m.h5", whole);
  const Finished got = rill_program({"run", scratch / "m.h5"});
  EXPECT_EQ(got.code, kDataLoss);
  EXPECT_NE(got.err.find("\n      the file is damaged, or was not written or copied to its end"),
            std::string::npos)
      << got.err;
}

// A class of the user's may have no name of its own.
TEST(CliErrors, MissingClassesWithoutNames) {
  const ScratchFolder scratch;
  test::write_whole(scratch / "m.json", R"({"class_name": "Own", "config": {}})");
  for (const char* command : {"inspect", "doctor"}) {
    const Finished got = rill_program({command, scratch / "m.json"});
    EXPECT_NE(got.out.find("class Own\n"), std::string::npos) << got.out << got.err;
  }
}

TEST(CliErrors, TruncatedFiles) {
  const ScratchFolder scratch;
  for (const char* name : {"keras3.h5", "keras3.keras", "frozen.pb"}) {
    const std::string whole = test::read_whole(kSamples + name);
    for (const double part : {0.3, 0.7, 0.95}) {
      const std::string path = scratch / name;
      test::write_whole(
          path, whole.substr(0, static_cast<size_t>(static_cast<double>(whole.size()) * part)));
      const Finished got = rill_program({"run", path, "--in", "=ones"});
      EXPECT_TRUE(got.code == kDataLoss || got.code == kInvalid || got.code == kNotFound)
          << name << " " << part << ": " << got.code << " " << got.err;
      EXPECT_NE(got.err.find(path), std::string::npos) << got.err;
    }
  }
}

TEST(CliErrors, TagsAndSignatures) {
  const std::string model = kSamples + "saved_model_tf2";
  expect_error({"run", model, "--tag-set", "tpu", "--in", "=ones"}, kNotFound, {"tpu", "serve"});
  expect_error({"inspect", model, "--tag-set", "tpu"}, kNotFound, {"tpu", "serve"});
  expect_error({"run", model, "--signature", "nope", "--in", "=ones"}, kNotFound,
               {"nope", "serving_default"});
  expect_error({"inspect", model, "--signature", "serving_defalt"}, kNotFound,
               {"serving_defalt", "did you mean 'serving_default'?"});
}

TEST(CliErrors, NamesInGraphs) {
  const std::string model = kSamples + "frozen.pb";
  expect_error({"run", model, "--in", "=ones", "--fetch", "outputs:0"}, kNotFound,
               {"outputs:0", "\n      did you mean 'output:0'?", "--tensors"});
  expect_error({"run", model, "--in", "inputs=ones"}, kNotFound,
               {"inputs", "did you mean 'input'?"});
  expect_error({"run", model, "--in", "=ones", "--out", "nope=@y.npy"}, kNotFound, {"nope"});
}

TEST(CliErrors, Values) {
  const std::string model = kSamples + "frozen.pb";
  expect_error({"run", model}, kInvalid, {"must feed", "input", "float32", "[?,10]"});
  expect_error({"run", model, "--in", "=[[1,2]]"}, kInvalid, {"(1, 2)", "(None, 10)", "input"});
  expect_error({"run", model, "--in", "=[[1,2],[3]]"}, kInvalid, {"ragged"});
  expect_error({"run", model, "--in", "=[\"a\"]"}, kInvalid, {"float32", "string"});
  expect_error({"run", model, "--in", "=__import__('os')"}, kInvalid, {"literal"});
  expect_error({"run", model, "--in", "=@no_such.npy"}, kNotFound, {"no_such.npy"});
  expect_error({"run", model, "--in", "=ones", "--in", "input=ones"}, kInvalid, {"twice"});
  expect_error({"run", kSamples + "keras3.h5"}, kInvalid, {"x", "float32", "(None, 10)"});
  expect_error({"run", kSamples + "keras3.h5", "--in", "y=ones"}, kNotFound, {"'y'", "'x'"});
}

TEST(CliErrors, VariablesWithoutValues) {
  expect_error({"run", kSamples + "unfrozen.pb", "--in", "=ones"}, kFailedPrecondition,
               {"hidden/kernel", "not initialized"});
  expect_error({"run", kSamples + "unfrozen.pb", "--checkpoint", "no/model.ckpt", "--in", "=ones"},
               kNotFound, {"no/model.ckpt"});
}

TEST(CliErrors, AllThatIsMissingIsListed) {
  GraphDef def;
  NodeDef x{"x", "Placeholder", "", {}, {{"dtype", DType::float32}}};
  NodeDef a{"a", "NoSuchOp", "", {"x"}, {{"T", DType::float32}}};
  NodeDef b{"b", "OtherLackingOp", "", {"a"}, {{"T", DType::float32}}};
  def.nodes = {x, a, b};
  const ScratchFolder scratch;
  def.save(scratch / "odd.pb");
  const Finished doctor = rill_program({"doctor", scratch / "odd.pb"});
  EXPECT_EQ(doctor.code, kUnimplemented);
  EXPECT_NE(doctor.out.find("missing op NoSuchOp"), std::string::npos) << doctor.out;
  EXPECT_NE(doctor.out.find("missing op OtherLackingOp"), std::string::npos) << doctor.out;
  const Finished inspect = rill_program({scratch / "odd.pb"});
  EXPECT_EQ(inspect.code, 0);
  EXPECT_NE(inspect.out.find("2 not supported"), std::string::npos) << inspect.out;
  expect_error({"run", scratch / "odd.pb", "--in", "=[1]", "--fetch", "b:0"}, kUnimplemented,
               {"NoSuchOp", "OtherLackingOp"});
}

TEST(CliErrors, FilesThatAreMissingHideNothingElse) {
  const ScratchFolder scratch;
  const std::string model = scratch / "model";
  std::filesystem::copy(kSamples + "saved_model_tf2", model,
                        std::filesystem::copy_options::recursive);
  const std::string data = model + "/variables/variables.data-00000-of-00001";
  std::filesystem::remove(data);
  const Finished inspect = rill_program({model});
  EXPECT_EQ(inspect.code, 0) << inspect.err;
  EXPECT_NE(inspect.out.find("signature serving_default"), std::string::npos) << inspect.out;
  EXPECT_NE(inspect.out.find("missing file " + data), std::string::npos) << inspect.out;
  const Finished doctor = rill_program({"doctor", model});
  EXPECT_EQ(doctor.code, kNotFound);
  EXPECT_NE(doctor.out.find("missing file " + data), std::string::npos) << doctor.out;
  expect_error({"run", model, "--in", "=ones"}, kNotFound, {data, "does not exist"});

  std::filesystem::remove_all(model + "/variables");
  const Finished without = rill_program({"doctor", model});
  EXPECT_EQ(without.code, kNotFound);
  EXPECT_NE(without.out.find("missing file " + model + "/variables/variables.index"),
            std::string::npos)
      << without.out;
}

TEST(CliErrors, ControlFlowOfTensorFlow1IsNotMissing) {
  GraphDef def;
  def.nodes = {{"p", "Placeholder", "", {}, {{"dtype", DType::bool_}}},
               {"s", "Switch", "", {"p", "p"}, {{"T", DType::bool_}}},
               {"m", "Merge", "", {"s", "s:1"}, {{"T", DType::bool_}, {"N", int64_t{2}}}}};
  const ScratchFolder scratch;
  def.save(scratch / "branches.pb");
  const Finished doctor = rill_program({"doctor", scratch / "branches.pb"});
  EXPECT_EQ(doctor.code, 0) << doctor.out;
}

TEST(CliErrors, ShapesThatAreNotKnownMustBeSaid) {
  GraphDef def;
  def.nodes = {
      {"x", "Placeholder", "", {}, {{"dtype", DType::float32}, {"shape", Shape{-1, -1, 4}}}},
      {"y", "Relu", "", {"x"}, {{"T", DType::float32}}}};
  const ScratchFolder scratch;
  def.save(scratch / "open.pb");
  expect_error({"run", scratch / "open.pb", "--in", "=random"}, kInvalid, {"x=random:1,1,4"});
  EXPECT_EQ(rill_program({"run", scratch / "open.pb", "--in", "=random:2,3,4"}).code, 0);
}

TEST(CliErrors, GraphsWithoutInputsRun) {
  GraphDef def;
  def.nodes = {
      {"x", "Const", "", {}, {{"dtype", DType::float32}, {"value", Tensor::scalar(-2.0F)}}},
      {"y", "Abs", "", {"x"}, {{"T", DType::float32}}}};
  const ScratchFolder scratch;
  def.save(scratch / "constant.pb");
  const Finished got = rill_program({"run", scratch / "constant.pb"});
  EXPECT_EQ(got.out, "y:0  float32 ()\n2.0\n") << got.err;
}

TEST(CliErrors, CustomLayersAreNamed) {
  const std::string model = kSeeds + "my_model_with_custom_layer.h5";
  const Finished doctor = rill_program({"doctor", model});
  EXPECT_EQ(doctor.code, kUnimplemented);
  EXPECT_NE(doctor.out.find("MyCustomLayer"), std::string::npos) << doctor.out;
  expect_error({"run", model, "--in", "=ones"}, kUnimplemented, {"MyCustomLayer", "CustomObjects"});
}

}  // namespace
}  // namespace rill
