#include "codec/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "base/fail.h"
#include "base/str.h"
#include "codec/file_error.h"
#include "codec/temporary.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

void sync(int fd, const fs::path& path) {
  while (::fsync(fd) != 0) {
    if (errno != EINTR) fail_errno(path, "write to disk", errno);
  }
}

}  // namespace

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  remove_stale(path_, ".tmp");
  temporary_ = temporary_beside(path_, ".tmp");
  do {
    fd_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (fd_ < 0 && errno == EINTR);
  if (fd_ < 0) fail_errno(path_, "create", errno);
}

AtomicFile::~AtomicFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(Bytes bytes) { write_at(size_, bytes); }

void AtomicFile::write_at(uint64_t offset, Bytes bytes) {
  flushed_ = false;
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0) {
      if (errno == EINTR) continue;
      fail_errno(path_, str("write ", bytes.size(), " bytes at offset ", offset), errno);
    }
    bytes = bytes.subspan(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
  size_ = std::max(size_, offset);
}

void AtomicFile::read_at(uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t count = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_errno(path_, "read back", errno);
    if (count == 0) fail(Code::internal, path_.string(), ": read beyond the end");
    out = out.subspan(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
}

void AtomicFile::flush() {
  if (flushed_) return;
  sync(fd_, path_);
  flushed_ = true;
}

void AtomicFile::commit() {
  flush();
  const int fd = std::exchange(fd_, -1);
  if (::close(fd) != 0) fail_errno(path_, "close", errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail_errno(path_, "rename to", errno);
  temporary_.clear();
  sync_folder(folder_of(path_));
}

void write_file(const fs::path& path, Bytes bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace rill
