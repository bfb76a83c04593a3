// Folders of tf.data.Dataset.save, written by TensorFlow 2.21 and by rill.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "process.h"
#include "rill/dataset.hpp"
#include "rill/error.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;
using Numbers = std::vector<int64_t>;

Numbers numbers(const Dataset& d) {
  Numbers out;
  for (const Values& e : d) out.push_back(e.at(0).item<int64_t>());
  return out;
}

fs::path place(const char* name) {
  const fs::path out = test::scratch_path(std::string("rill_snapshot_") + name);
  fs::remove_all(out);
  fs::create_directories(out);
  return out;
}

std::string bytes_of_hex(const std::string& hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return out;
}

void put(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string taken(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Dataset.from_tensor_slices((tf.reshape(tf.range(12.), (6, 2)), list("abcdef"))).save(...)
fs::path of_tensorflow(const char* name) {
  const fs::path out = place(name);
  put(out / "snapshot.metadata",
      bytes_of_hex(
          "12143131313835383237383137313336363032373037189bd18dcfa39b980320022a0201073006c03e01"));
  put(out / "11185827817136602707/00000000.shard/00000000.snapshot",
      bytes_of_hex(
          "1200000000000000241f642508011204120208022208000000000000803fa12a7bbc0800000000000000ff86"
          "240f080712002202016180c9ed981200000000000000241f6425080112041202080222080000004000004040"
          "adf28e070800000000000000ff86240f0807120022020162e1e205b41200000000000000241f642508011204"
          "120208022208000080400000a04053b4e1570800000000000000ff86240f0807120022020163b60708ba1200"
          "000000000000241f6425080112041202080222080000c0400000e040341604310800000000000000ff86240f"
          "080712002202016422a0d5801200000000000000241f64250801120412020802220800000041000010415cfd"
          "da750800000000000000ff86240f0807120022020165753cd87a1200000000000000241f6425080112041202"
          "08022208000020410000304153d1cada0800000000000000ff86240f0807120022020166146240e2"));
  return out;
}

TEST(Snapshot, LoadsWhatTfDataSaved) {
  const Dataset d = Dataset::load(of_tensorflow("tf"));
  EXPECT_EQ(d.cardinality(), 6);
  int64_t row = 0;
  for (const Values& e : d) {
    ASSERT_EQ(e.size(), 2);
    const auto at = static_cast<float>(2 * row);
    EXPECT_EQ(e[0].to_vector<float>(), (std::vector<float>{at, at + 1}));
    EXPECT_EQ(e[1].item<std::string>(), std::string(1, static_cast<char>('a' + row)));
    ++row;
  }
  EXPECT_EQ(row, 6);
}

TEST(Snapshot, WritesTheFilesOfTfData) {
  const fs::path tf = of_tensorflow("tf_again"), own = place("own") / "deeper/saved";
  Dataset::load(tf).save(own);
  // Runs are numbered freely.
  fs::path records;
  for (const auto& entry : fs::recursive_directory_iterator(own)) {
    if (entry.path().extension() == ".snapshot") records = entry.path();
  }
  EXPECT_EQ(taken(records), taken(tf / "11185827817136602707/00000000.shard/00000000.snapshot"));
  EXPECT_EQ(taken(own / "dataset_spec.pb"), bytes_of_hex("a203160a0b8a0208120412020802180"
                                                         "10a078a020412001807"));
  EXPECT_EQ(Dataset::load(own).cardinality(), 6);
  // Again, over it; packed, elements of different shapes.
  const Dataset grows = Dataset::range(1, 4).map(
      [](const Values& e) { return Values{Tensor::zeros(Shape{e[0].item<int64_t>()})}; });
  grows.save(own, "GZIP");
  Numbers sizes;
  for (const Values& e : Dataset::load(own, "GZIP")) sizes.push_back(e[0].size());
  EXPECT_EQ(sizes, (Numbers{1, 2, 3}));
}

TEST(Snapshot, KeepsAWholePassOnly) {
  const fs::path at = place("kept") / "snapshot";
  int asked = 0;
  const Dataset source = Dataset::range(4).map([&asked](const Values& e) {
    ++asked;
    return e;
  });
  const Dataset kept = source.snapshot(at);
  EXPECT_EQ(numbers(kept.take(2)), (Numbers{0, 1}));
  EXPECT_FALSE(fs::exists(at));
  EXPECT_EQ(numbers(kept), (Numbers{0, 1, 2, 3}));
  asked = 0;
  EXPECT_EQ(numbers(kept.repeat(2)), (Numbers{0, 1, 2, 3, 0, 1, 2, 3}));
  EXPECT_EQ(asked, 0);
}

TEST(Snapshot, RefusesWhatIsNone) {
  EXPECT_THROW((void)Dataset::load(place("none")), NotFoundError);
  const fs::path tf = of_tensorflow("damaged");
  const std::string metadata = taken(tf / "snapshot.metadata");
  for (size_t i = 0; i < metadata.size(); ++i) {
    put(tf / "snapshot.metadata", metadata.substr(0, i));
    try {
      for (const Values& e : Dataset::load(tf)) (void)e;
    } catch (const Error&) {  // or a pass over what is left
    }
  }
  put(tf / "snapshot.metadata", metadata);
  const fs::path records = tf / "11185827817136602707/00000000.shard/00000000.snapshot";
  const std::string bytes = taken(records);
  put(records, bytes.substr(0, bytes.size() - 18));  // without the last component
  EXPECT_THROW(numbers(Dataset::load(tf).map(
                   [](const Values&) { return Values{Tensor::scalar(int64_t{0})}; })),
               DataLossError);
  const Dataset mixed = Dataset::range(2).map([](const Values& e) {
    return e[0].item<int64_t>() == 0 ? e : Values{e[0], e[0]};
  });
  EXPECT_THROW(mixed.save(place("mixed") / "saved"), InvalidArgumentError);
  EXPECT_THROW((void)Dataset::load(tf, "SNAPPY"), InvalidArgumentError);
}

}  // namespace
}  // namespace rill
