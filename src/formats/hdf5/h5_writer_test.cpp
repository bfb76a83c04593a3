#include "formats/hdf5/h5_writer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "codec/mapped_file.h"
#include "formats/hdf5/h5_file.h"
#include "rill/error.hpp"

namespace rill::formats {
namespace {

std::string read_whole(const std::filesystem::path& path) {
  return std::string(text_of(MappedFile::open(path)->bytes()));
}

class ScratchFolder {
 public:
  ScratchFolder() { std::filesystem::create_directories(path_); }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("rill_h5_writer_" + std::to_string(getpid()));
};

void write_sample(const std::filesystem::path& path, std::string_view before = "") {
  AtomicFile file(path);
  file.write(before);
  H5Writer writer(file);
  writer.attribute("", "backend", "tensorflow");
  writer.attribute("", "config", std::string(100'000, 'x'));
  writer.attribute("", "count", int64_t{7});
  writer.write("a/b/kernel:0", Tensor::of<float>({1, 2, 3, 4, 5, 6}, {2, 3}));
  writer.write("a/scalar", Tensor::scalar<int64_t>(-5));
  writer.write("a/flags", Tensor::of<bool>({true, false}, {2}));
  writer.write("empty", Tensor(DType::float32, Shape{0, 4}));
  writer.write("half", Tensor::zeros(DType::float16, {3}));
  writer.write("brain", Tensor::zeros(DType::bfloat16, {3}));
  writer.group("a/b/none");
  writer.attribute("a", "names", std::vector<std::string>{"first", "second one"});
  writer.attribute("a", "none", std::vector<std::string>{});
  std::vector<std::string> many;
  for (int i = 0; i < 5000; ++i)
    many.push_back("a rather long name of a layer " + std::to_string(i));
  writer.attribute("a", "many", many);
  writer.finish();
  file.commit();
}

TEST(H5Writer, WhatItWritesIsReadBack) {
  const ScratchFolder sandbox;
  write_sample(sandbox / "a.h5");
  const auto file = H5File::open(sandbox / "a.h5");
  EXPECT_EQ(file->text("", "backend"), "tensorflow");
  EXPECT_EQ(file->text("", "config")->size(), 100'000);
  EXPECT_EQ(file->attribute("", "count").item<int64_t>(), 7);
  const Tensor kernel = file->read("a/b/kernel:0");
  EXPECT_TRUE(kernel.shape() == Shape({2, 3}));
  EXPECT_EQ(kernel.flat<float>()[5], 6);
  EXPECT_EQ(file->read("a/scalar").item<int64_t>(), -5);
  EXPECT_EQ(file->read("a/flags").dtype(), DType::bool_);
  EXPECT_TRUE(file->read("empty").shape() == Shape({0, 4}));
  EXPECT_EQ(file->read("half").dtype(), DType::float16);
  EXPECT_EQ(file->read("brain").dtype(), DType::bfloat16);
  EXPECT_TRUE(file->is_group("a/b/none"));
  EXPECT_EQ(file->texts("a", "names"), (std::vector<std::string>{"first", "second one"}));
  EXPECT_EQ(file->texts("a", "none"), std::vector<std::string>());
  const auto many = file->texts("a", "many");
  ASSERT_TRUE(many && many->size() == 5000);
  EXPECT_EQ(many->back(), "a rather long name of a layer 4999");
}

TEST(H5Writer, EqualCallsGiveEqualBytes) {
  const ScratchFolder sandbox;
  write_sample(sandbox / "a.h5");
  write_sample(sandbox / "b.h5");
  EXPECT_TRUE(read_whole(sandbox / "a.h5") == read_whole(sandbox / "b.h5"));
}

TEST(H5Writer, BehindOtherBytes) {
  const ScratchFolder sandbox;
  write_sample(sandbox / "a.h5");
  write_sample(sandbox / "b.h5", "12345678");
  EXPECT_TRUE("12345678" + read_whole(sandbox / "a.h5") == read_whole(sandbox / "b.h5"));
}

TEST(H5Writer, RefusesNamesTwice) {
  const ScratchFolder sandbox;
  AtomicFile file(sandbox / "a.h5");
  H5Writer writer(file);
  writer.write("x", Tensor::scalar(1.0F));
  EXPECT_THROW(writer.write("x", Tensor::scalar(1.0F)), AlreadyExistsError);
}

// Writes to /dev/full fail as on a full disk; the error comes through the library, which can close.
TEST(H5Writer, AFullDiskIsTold) {
  const ScratchFolder sandbox;
  write_sample(sandbox / "a.h5");
  const std::string before = read_whole(sandbox / "a.h5");
  rlimit old = {};
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit small{20'000, old.rlim_max};
  std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    AtomicFile file(sandbox / "a.h5");
    H5Writer writer(file);
    writer.write("x", Tensor::zeros({100'000}));
    writer.finish();
    file.commit();
  } catch (const Error& e) {
    message = e.what();
  }
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_NE(message.find("a.h5: cannot write"), std::string::npos) << message;
  EXPECT_TRUE(read_whole(sandbox / "a.h5") == before);
}

}  // namespace
}  // namespace rill::formats
