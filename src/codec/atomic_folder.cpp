#include "codec/atomic_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "base/fail.h"
#include "codec/file_error.h"
#include "codec/folder.h"
#include "codec/temporary.h"

namespace rill {
namespace fs = std::filesystem;

AtomicFolder::AtomicFolder(fs::path path) : path_(std::move(path)) {
  if (!path_.has_filename()) path_ = path_.parent_path();  // "model/"
  std::error_code error;
  if (fs::exists(path_, error) && !fs::is_directory(path_, error)) {
    fail(Code::already_exists, path_.string(), ": is a file, not a folder");
  }
  remove_stale(path_, ".tmpdir");
  temporary_ = temporary_beside(path_, ".tmpdir");
  if (!fs::create_directory(temporary_, error)) {
    const int number = error.value();
    temporary_.clear();
    fail_errno(path_, "create", number);
  }
}

AtomicFolder::~AtomicFolder() {
  if (!temporary_.empty()) remove_tree(temporary_);
}

void AtomicFolder::commit() {
  sync_folder(temporary_);
  std::error_code ignored;
  if (!fs::exists(path_, ignored)) {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail_errno(path_, "rename to", errno);
    temporary_.clear();
  } else if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) !=
             0) {
    // A file system that cannot exchange: the old folder steps aside for a moment.
    const fs::path aside = temporary_.string() + ".old";
    if (::rename(path_.c_str(), aside.c_str()) != 0) fail_errno(path_, "rename", errno);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
      const int error = errno;
      ::rename(aside.c_str(), path_.c_str());
      fail_errno(path_, "rename to", error);
    }
    temporary_ = aside;
  }
  sync_folder(folder_of(path_));
  if (!temporary_.empty()) {
    remove_tree(temporary_);
    temporary_.clear();
  }
}

}  // namespace rill
