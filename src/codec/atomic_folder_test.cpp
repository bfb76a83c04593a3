#include "codec/atomic_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "codec/atomic_file.h"
#include "codec/mapped_file.h"
#include "rill/error.hpp"

namespace rill {
namespace {

namespace fs = std::filesystem;

class AtomicFolderTest : public testing::Test {
 protected:
  AtomicFolderTest() : root_(fs::temp_directory_path() / ("rill_af_" + std::to_string(getpid()))) {
    fs::create_directories(root_);
  }
  ~AtomicFolderTest() override { fs::remove_all(root_); }

  void save(const std::string& text) const {
    AtomicFolder folder(root_ / "model");
    write_file(folder.folder() / "a", text);
    folder.commit();
  }
  std::string read() const {
    return std::string(text_of(MappedFile::open(root_ / "model" / "a")->bytes()));
  }
  size_t entries() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(root_), {}));
  }

  fs::path root_;
};

TEST_F(AtomicFolderTest, MakesAndReplaces) {
  save("first");
  EXPECT_EQ(read(), "first");
  save("second");
  EXPECT_EQ(read(), "second");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFolderTest, WithoutCommitNothingChanges) {
  save("first");
  {
    AtomicFolder folder(root_ / "model");
    write_file(folder.folder() / "a", "second");
  }
  EXPECT_EQ(read(), "first");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFolderTest, RemovesWhatAKilledProcessLeft) {
  fs::create_directories(root_ / ".model.999999999-0.tmpdir");
  save("first");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFolderTest, RefusesAFileAndAMissingParent) {
  write_file(root_ / "model", "a file");
  EXPECT_THROW(AtomicFolder(root_ / "model"), AlreadyExistsError);
  EXPECT_THROW(AtomicFolder(root_ / "none" / "model"), NotFoundError);
}

}  // namespace
}  // namespace rill
