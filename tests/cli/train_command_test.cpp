// rill train: what it learns, what an interruption leaves, and going on from there.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <fstream>
#include <thread>

#include "cli/rill_program.h"
#include "codec/json.h"
#include "codec/npy.h"
#include "rill/keras.hpp"

namespace rill {
namespace {

using test::Finished;
using test::rill_program;
using test::ScratchFolder;
using test::write_whole;

Tensor wave(const Shape& shape, double shift) {
  Tensor out(DType::float32, shape);
  for (int64_t i = 0; i < out.size(); ++i) {
    out.data<float>()[i] = static_cast<float>(std::sin(static_cast<double>(i) + shift));
  }
  return out;
}

std::string model_in(const ScratchFolder& folder) {
  keras::utils::set_random_seed(3);
  const keras::Sequential model{
      keras::layers::Dense(6, {.activation = "tanh", .input_shape = Shape{4}}),
      keras::layers::Dense(2)};
  model.save(folder / "start.keras");
  write_npz(folder / "d.npz", {{"x", wave({60, 4}, 0)}, {"y", wave({60, 2}, 1)}});
  return folder / "start.keras";
}

int lines_of(const std::string& path) {
  const std::string text = test::read_whole(path);
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

TEST(TrainCommand, AnInterruptionKeepsWhatWasLearnt) {
  const ScratchFolder folder;
  const std::string model = model_in(folder);
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string csv = folder / ("log" + std::to_string(signal) + ".csv");
    const std::string saved = folder / ("saved" + std::to_string(signal) + ".keras");
    const std::string curve = folder / ("curve" + std::to_string(signal) + ".svg");
    const pid_t child = fork();
    if (child == 0) {
      const std::string path = (test::program_folder() / "rill").string();
      const std::string data = folder / "d.npz";
      execl(path.c_str(), path.c_str(), "train", model.c_str(), "--data", data.c_str(), "--loss",
            "mse", "--epochs", "100000000", "--csv", csv.c_str(), "--save", saved.c_str(),
            "--curve", curve.c_str(), "--quiet", nullptr);
      _exit(127);
    }
    for (int i = 0; i < 20000 && lines_of(csv) < 3; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    kill(child, signal);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 128 + signal);
    EXPECT_GE(lines_of(csv), 3);
    EXPECT_NO_THROW(keras::load_model(saved));
    EXPECT_NE(test::read_whole(curve).find("<svg"), std::string::npos);
  }
}

TEST(TrainCommand, ResumesWhereItStopped) {
  const ScratchFolder folder;
  const std::string model = model_in(folder);
  const auto train = [&](const std::string& epochs, const std::string& save,
                         const std::vector<std::string>& more) {
    std::vector<std::string> words = {"train",        model,     "--data",   folder / "d.npz",
                                      "--loss",       "mse",     "--epochs", epochs,
                                      "--no-shuffle", "--quiet", "--save",   folder / save};
    words.insert(words.end(), more.begin(), more.end());
    const Finished got = rill_program(words);
    EXPECT_EQ(got.code, 0) << got.err;
  };
  train("5", "straight.keras", {});
  train("2", "half.keras", {"--resume", folder / "state"});
  train("5", "resumed.keras", {"--resume", folder / "state"});
  const auto a = keras::load_model(folder / "straight.keras").get_weights();
  const auto b = keras::load_model(folder / "resumed.keras").get_weights();
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].to_vector<float>(), b[i].to_vector<float>()) << i;
  }
}

