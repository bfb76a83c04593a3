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

// Up to here a copy costs less than what can go wrong with a mapping.
constexpr size_t kLargestRead = size_t{4} << 20;

// The number of bytes there were: the file may have become shorter.
size_t read_all(int fd, std::byte* memory, size_t size, const std::filesystem::path& path) {
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(fd, memory + done, size - done);
    if (n == 0) break;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_errno(path, "read", errno);
    done += static_cast<size_t>(n);
  }
  return done;
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
  const auto size = static_cast<size_t>(std::max<off_t>(status.st_size, 0));
  const bool mapped = size > kLargestRead;
  if (size > 0) {
    const int how = mapped ? MAP_PRIVATE : MAP_PRIVATE | MAP_ANONYMOUS;
    void* memory = ::mmap(nullptr, size, mapped ? PROT_READ : PROT_READ | PROT_WRITE, how,
                          mapped ? file.fd : -1, 0);
    if (memory == MAP_FAILED) fail_errno(path, "map", errno);
    bytes = {static_cast<const std::byte*>(memory), size};
    if (mapped) add_mapped_range(memory, size);
  }
  std::shared_ptr<MappedFile> out(new MappedFile(path, bytes, size, mapped));
  if (!mapped && size > 0) {
    auto* memory = const_cast<std::byte*>(bytes.data());
    out->bytes_ = bytes.first(read_all(file.fd, memory, size, path));
    ::mprotect(memory, size, PROT_READ);
  }
  return out;
}

MappedFile::~MappedFile() {
  if (reserved_ == 0) return;
  if (mapped_) remove_mapped_range(bytes_.data());
  ::munmap(const_cast<std::byte*>(bytes_.data()), reserved_);
}

void MappedFile::release(size_t offset, size_t size) const {
  if (!mapped_ || offset >= bytes_.size()) return;
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
