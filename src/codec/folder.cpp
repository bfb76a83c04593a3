#include "codec/folder.h"

#include <cerrno>
#include <cstring>

namespace rill {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

FolderNames::FolderNames(const fs::path& folder) {
  do {
    folder_.reset(::opendir(folder.c_str()));
  } while (!folder_ && errno == EINTR);
  if (!folder_) error_ = errno;
}

std::optional<std::string> FolderNames::next() {
  while (folder_) {
    errno = 0;
    const dirent* entry = ::readdir(folder_.get());
    if (entry == nullptr) {
      error_ = errno;
      return std::nullopt;
    }
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) {
      return entry->d_name;
    }
  }
  return std::nullopt;
}

}  // namespace rill