TEST(TrainCommand, LearnsFromAFolderOfImages) {
  const ScratchFolder folder;
  const keras::Sequential model{keras::layers::Flatten({.input_shape = Shape{4, 4, 3}}),
                                keras::layers::Dense(2, {.activation = "softmax"})};
  model.save(folder / "m.keras");
  for (const char* name : {"dark", "light"}) {
    std::filesystem::create_directories(folder / (std::string("images/") + name));
    for (int i = 0; i < 8; ++i) {
      const char level = static_cast<char>((name[0] == 'd' ? 10 : 180) + 5 * i);
      write_whole(folder / (std::string("images/") + name + "/" + std::to_string(i) + ".ppm"),
                  "P6 5 5 255\n" + std::string(75, level));
    }
  }
  const Finished got =
      rill_program({"train", folder / "m.keras", "--data", folder / "images", "--loss",
                    "sparse_categorical_crossentropy", "--metrics", "accuracy", "--epochs", "3",
                    "--batch-size", "4", "--validation-split", "0.25", "--json", "--quiet"});
  ASSERT_EQ(got.code, 0) << got.err;
  const Json history = Json::parse(got.out).at("history");
  EXPECT_EQ(history.at("loss").size(), 3u);
  EXPECT_EQ(history.at("val_accuracy").size(), 3u);
}

TEST(TrainCommand, StopsWhenTheLossIsNoNumber) {
  const ScratchFolder folder;
  const std::string model = model_in(folder);
  Tensor x = wave({60, 4}, 0);
  x.data<float>()[17] = std::nanf("");
  write_npz(folder / "nan.npz", {{"x", x}, {"y", wave({60, 2}, 1)}});
  const std::string csv = folder / "log.csv", saved = folder / "saved.keras";
  const Finished run = rill_program({"train", model, "--data", folder / "nan.npz", "--loss", "mse",
                                     "--epochs", "5", "--csv", csv, "--save", saved});
  EXPECT_EQ(run.code, 1);
  EXPECT_NE(run.err.find("the loss is not finite in epoch 1"), std::string::npos) << run.err;
  EXPECT_EQ(lines_of(csv), 2);
  EXPECT_FALSE(std::ifstream(saved).good());
}

TEST(TrainCommand, SaysWhatIsWrong) {
  const ScratchFolder folder;
  const std::string model = model_in(folder);
  Finished got = rill_program({"train", model, "--data", folder / "d.npz", "--loss", "msee"});
  EXPECT_NE(got.code, 0);
  EXPECT_NE(got.err.find("mse"), std::string::npos) << got.err;
  got = rill_program({"train", model, "--data", folder / "none.npz", "--loss", "mse"});
  EXPECT_EQ(got.code, 5) << got.err;
  got = rill_program({"train", model, "--data", folder / "d.npz", "--x", "xx", "--loss", "mse"});
  EXPECT_EQ(got.code, 5);
  EXPECT_NE(got.err.find("'xx'"), std::string::npos) << got.err;
  got = rill_program({"train", model, "--data", folder / "d.npz"});
  EXPECT_NE(got.err.find("train needs --loss"), std::string::npos) << got.err;
  got = rill_program({"train", model, "--data", folder / "d.npz", "--epochs", "0"});
  EXPECT_NE(got.err.find("--epochs: a positive number is expected, not '0'"), std::string::npos)
      << got.err;
  Tensor text(DType::string, Shape{60, 4});
  const keras::Model loaded = keras::load_model(model);
  loaded.compile({.loss = "mse"});
  EXPECT_THROW(loaded.fit(text, wave({60, 2}, 1)), InvalidArgumentError);
}

// The last column is the target; where that is text, its values are classes.
TEST(TrainCommand, TablesMayNameClassesAndSayWhichCellIsWrong) {
  const ScratchFolder folder;
  const std::string model = model_in(folder), table = folder / "t.csv";
  const auto run = [&](const std::string& text, const std::vector<std::string>& more = {}) {
    write_whole(table, text);
    std::vector<std::string> words{"train", model, "--data", table, "--loss", "crossentropy"};
    words.insert(words.end(), more.begin(), more.end());
    return rill_program(words);
  };
  Finished got = run("a, b, c, \"d\", kind\n1, 2, 3, 4, \"up, high\"\n1,2,3,5,down\n\n");
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_NE(got.err.find("classes of kind: 0 down, 1 up, high"), std::string::npos) << got.err;
  EXPECT_EQ(run("1,2,3,4,up\n1,2,3,5,down\n").code, 0);  // no header: there are numbers
  got = run("name,a,b,c,d,y\nx,1,2,3,4,0\ny,1,2,3,5,1\n");
  EXPECT_EQ(got.code, 3);
  EXPECT_NE(got.err.find("line 2, column 'name': 'x' is no number"), std::string::npos) << got.err;
  EXPECT_EQ(run("name,a,b,c,d,y\nx,1,2,3,4,0\ny,1,2,3,5,1\n", {"--x", "a,b,c,d"}).code, 0);
  got = run("a,b,c,d,y\n1,2,3,4,0\n1,,3,5,1\n");
  EXPECT_NE(got.err.find("line 3, column 'b': '' is no number"), std::string::npos) << got.err;
  got = run("a,b,c,d,y\n1,2,3,4,0\n1,2,3\n");
  EXPECT_NE(got.err.find("line 3 has 3 cells, the first line 5"), std::string::npos) << got.err;
}

