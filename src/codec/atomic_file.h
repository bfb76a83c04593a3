// Writes a file so that its path always names a whole one: the old, or the new.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "codec/bytes.h"
#include "codec/piece_sums.h"

namespace rill {

// A temporary file in the same folder that commit() renames to `path`, or to what it links to.
// Without commit() the destructor removes it and nothing has changed. Temporary files that a killed
// process left for the same path are removed when the next one is made. What is no regular file (a
// device, a pipe) stays what it is: commit() copies into it.
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
  // Appends and goes on with a checksum over the same bytes, on another thread where there is one.
  using Checksum = uint32_t (*)(uint32_t sum, Bytes bytes);
  uint32_t write_summed(Bytes bytes, Checksum checksum, uint32_t sum);
  // From now on the CRC-32 of large pieces is taken while they are written: crc32_of() then reads
  // little back.
  void keep_sums() { sums_ = std::make_unique<PieceSums>(); }
  uint32_t crc32_of(uint64_t begin, uint64_t end) const;
  // What was written, back. Throws INTERNAL beyond the end.
  void read_at(uint64_t offset, std::span<std::byte> out) const;
  uint64_t size() const { return size_; }

  // Everything written and synced, but not yet renamed: several files of one save are flushed
  // first and then renamed one after the other.
  void flush();
  // flush(), rename, sync the folder. Only when this returns is the file saved.
  void commit();

 private:
  void put(uint64_t offset, Bytes bytes);
  void copy_to_path() const;
  void write_back();
  uint32_t put_summed(uint64_t offset, Bytes bytes, Checksum checksum, uint32_t sum);

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int fd_ = -1;
  uint64_t size_ = 0;
  uint64_t written_back_ = 0;  // up to here the system was asked to begin
  bool flushed_ = false;
  bool copies_ = false;              // at commit(), into what is no regular file
  std::unique_ptr<PieceSums> sums_;  // null: not kept
};

void write_file(const std::filesystem::path& path, Bytes bytes);
inline void write_file(const std::filesystem::path& path, std::string_view text) {
  write_file(path, bytes_of(text));
}

}  // namespace rill
