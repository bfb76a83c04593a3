#include "codec/temporary.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <string>

#include "base/str.h"
#include "codec/file_error.h"
#include "codec/folder.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

std::string prefix_of(const fs::path& path) { return str(".", path.filename().string(), "."); }

}  // namespace

fs::path temporary_beside(const fs::path& path, std::string_view suffix) {
  static std::atomic<uint64_t> counter{0};
  return folder_of(path) / str(prefix_of(path), ::getpid(), "-", counter++, suffix);
}

void remove_stale(const fs::path& path, std::string_view suffix) {
  const std::string prefix = prefix_of(path);
  const fs::path folder = folder_of(path);
  FolderNames names(folder);
  while (const auto name = names.next()) {
    if (!name->starts_with(prefix) || !name->ends_with(suffix)) continue;
    int pid = 0;
    const auto [stop, error] =
        std::from_chars(name->data() + prefix.size(), name->data() + name->size(), pid);
    if (error != std::errc() || *stop != '-' || pid <= 0) continue;
    if (::kill(pid, 0) != 0 && errno == ESRCH) remove_tree(folder / *name);
  }
}

void sync_folder(const fs::path& folder) {
  int fd = -1;
  do {
    fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) fail_errno(folder, "open", errno);
  int result = 0;
  do {
    result = ::fsync(fd);
  } while (result != 0 && errno == EINTR);
  const int error = errno;
  ::close(fd);
  // Some file systems cannot sync a folder and say so with EINVAL.
  if (result != 0 && error != EINVAL) fail_errno(folder, "write to disk", error);
}

}  // namespace rill
