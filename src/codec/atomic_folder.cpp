#include "codec/atomic_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <string>

#include "base/fail.h"
#include "codec/file_error.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

fs::path parent_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

std::string prefix_of(const fs::path& path) { return str(".", path.filename().string(), "."); }

// ".NAME.PID-N.tmpdir" of processes that are gone.
void remove_stale(const fs::path& path) {
  const std::string prefix = prefix_of(path);
  std::error_code ignored;
  for (fs::directory_iterator it(parent_of(path), ignored), end; it != end; it.increment(ignored)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(".tmpdir")) continue;
    int pid = 0;
    const auto [stop, error] =
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), pid);
    if (error != std::errc() || *stop != '-' || pid <= 0) continue;
    if (::kill(pid, 0) != 0 && errno == ESRCH) fs::remove_all(it->path(), ignored);
  }
}

void sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail_errno(folder, "open", errno);
  const int result = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  if (result != 0 && error != EINVAL) fail_errno(folder, "write to disk", error);
}

}  // namespace

AtomicFolder::AtomicFolder(fs::path path) : path_(std::move(path)) {
  if (!path_.has_filename()) path_ = path_.parent_path();  // "model/"
  static std::atomic<uint64_t> counter{0};
  std::error_code error;
  if (fs::exists(path_, error) && !fs::is_directory(path_, error)) {
    fail(Code::already_exists, path_.string(), ": is a file, not a folder");
  }
  remove_stale(path_);
  temporary_ = parent_of(path_) / str(prefix_of(path_), ::getpid(), "-", counter++, ".tmpdir");
  if (!fs::create_directory(temporary_, error)) {
    const int number = error.value();
    temporary_.clear();
    fail_errno(path_, "create", number);
  }
}

AtomicFolder::~AtomicFolder() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
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
  sync_folder(parent_of(path_));
  if (!temporary_.empty()) {
    fs::remove_all(temporary_, ignored);
    temporary_.clear();
  }
}

}  // namespace rill
