// Writes a file so that its path always names a whole one: the old, or the new.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "codec/bytes.h"

namespace rill {

// A temporary file in the same folder that commit() renames to `path`. Without commit() the
// destructor removes it and nothing has changed. Temporary files that a killed process left for
// the same path are removed when the next one is made.
class AtomicFile {
 public:
  // Throws NOT_FOUND when the folder does not exist, PERMISSION_DENIED, RESOURCE_EXHAUSTED.
  explicit AtomicFile(std::filesystem::path path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  // Appends. Throws RESOURCE_EXHAUSTED when the disk is full.
  void write(Bytes bytes);
  void write(std::string_view text) { write(bytes_of(text)); }
  // Anywhere: headers that are known last, or files that are not written in order. Bytes between
  // are zero.
  void write_at(uint64_t offset, Bytes bytes);
  // What was written, back. Throws INTERNAL beyond the end.
  void read_at(uint64_t offset, std::span<std::byte> out) const;
  uint64_t size() const { return size_; }

  // Everything written and synced, but not yet renamed: several files of one save are flushed
  // first and then renamed one after the other.
  void flush();
  // flush(), rename, sync the folder. Only when this returns is the file saved.
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int fd_ = -1;
  uint64_t size_ = 0;
  bool flushed_ = false;
};

void write_file(const std::filesystem::path& path, Bytes bytes);
inline void write_file(const std::filesystem::path& path, std::string_view text) {
  write_file(path, bytes_of(text));
}

}  // namespace rill
