#include "codec/folder.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "process.h"

namespace rill {
namespace {

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> out;
  FolderNames names(folder);
  while (const auto name = names.next()) EXPECT_TRUE(out.insert(*name).second) << *name;
  EXPECT_EQ(names.error(), 0);
  return out;
}

TEST(Folder, NamesOfFilesFoldersAndHiddenOnes) {
  const test::ScratchFolder folder;
  EXPECT_EQ(names_in(folder / ""), std::set<std::string>{});
  test::write_whole(folder / "a", "");
  test::write_whole(folder / ".hidden", "");
  test::write_whole(folder / "..dots", "");
  std::filesystem::create_directory(folder / "b");
  EXPECT_EQ(names_in(folder / ""), (std::set<std::string>{"a", ".hidden", "..dots", "b"}));
}

TEST(Folder, WhatIsNoFolder) {
  const test::ScratchFolder folder;
  test::write_whole(folder / "file", "");
  FolderNames missing(folder / "missing");
  EXPECT_EQ(missing.next(), std::nullopt);
  EXPECT_EQ(missing.error(), ENOENT);
  FolderNames file(folder / "file");
  EXPECT_EQ(file.next(), std::nullopt);
  EXPECT_EQ(file.error(), ENOTDIR);
}

TEST(Folder, TreesAreRemoved) {
  const test::ScratchFolder folder;
  std::filesystem::create_directories(folder / "a/b");
  test::write_whole(folder / "a/b/c", "");
  remove_tree(folder / "a");
  remove_tree(folder / "a");
  EXPECT_EQ(names_in(folder / ""), std::set<std::string>{});
}

TEST(Folder, OfAPath) {
  EXPECT_EQ(folder_of("a/b"), "a");
  EXPECT_EQ(folder_of("b"), ".");
}

}  // namespace
}  // namespace rill
