#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "codec/mapped_file.h"
#include "formats/checkpoint/checkpoint_reader.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "formats/checkpoint/checkpoint_state.h"
#include "formats/checkpoint/checkpoint_writer.h"
#include "formats/checkpoint/checkpoint_writer_v1.h"
#include "formats/checkpoint/read_ahead.h"
#include "rill/error.hpp"

namespace rill::formats {
namespace {

namespace fs = std::filesystem;

// Made by tests/data/make_checkpoint.py with TensorFlow.
const std::string kCheckpoints = RILL_TEST_DATA "/checkpoint/";

std::string file_bytes(const fs::path& path) {
  return std::string(text_of(MappedFile::open(path)->bytes()));
}

// Unlike write_file() not synced to disk, and thousands of times as fast.
void put(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void read_all(const fs::path& prefix) {
  const auto source = open_checkpoint(prefix);
  for (const CheckpointEntry& entry : source->entries()) source->read(entry.name);
}

class CheckpointTest : public testing::Test {
 protected:
  CheckpointTest() {
    std::string pattern = (fs::temp_directory_path() / "rill_checkpoint_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~CheckpointTest() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(CheckpointTest, ReadsEveryKindOfTensor) {
  const auto source = open_checkpoint(kCheckpoints + "v2");
  EXPECT_EQ(source->version(), 2);
  ASSERT_EQ(source->entries().size(), 7u);
  EXPECT_EQ(source->entries()[0].name, "dense/bias");
  const Tensor kernel = source->read("dense/kernel");
  EXPECT_TRUE(kernel.shape() == Shape({2, 3}));
  EXPECT_EQ(kernel.to_vector<float>(), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_TRUE(kernel.rep()->buffer->read_only()) << "shares the mapped file";
  EXPECT_EQ(source->read("dense/bias").to_vector<double>(), (std::vector<double>{1.5, -2.5}));
  EXPECT_EQ(source->read("step").item<int64_t>(), 7);
  EXPECT_EQ(source->read("half").to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(source->read("text").to_vector<std::string>(),
            (std::vector<std::string>{"hello", "", std::string(200, 'x')}));
  EXPECT_EQ(source->read("none").size(), 0);
  try {
    source->read("dense/kernle");
    FAIL();
  } catch (const NotFoundError& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean 'dense/kernel'"), std::string::npos);
  }
}

TEST_F(CheckpointTest, PutsPartitionedTensorsTogether) {
  std::vector<float> expected(15);
  for (size_t i = 0; i < 15; ++i) expected[i] = static_cast<float>(i);
  const auto v2 = open_checkpoint(kCheckpoints + "partitioned");
  EXPECT_EQ(v2->entries().size(), 3u);
  EXPECT_EQ(v2->read("v").to_vector<float>(), expected);
  EXPECT_EQ(v2->read("w").to_vector<float>(), expected);
  EXPECT_EQ(v2->read("names").to_vector<std::string>(), (std::vector<std::string>{"a", "b", "c"}));
  const auto v1 = open_checkpoint(kCheckpoints + "v1.ckpt");
  EXPECT_EQ(v1->version(), 1);
  EXPECT_EQ(v1->read("p").to_vector<float>(), expected);
  EXPECT_EQ(v1->read("a").to_vector<float>(), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(v1->read("b").item<int64_t>(), 9);
}

TEST_F(CheckpointTest, WritesTheBytesThatTensorFlowWrites) {
  for (const char* name : {"v2", "partitioned"}) {
    const auto source = open_checkpoint(kCheckpoints + name);
    CheckpointWriter writer(folder_ / name);
    if (source->find("v") == nullptr) {
      for (const char* tensor :
           {"dense/kernel", "dense/bias", "step", "flags", "half", "text", "none"}) {
        writer.add(tensor, source->read(tensor));
      }
    } else {
      const Tensor v = source->read("v");
      const Tensor names = source->read("names");
      writer.add_slice("v", {5, 3}, {{0, 2}, {}}, v.rows(0, 2));
      writer.add_slice("v", {5, 3}, {{2, 3}, {}}, v.rows(2, 5));
      writer.add_slice("w", {5, 3}, {{}, {0, 1}}, Tensor::of<float>({0, 3, 6, 9, 12}, {5, 1}));
      writer.add_slice("w", {5, 3}, {{}, {1, 2}},
                       Tensor::of<float>({1, 2, 4, 5, 7, 8, 10, 11, 13, 14}, {5, 2}));
      writer.add_slice("names", {3}, {{0, 2}}, Tensor::vector<std::string>({"a", "b"}));
      writer.add_slice("names", {3}, {{2, 1}}, Tensor::vector<std::string>({"c"}));
    }
    writer.commit();
    for (const char* suffix : {".index", ".data-00000-of-00001"}) {
      EXPECT_EQ(file_bytes(folder_.string() + "/" + name + suffix),
                file_bytes(kCheckpoints + name + suffix))
          << name << suffix;
    }
  }
}

TEST_F(CheckpointTest, WritesVersion1AsTensorFlowDoes) {
  const auto source = open_checkpoint(kCheckpoints + "v1.ckpt");
  CheckpointWriterV1 writer;
  for (const CheckpointEntry& entry : source->entries()) {
    for (const TensorSlice& slice : entry.slices) {
      writer.add(entry.name, entry.shape, slice, source->read_slice(entry, slice));
    }
  }
  const Tensor text = Tensor::vector<std::string>({"x"});
  EXPECT_THROW(writer.add("a", {3, 3}, {{}, {}}, Tensor::zeros({2, 3})), Error);
  EXPECT_THROW(writer.add("p", {5, 3}, {{}, {}}, Tensor::zeros({4, 3})), Error);
  EXPECT_THROW(writer.add("a", {1}, {{}}, text), InvalidArgumentError);
  EXPECT_THROW(writer.add("u", {1}, {{}}, Tensor::vector<uint64_t>({1})), InvalidArgumentError);
  EXPECT_THROW(writer.add("h", {1}, {{}}, Tensor(DType::bfloat16, {1})), UnimplementedError);
  const std::string path = folder_.string() + "/v1";
  writer.commit(path);
  EXPECT_EQ(file_bytes(path), file_bytes(kCheckpoints + "v1.ckpt"));
  EXPECT_THROW(writer.commit(folder_.string() + "/none/v1"), NotFoundError);
}

TEST_F(CheckpointTest, ManyTensorsNeedManyBlocks) {
  const fs::path prefix = folder_ / "many";
  CheckpointWriter writer(prefix);
  for (int i = 0; i < 20000; ++i) {
    writer.add("layer_with_a_long_name_" + std::to_string(i), Tensor::scalar<int32_t>(i));
  }
  writer.commit();
  const auto source = open_checkpoint(prefix);
  EXPECT_EQ(source->entries().size(), 20000u);
  EXPECT_EQ(source->read("layer_with_a_long_name_12345").item<int32_t>(), 12345);
}

TEST_F(CheckpointTest, ReadAheadGivesWhatTheCheckpointHolds) {
  const fs::path prefix = folder_ / "ahead";
  CheckpointWriter writer(prefix);
  const int count = 64;
  for (int i = 0; i < count; ++i) {
    const std::vector<float> values(64 * 128, static_cast<float>(i));
    writer.add("w" + std::to_string(i), Tensor::of<float>(values, {64, 128}));
  }
  writer.commit();
  const std::string data = prefix.string() + ".data-00000-of-00001";
  std::string bytes = file_bytes(data);
  bytes[5] = static_cast<char>(bytes[5] ^ 1);  // in w0, the first by name
  put(data, bytes);
  for (const bool at_once : {true, false}) {
    const ReadAhead source(open_checkpoint(prefix));
    ASSERT_EQ(source.entries().size(), static_cast<size_t>(count));
    if (!at_once) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_THROW(source.read("w0"), DataLossError);
    EXPECT_THROW(source.read("w0"), DataLossError);
    for (int i = count - 1; i > 0; --i) {
      EXPECT_EQ(source.read("w" + std::to_string(i)).data<float>()[17], static_cast<float>(i));
    }
    EXPECT_THROW(source.read("w"), NotFoundError);
  }
  const ReadAhead unused(open_checkpoint(prefix));
}

TEST_F(CheckpointTest, CutAnywhereIsRefused) {
  for (const char* name : {"v2", "partitioned"}) {
    for (const char* suffix : {".index", ".data-00000-of-00001"}) {
      const std::string bytes = file_bytes(kCheckpoints + name + suffix);
      for (const char* other : {".index", ".data-00000-of-00001"}) {
        fs::copy_file(kCheckpoints + name + other, folder_.string() + "/x" + other,
                      fs::copy_options::overwrite_existing);
      }
      for (size_t n = 0; n < bytes.size(); ++n) {
        put(folder_.string() + "/x" + suffix, std::string_view(bytes).substr(0, n));
        EXPECT_THROW(read_all(folder_ / "x"), DataLossError) << name << suffix << n;
      }
    }
  }
}

TEST_F(CheckpointTest, FlippedBytesAreNoticed) {
  const auto check = [&](const std::string& from, const fs::path& to, const fs::path& prefix) {
    const std::string bytes = file_bytes(from);
    for (size_t n = 0; n < bytes.size(); ++n) {
      std::string bad = bytes;
      bad[n] = static_cast<char>(bad[n] ^ (n % 2 == 0 ? 1 : 0x80));
      put(to, bad);
      try {
        read_all(prefix);
      } catch (const Error&) {
      }
    }
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  };
  for (const char* suffix : {".index", ".data-00000-of-00001"}) {
    fs::copy_file(kCheckpoints + "v2" + suffix, folder_.string() + "/x" + suffix);
  }
  check(kCheckpoints + "v2.index", folder_ / "x.index", folder_ / "x");
  check(kCheckpoints + "v2.data-00000-of-00001", folder_ / "x.data-00000-of-00001", folder_ / "x");
  check(kCheckpoints + "v1.ckpt", folder_ / "v1", folder_ / "v1");
  // A flip in the data is never a wrong answer.
  std::string data = file_bytes(kCheckpoints + "v2.data-00000-of-00001");
  data[2] = static_cast<char>(data[2] ^ 1);
  put(folder_ / "x.data-00000-of-00001", data);
  EXPECT_THROW(open_checkpoint(folder_ / "x")->read("dense/kernel"), DataLossError);
}

TEST_F(CheckpointTest, SaysWhichPathToPass) {
  EXPECT_THROW(open_checkpoint(kCheckpoints + "v2.index"), InvalidArgumentError);
  EXPECT_THROW(open_checkpoint(kCheckpoints + "v2.data-00000-of-00001"), InvalidArgumentError);
  EXPECT_THROW(open_checkpoint(folder_), InvalidArgumentError);
  try {
    open_checkpoint(kCheckpoints + "v3");
    FAIL();
  } catch (const NotFoundError& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean 'v2'"), std::string::npos) << e.what();
  }
  put(folder_ / "text", "no checkpoint");
  EXPECT_THROW(open_checkpoint(folder_ / "text"), DataLossError);
}

TEST_F(CheckpointTest, SliceKeysAreTensorFlows) {
  // Seen in an index that TensorFlow wrote.
  EXPECT_EQ(slice_key("v", {{0, 60}, {}}), std::string("\0v\0\1\1\2\x80\xbc\x80\x7f", 10));
  EXPECT_EQ(slice_key("w", {{}, {100, 4900}}),
            std::string("\0w\0\1\1\2\x80\x7f\xc0\x64\xd3\x24", 12));
}

TEST_F(CheckpointTest, SlicesMustCoverExactly) {
  const Shape full{4, 4};
  EXPECT_NO_THROW(check_cover({{{0, 2}, {}}, {{2, 2}, {}}}, full));
  EXPECT_THROW(check_cover({{{0, 2}, {}}}, full), DataLossError);
  EXPECT_THROW(check_cover({{{0, 3}, {}}, {{2, 2}, {}}}, full), DataLossError);
  EXPECT_THROW(check_cover({{{0, 5}, {}}}, full), DataLossError);
  EXPECT_THROW(check_cover({{{0, 4}}}, full), DataLossError);
}

TEST_F(CheckpointTest, State) {
  EXPECT_FALSE(latest_checkpoint(folder_).has_value());
  EXPECT_EQ(latest_checkpoint(kCheckpoints)->string(), kCheckpoints + "v1.ckpt");
  CheckpointState made;
  made.newest = (folder_ / "a b\"c").string();
  made.timestamps = {1.5};
  write_checkpoint_state(folder_, made);
  const CheckpointState state = read_checkpoint_state(folder_);
  EXPECT_EQ(state.newest, "a b\"c") << "relative to the folder";
  EXPECT_EQ(state.all, (std::vector<std::string>{"a b\"c"}));
  EXPECT_EQ(state.timestamps, (std::vector<double>{1.5}));
  EXPECT_FALSE(latest_checkpoint(folder_).has_value()) << "the checkpoint itself is missing";
  const std::string good = file_bytes(folder_ / "checkpoint");
  for (size_t n = 0; n < good.size(); ++n) {
    put(folder_ / "checkpoint", std::string_view(good).substr(0, n));
    latest_checkpoint(folder_);
  }
}

}  // namespace
}  // namespace rill::formats
