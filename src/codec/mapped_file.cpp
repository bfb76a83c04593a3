#include "codec/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/fail.h"
#include "base/mapped_ranges.h"
#include "codec/file_error.h"

namespace rill {
namespace {

// Closes on every path; the mapping outlives the descriptor.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

int open_read_only(const std::filesystem::path& path) {
  for (;;) {
    // O_NONBLOCK: a FIFO must not block here; for regular files it means nothing.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) return fd;
    if (errno != EINTR) fail_errno(path, "open", errno);
  }
}

}  // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const Descriptor file{open_read_only(path)};
  struct stat status {};
  if (::fstat(file.fd, &status) != 0) fail_errno(path, "examine", errno);
  if (S_ISDIR(status.st_mode)) {
    fail(Code::invalid_argument, path.string(), ": is a directory; a file was expected");
  }
  if (!S_ISREG(status.st_mode)) {
    fail(Code::invalid_argument, path.string(), ": is not a regular file");
  }
  Bytes bytes;
  if (status.st_size > 0) {
    const auto size = static_cast<size_t>(status.st_size);
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd, 0);
    if (memory == MAP_FAILED) fail_errno(path, "map", errno);
    bytes = {static_cast<const std::byte*>(memory), size};
    add_mapped_range(memory, size);
  }
  return std::shared_ptr<const MappedFile>(new MappedFile(path, bytes));
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  remove_mapped_range(bytes_.data());
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void MappedFile::release(size_t offset, size_t size) const {
  if (offset >= bytes_.size()) return;
  size = std::min(size, bytes_.size() - offset);
  // Whole pages inside the range only: the neighbours may be in use.
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  const size_t begin = (offset + page - 1) / page * page;
  const bool to_end = offset + size == bytes_.size();
  const size_t end = to_end ? bytes_.size() : (offset + size) / page * page;
  if (begin >= end) return;
  ::madvise(const_cast<std::byte*>(bytes_.data()) + begin, end - begin, MADV_DONTNEED);
}

}  // namespace rill