// Before an hour of training, not after it.
// What a model of Keras 2 has learnt is for Keras 2; weights alone where the ending says so.
TEST(TrainCommand, WritesForTheGenerationOfItsModel) {
  const ScratchFolder folder;
  keras::SaveOptions options;
  options.keras_version = 2;
  keras::load_model(model_in(folder)).save(folder / "old.h5", options);
  for (const char* source : {"old.h5", "start.keras"}) {
    const bool old = std::string(source) == "old.h5";
    for (const char* option : {"--save", "--checkpoint"}) {
      SCOPED_TRACE(std::string(source) + " " + option);
      const auto train = [&](const std::string& target) {
        const Finished got = rill_program({"train", folder / source, "--data", folder / "d.npz",
                                           "--loss", "mse", "--quiet", option, target});
        EXPECT_EQ(got.code, 0) << got.err;
      };
      train(folder / "out.h5");
      EXPECT_EQ(test::read_whole(folder / "out.h5").find("batch_input_shape") != std::string::npos,
                old);
      train(folder / "out.weights.h5");
      keras::load_model(folder / source).load_weights(folder / "out.weights.h5");
      EXPECT_EQ(test::read_whole(folder / "out.weights.h5").find("batch_"), std::string::npos);
    }
  }
}

TEST(TrainCommand, TargetsAreCheckedFirst) {
  const ScratchFolder folder;
  const std::string model = model_in(folder);
  const auto run = [&](const char* option, const std::string& path) {
    return rill_program(
        {"train", model, "--data", folder / "d.npz", "--loss", "mse", option, path});
  };
  for (const char* option : {"--save", "--csv", "--curve"}) {
    const Finished got = run(option, folder / "none/there.keras");
    EXPECT_EQ(got.code, 5);
    EXPECT_NE(got.err.find("does not exist"), std::string::npos) << got.err;
    EXPECT_EQ(got.err.find("loss: "), std::string::npos) << got.err;
  }
  const Finished got = run("--save", folder / "model.xyz");
  EXPECT_EQ(got.code, 3);
  EXPECT_EQ(got.err.find("loss: "), std::string::npos) << got.err;
}

// What the command line does not say, the file says.
TEST(TrainCommand, OptionsChangeASavedModelsSettingsOneByOne) {
  const ScratchFolder folder;
  const std::string start = model_in(folder), compiled = folder / "compiled.keras";
  const keras::Model model = keras::load_model(start);
  model.compile({.optimizer = keras::optimizers::SGD({.learning_rate = 0.25}),
                 .loss = "mse",
                 .metrics = {"mae"}});
  model.save(compiled);
  const auto saved_after = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{
        "train", compiled, "--data", folder / "d.npz", "--save", folder / "out.keras", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished got = rill_program(words);
    EXPECT_EQ(got.code, 0) << got.err;
    return keras::load_model(folder / "out.keras");
  };
  EXPECT_EQ(saved_after({"--learning-rate", "0.5"}).optimizer().learning_rate(), 0.5);
  EXPECT_EQ(saved_after({"--metrics", "mse"}).optimizer().learning_rate(), 0.25);
  const keras::Model adam = saved_after({"--optimizer", "adam"});
  EXPECT_EQ(adam.optimizer().class_name(), "Adam");
  EXPECT_EQ(adam.evaluate(wave({60, 4}, 0), wave({60, 2}, 1)).size(), 2u);  // loss and mae
}

}  // namespace
}  // namespace rill
