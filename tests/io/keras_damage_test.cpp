// Damaged files give an error or a model, never a crash and never a hang.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class KerasDamage : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("rill-keras-damage-" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // True when it loads.
  bool try_load(const std::string& bytes, const std::string& name) {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    try {
      const keras::Model model = keras::load_model(path);
      return true;
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find(name), std::string::npos) << e.what();
      EXPECT_NE(e.code(), Code::internal) << e.what();
      return false;
    }
  }

  fs::path folder_;
};

TEST_F(KerasDamage, TruncatedAnywhere) {
  for (const char* name : {"mlp_k2.h5", "mlp_k3.h5", "mlp_k3.keras", "mlp_k2.keras"}) {
    SCOPED_TRACE(name);
    const std::string whole = read(fs::path(RILL_TEST_DATA) / "keras" / "files" / name);
    ASSERT_TRUE(try_load(whole, name));
    for (size_t size = 0; size + 64 < whole.size(); size += 64) {
      EXPECT_FALSE(try_load(whole.substr(0, size), name)) << size;
    }
  }
}

TEST_F(KerasDamage, FlippedBytes) {
  for (const char* name : {"mlp_k2.h5", "mlp_k3.keras"}) {
    SCOPED_TRACE(name);
    const std::string whole = read(fs::path(RILL_TEST_DATA) / "keras" / "files" / name);
    uint32_t state = 12345;
    for (int i = 0; i < 400; ++i) {
      state = state * 1664525U + 1013904223U;
      std::string damaged = whole;
      damaged[(state >> 8) % damaged.size()] ^= static_cast<char>(1U << (state >> 29));
      state = state * 1664525U + 1013904223U;
      damaged[(state >> 8) % damaged.size()] = static_cast<char>(state >> 24);
      try_load(damaged, name);
    }
  }
}

}  // namespace
}  // namespace rill
