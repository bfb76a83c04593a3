#include "codec/folder.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <new>

namespace rill {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void remove_tree(const fs::path& path) noexcept {
  for (int tries = 0; tries < 2; ++tries) {
    try {
      fs::remove_all(path);  // the form that takes an error_code ends the process without memory
      return;
    } catch (const std::bad_alloc&) {  // the first try has given back what it held
    } catch (const std::exception&) {
      return;
    }
  }
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
