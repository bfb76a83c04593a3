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

// More names than one node of the tree holds, and more than one level does.
TEST(H5Writer, GroupsOfAnySize) {
  const ScratchFolder sandbox;
  for (const int count : {0, 1, 8, 9, 256, 257, 9000}) {
    AtomicFile file(sandbox / "a.h5");
    H5Writer writer(file);
    writer.group("all");
    for (int i = 0; i < count; ++i) {
      writer.write("all/" + std::to_string(i), Tensor::scalar<int32_t>(i));
    }
    writer.finish();
    file.commit();
    const auto read = H5File::open(sandbox / "a.h5");
    ASSERT_EQ(read->children("all").size(), static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(read->read("all/" + std::to_string(i)).item<int32_t>(), i);
    }
    EXPECT_FALSE(read->exists("all/none"));
  }
}

TEST(H5Writer, TextsOfAnyLength) {
  const ScratchFolder sandbox;
  std::vector<std::string> texts;
  for (size_t i = 0; i < 3000; ++i) texts.emplace_back(i % 7 == 0 ? 0 : i % 60, 'a');
  texts.emplace_back(70'000, 'b');
  AtomicFile file(sandbox / "a.h5");
  H5Writer writer(file);
  writer.write("texts", Tensor::of<std::string>(texts, {3001}));
  writer.finish();
  file.commit();
  const Tensor read = H5File::open(sandbox / "a.h5")->read("texts");
  const auto found = read.flat<std::string>();
  EXPECT_TRUE(std::equal(texts.begin(), texts.end(), found.begin(), found.end()));
}

// The first bytes of the types as the HDF5 library 1.10 writes them.
TEST(H5Writer, TypesAsTheLibraryWritesThem) {
  EXPECT_EQ(h5_encode_type(DType::float32),
            std::string("\x11\x20\x1f\0\4\0\0\0\0\0\x20\0\x17\x08\0\x17\x7f\0\0\0", 20));
  EXPECT_EQ(h5_encode_type(DType::int64), std::string("\x10\x08\0\0\x08\0\0\0\0\0\x40\0", 12));
  EXPECT_EQ(h5_encode_text_type(0, false),
            std::string("\x19\1\1\0\x10\0\0\0\x10\0\0\0\1\0\0\0\0\0\x08\0", 20));
}

TEST(H5Writer, RefusesADataSetAsAGroup) {
  const ScratchFolder sandbox;
  AtomicFile file(sandbox / "a.h5");
  H5Writer writer(file);
  writer.write("x", Tensor::scalar(1.0F));
  EXPECT_THROW(writer.write("x/y", Tensor::scalar(1.0F)), InvalidArgumentError);
}

TEST(H5Writer, RefusesNamesTwice) {
  const ScratchFolder sandbox;
  AtomicFile file(sandbox / "a.h5");
  H5Writer writer(file);
  writer.write("x", Tensor::scalar(1.0F));
  EXPECT_THROW(writer.write("x", Tensor::scalar(1.0F)), AlreadyExistsError);
}

// The file may not grow, as on a full disk.
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
