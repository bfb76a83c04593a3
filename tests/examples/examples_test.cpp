// The example programs, run as a user would run them; their numbers are TensorFlow's.
#include <gtest/gtest.h>

#include <cstdlib>

#include "codec/npy.h"
#include "process.h"

namespace rill {
namespace {

using test::Finished;

const std::string kSeeds = RILL_TEST_DATA "/seeds/";

Finished example(const std::string& name, const std::vector<std::string>& arguments) {
  const auto folder = test::program_folder().parent_path() / "examples";
  return test::run_program(folder / name, arguments);
}

// The numbers of the array printed last.
std::vector<float> last_array(const std::string& text) {
  const size_t begin = text.rfind("[[");
  std::vector<float> numbers;
  if (begin == std::string::npos) return numbers;
  const char* at = text.c_str() + begin;
  while (*at != '\0') {
    char* end = nullptr;
    const float number = std::strtof(at, &end);
    if (end == at) {
      ++at;
    } else {
      numbers.push_back(number);
      at = end;
    }
  }
  return numbers;
}

void expect_numbers(const Finished& got, const std::string& expected_file) {
  EXPECT_EQ(got.code, 0) << got.err;
  const Tensor wanted = read_npy(kSeeds + expected_file);
  const std::vector<float> numbers = last_array(got.out);
  ASSERT_EQ(static_cast<int64_t>(numbers.size()), wanted.size()) << got.out;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const float w = wanted.data<float>()[i];
    EXPECT_NEAR(numbers[i], w, 1e-5F + 1e-4F * std::abs(w)) << i;
  }
}

void expect_error(const Finished& got, const std::vector<std::string>& words) {
  EXPECT_EQ(got.code, 1) << got.err;
  for (const std::string& word : words) {
    EXPECT_NE(got.err.find(word), std::string::npos) << word << " in: " << got.err;
  }
}

class Flavour : public ::testing::TestWithParam<const char*> {
 protected:
  std::string folder() const { return kSeeds + GetParam() + "/"; }
  std::string expected(const char* name) const {
    return std::string(GetParam()) + "/expected/" + name;
  }
};

INSTANTIATE_TEST_SUITE_P(Keras, Flavour, ::testing::Values("k2", "k3"));

TEST_P(Flavour, LoadsH5InASession) {
  expect_numbers(
      example("000_1_load_h5_in_session", {folder() + "my_model.h5", folder() + "my_input.npy"}),
      expected("my_model.npy"));
}

TEST_P(Flavour, LoadsWithACustomLayer) {
  expect_numbers(example("000_2_custom_layer", {folder() + "my_model_with_custom_layer.h5",
                                                folder() + "custom_input.npy"}),
                 expected("custom_layer.npy"));
}

TEST_P(Flavour, LoadsWithoutASession) {
  const Finished got =
      example("002_1_load_model", {folder() + "my_model.h5", folder() + "my_input.npy"});
  expect_numbers(got, expected("my_model.npy"));
  EXPECT_NE(got.out.find("Model: \"sequential\""), std::string::npos) << got.out;
  EXPECT_NE(got.out.find("hidden (Dense)"), std::string::npos) << got.out;
}

TEST_P(Flavour, ASavedModelCarriesItsCustomLayer) {
  expect_numbers(
      example("002_2_saved_model", {folder() + "my_saved_model", folder() + "my_input.npy"}),
      expected("saved_model.npy"));
}

TEST_P(Flavour, AModuleNeedsNoSession) {
  expect_numbers(example("003_3_no_session", {folder() + "my_model.h5", folder() + "my_input.npy"}),
                 expected("normalised.npy"));
}

// The numbers after each `word`, up to the end of the line or the closing bracket.
std::vector<std::vector<float>> numbers_after(const std::string& text, const std::string& word) {
  std::vector<std::vector<float>> out;
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const size_t begin = at + word.size();
    const size_t end = text[begin] == '[' ? text.find(']', begin) : text.find('\n', begin);
    std::vector<float>& numbers = out.emplace_back();
    const char* c = text.c_str() + begin + (text[begin] == '[' ? 1 : 0);
    while (c < text.c_str() + end) {
      char* after = nullptr;
      const float number = std::strtof(c, &after);
      if (after == c) break;
      numbers.push_back(number);
      c = after;
    }
  }
  return out;
}

