#include "codec/npy.h"

#include <gtest/gtest.h>

#include "codec/mapped_file.h"
#include "rill/error.hpp"

namespace rill {
namespace {

// Made by tests/data/make_codec.py.
const std::string kFolder = RILL_TEST_DATA "/codec/";

std::string file_bytes(const std::string& name) {
  return std::string(text_of(MappedFile::open(kFolder + name)->bytes()));
}

TEST(Npy, ReadsAndWritesAsNumPy) {
  const NamedTensors all = read_npz(kFolder + "all.npz");
  ASSERT_EQ(all.size(), 15u);
  for (const auto& [name, t] : all) {
    if (name.starts_with("string")) continue;
    EXPECT_TRUE(t.shape() == Shape({2, 3})) << name;
    EXPECT_TRUE(t.dtype() == dtype_from_name(name)) << name;
  }
}

TEST(Npy, HeaderIsNumPys) {
  for (const char* name : {"matrix.npy", "scalar.npy", "vector.npy", "empty.npy"}) {
    const std::string bytes = file_bytes(name);
    EXPECT_EQ(format_npy(parse_npy(SharedBytes::own(bytes), name)), bytes) << name;
  }
}

TEST(Npy, ConvertsOrderAndBytes) {
  const std::vector<float> expected = {0, 1, 2, 3, 4, 5};
  for (const char* name : {"matrix.npy", "fortran.npy", "big_endian.npy", "version2.npy"}) {
    const Tensor t = read_npy(kFolder + name);
    EXPECT_TRUE(t.shape() == Shape({2, 3})) << name;
    EXPECT_EQ(t.to_vector<float>(), expected) << name;
  }
  EXPECT_EQ(read_npy(kFolder + "text.npy").to_vector<std::string>(),
            (std::vector<std::string>{"a", "\xc3\xa9t\xc3\xa9", ""}));
}

TEST(Npy, SharesTheMappedFile) {
  EXPECT_TRUE(read_npy(kFolder + "matrix.npy").rep()->buffer->read_only());
}

TEST(Npy, NpzRoundTrip) {
  const std::string path = testing::TempDir() + "/rill_npy_test.npz";
  const Tensor strings = Tensor::vector<std::string>({"abc", "", "d"});
  write_npz(path, {{"x", Tensor::of<float>({1, 2, 3, 4}, {2, 2})}, {"s", strings}});
  const NamedTensors back = read_npz(path);
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0].first, "x");
  EXPECT_EQ(back[0].second.to_vector<float>(), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(back[1].second.to_vector<std::string>(), strings.to_vector<std::string>());
  std::filesystem::remove(path);
}

TEST(Npy, RefusesObjects) { EXPECT_THROW(read_npy(kFolder + "object.npy"), UnimplementedError); }

TEST(Npy, CutsAndFlips) {
  for (const char* name : {"matrix.npy", "fortran.npy", "text.npy"}) {
    const std::string bytes = file_bytes(name);
    for (size_t n = 0; n < bytes.size(); ++n) {
      EXPECT_THROW(parse_npy(SharedBytes::own(bytes.substr(0, n)), name), DataLossError) << n;
      for (const int flip : {1, 2, 4, 8, 0x80}) {
        std::string bad = bytes;
        bad[n] = static_cast<char>(bad[n] ^ flip);
        try {
          parse_npy(SharedBytes::own(bad), name);
        } catch (const Error&) {
        }
      }
    }
  }
}

TEST(Npy, HugeShapesAreRefusedBeforeMemoryIsAsked) {
  std::string bytes = npy_header(DType::float32, Shape{1});
  const size_t at = bytes.find("(1,)");
  bytes.replace(at, 25, "(4294967296, 4294967296,)");
  EXPECT_THROW(parse_npy(SharedBytes::own(bytes), "x"), DataLossError);
}

}  // namespace
}  // namespace rill
