#include "codec/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "base/fail.h"
#include "base/str.h"
#include "base/thread_pool.h"
#include "codec/crc32.h"
#include "codec/file_error.h"
#include "codec/folder.h"
#include "codec/temporary.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

constexpr size_t kWriteBack = 4 << 20;

void sync(int fd, const fs::path& path) {
  while (::fsync(fd) != 0) {
    if (errno != EINTR) fail_errno(path, "write to disk", errno);
  }
}

}  // namespace

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  std::error_code error;
  const fs::file_type type = fs::status(path_, error).type();
  copies_ = type == fs::file_type::character || type == fs::file_type::block ||
            type == fs::file_type::fifo || type == fs::file_type::socket;
  if (!copies_ && fs::is_symlink(path_, error)) {
    const fs::path target = fs::weakly_canonical(path_, error);
    if (!error) path_ = target;
  }
  const fs::path place = copies_ ? fs::temp_directory_path() / path_.filename() : path_;
  remove_stale(place, ".tmp");
  temporary_ = temporary_beside(place, ".tmp");
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
  constexpr size_t kWorthASum = 64 << 10;
  if (!sums_) return put(offset, bytes);
  if (bytes.size() < kWorthASum) {
    sums_->forget(offset, bytes.size());
    return put(offset, bytes);
  }
  sums_->add(offset, bytes.size(), put_summed(offset, bytes, crc32, 0));
}

uint32_t AtomicFile::write_summed(Bytes bytes, Checksum checksum, uint32_t sum) {
  if (sums_) sums_->forget(size_, bytes.size());
  return put_summed(size_, bytes, checksum, sum);
}

// Alone, a thread takes blocks that are still in its cache when they are summed.
uint32_t AtomicFile::put_summed(uint64_t offset, Bytes bytes, Checksum checksum, uint32_t sum) {
  constexpr size_t kBlock = 256 << 10;
  constexpr size_t kWorthTwoThreads = 1 << 20;
  if (bytes.size() >= kWorthTwoThreads && max_threads() > 1 && !in_parallel_region()) {
    parallel_for(2, 1, [&](int64_t begin, int64_t end) {
      if (begin == 0) put(offset, bytes);
      if (end == 2) sum = checksum(sum, bytes);
    });
    return sum;
  }
  while (!bytes.empty()) {
    const Bytes block = bytes.first(std::min(bytes.size(), kBlock));
    put(offset, block);
    sum = checksum(sum, block);
    offset += block.size();
    bytes = bytes.subspan(block.size());
  }
  return sum;
}

uint32_t AtomicFile::crc32_of(uint64_t begin, uint64_t end) const {
  const PieceSums none;
  return (sums_ ? *sums_ : none).over(begin, end, [&](uint64_t at, std::span<std::byte> out) {
    read_at(at, out);
  });
}

void AtomicFile::put(uint64_t offset, Bytes bytes) {
  flushed_ = false;
  while (!bytes.empty()) {
    const Bytes piece = bytes.first(std::min(bytes.size(), kWriteBack));
    const ssize_t count = ::pwrite(fd_, piece.data(), piece.size(), static_cast<off_t>(offset));
    if (count < 0) {
      if (errno == EINTR) continue;
      fail_errno(path_, str("write ", bytes.size(), " bytes at offset ", offset), errno);
    }
    bytes = bytes.subspan(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
    size_ = std::max(size_, offset);
    write_back();
  }
}

// The disk works while the next piece is copied, so that flush() finds little left to wait for.
// What goes wrong here, flush() tells.
void AtomicFile::write_back() {
#if defined(__linux__)
  if (size_ - written_back_ < kWriteBack) return;
  ::sync_file_range(fd_, static_cast<off_t>(written_back_),
                    static_cast<off_t>(size_ - written_back_), SYNC_FILE_RANGE_WRITE);
  written_back_ = size_;
#endif
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

void AtomicFile::copy_to_path() const {
  const int out = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  if (out < 0) fail_errno(path_, "open", errno);
  std::vector<std::byte> block(kWriteBack);
  for (uint64_t at = 0; at < size_;) {
    const auto piece = std::span(block).first(std::min<uint64_t>(block.size(), size_ - at));
    read_at(at, piece);
    for (size_t done = 0; done < piece.size();) {
      const ssize_t count = ::write(out, piece.data() + done, piece.size() - done);
      const int error = errno;
      if (count < 0 && error == EINTR) continue;
      if (count < 0) {
        ::close(out);
        fail_errno(path_, "write to", error);
      }
      done += static_cast<size_t>(count);
    }
    at += piece.size();
  }
  if (::close(out) != 0) fail_errno(path_, "close", errno);
}

void AtomicFile::commit() {
  if (copies_) return copy_to_path();
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