TEST_P(Flavour, TrainsWithAndWithoutASession) {
  for (const char* name : {"001_1_fit_in_session", "001_2_fit"}) {
    const Finished got = example(name, {folder() + "x_train.npy", folder() + "y_train.npy",
                                        folder() + "train_initial.weights.h5"});
    expect_numbers(got, expected("fit_predict.npy"));
    const auto losses = numbers_after(got.out, "loss ");
    const Tensor wanted = read_npy(kSeeds + expected("fit_loss.npy"));
    ASSERT_EQ(losses.size(), 10u) << got.out;
    for (size_t i = 0; i < 10; ++i) {
      EXPECT_NEAR(losses[i][0], wanted.data<float>()[i], 1e-5F * losses[i][0]) << i;
    }
  }
}

TEST_P(Flavour, TrainsByAStepOfItsOwn) {
  const Finished got = example(
      "001_3_training_step",
      {folder() + "x_train.npy", folder() + "y_train.npy", folder() + "train_initial.weights.h5"});
  EXPECT_EQ(got.code, 0) << got.err;
  const auto losses = numbers_after(got.out, "Loss: ");
  const Tensor wanted = read_npy(kSeeds + expected("step_losses.npy"));
  ASSERT_EQ(losses.size(), 10u) << got.out;
  ASSERT_EQ(losses[9].size(), 40u) << got.out;
  for (size_t i = 0; i < 40; ++i) {
    EXPECT_NEAR(losses[0][i], wanted.data<float>()[i], 2e-5F * (1 + losses[0][i])) << i;
    EXPECT_NEAR(losses[9][i], wanted.data<float>()[40 + i], 2e-5F * (1 + losses[9][i])) << i;
  }
}

TEST(Examples, SessionsCloseWhenLoadingFails) {
  const std::string k3 = kSeeds + "k3/";
  const Finished missing = example("000_3_clean_up", {"no_such_model.h5"});
  expect_error(missing, {"An error occurred: ", "no_such_model.h5", "does not exist"});
  EXPECT_EQ(missing.out, "Session closed: yes\n");
  const Finished unknown = example("000_3_clean_up", {k3 + "my_model_with_custom_layer.h5"});
  expect_error(unknown, {"MyCustomLayer"});
  EXPECT_EQ(unknown.out, "Session closed: yes\n");
  const Finished good = example("000_3_clean_up", {k3 + "my_model.h5"});
  EXPECT_EQ(good.code, 0);
  EXPECT_NE(good.out.find("Session closed: yes\n"), std::string::npos) << good.out;
}

TEST(Examples, EachLoadErrorHasItsException) {
  const std::string k3 = kSeeds + "k3/";
  const std::string name = "002_3_load_errors";
  expect_error(example(name, {"my_model"}), {"Error loading model: my_model: does not exist"});
  expect_error(example(name, {k3 + "not_h5.h5"}), {"The file is damaged: ", "not_h5.h5"});
  expect_error(example(name, {k3 + "corrupt.h5"}), {"The file is damaged: ", "corrupt.h5"});
  expect_error(example(name, {k3 + "weights_only.h5"}),
               {"Model loading failed: ", "weights_only.h5"});
  expect_error(example(name, {k3 + "my_model_with_custom_layer.h5"}),
               {"Needs a custom object: ", "MyCustomLayer"});
  const Finished good = example(name, {k3 + "my_model.h5"});
  EXPECT_EQ(good.code, 0) << good.err;
  EXPECT_NE(good.out.find("Total params"), std::string::npos) << good.out;
}

TEST(Examples, ModulesWithTheirOwnAndASharedSession) {
  const std::string k3 = kSeeds + "k3/";
  const std::vector<std::string> files = {k3 + "preprocess.pb", k3 + "frozen_graph.pb",
                                          k3 + "input_data.npy"};
  expect_numbers(example("003_1_own_sessions", files), "k3/expected/inference.npy");
  expect_numbers(example("003_2_shared_session", files), "k3/expected/inference.npy");
}

TEST(Examples, GraphsInNewSessions) {
  const std::string k3 = kSeeds + "k3/";
  const std::string x = k3 + "input_data.npy";
  expect_numbers(example("004_1_frozen_graph", {k3 + "frozen_graph.pb", x}),
                 "k3/expected/graph.npy");
  expect_numbers(example("004_2_saved_model", {k3 + "saved_model_dir", x}),
                 "k3/expected/graph.npy");
  expect_numbers(example("004_3_graph_and_checkpoint",
                         {k3 + "unfrozen_graph.pb", k3 + "checkpoint/model.ckpt", x}),
                 "k3/expected/graph.npy");
}

}  // namespace
}  // namespace rill
