// What is in a folder.
#pragma once

#include <dirent.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace rill {

// The folder that `path` stands in; "." for a bare name.
std::filesystem::path folder_of(const std::filesystem::path& path);

// Removes a file or a folder with all that is in it; what cannot be removed stays.
void remove_tree(const std::filesystem::path& path) noexcept;

// The names in a folder in the order of the file system, without "." and "..". Iterators of
// std::filesystem end the process where memory ends.
class FolderNames {
 public:
  // A folder that cannot be opened has no names: error() says why.
  explicit FolderNames(const std::filesystem::path& folder);

  // Nothing at the end and after an error.
  std::optional<std::string> next();
  int error() const { return error_; }  // of errno; 0 for none

 private:
  struct Close {
    void operator()(DIR* folder) const { ::closedir(folder); }
  };
  std::unique_ptr<DIR, Close> folder_;
  int error_ = 0;
};

}  // namespace rill
