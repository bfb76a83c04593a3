// Zip archives: .keras and .npz files.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/atomic_file.h"
#include "codec/bytes.h"

namespace rill {

struct ZipLimits {
  size_t members = 10'000;
  uint64_t ratio = 100;  // of a member above ratio_floor
  uint64_t ratio_floor = uint64_t{16} << 20;
};

struct ZipMember {
  std::string name;
  uint64_t size = 0;  // unpacked
  uint64_t packed_size = 0;
  uint64_t header_offset = 0;
  uint32_t crc32 = 0;
  uint16_t method = 0;  // 0 stored, 8 deflate
  uint16_t flags = 0;
};

// Reads the central directory at once and members on demand. Any number of threads may read.
class ZipReader {
 public:
  // `what` begins every message: the archive's path. Throws DATA_LOSS, RESOURCE_EXHAUSTED beyond
  // the limits, PERMISSION_DENIED for names that lead out of the archive ("../x", "/x").
  ZipReader(SharedBytes archive, std::string what, const ZipLimits& limits = {});

  const std::vector<ZipMember>& members() const { return members_; }
  // Null when there is none. Of equal names the last one counts, as in Python.
  const ZipMember* find(std::string_view name) const;

  // A stored member is a view into the archive, a deflated one is unpacked; the checksum is
  // verified. Throws NOT_FOUND, DATA_LOSS, UNIMPLEMENTED (encrypted, another method).
  SharedBytes read(const ZipMember& member) const;
  SharedBytes read(std::string_view name) const;

 private:
  SharedBytes packed(const ZipMember& member) const;

  SharedBytes archive_;
  std::string what_;
  ZipLimits limits_;
  std::vector<ZipMember> members_;
};

// Writes stored members, one after the other, into an atomic file.
class ZipWriter {
 public:
  explicit ZipWriter(const std::filesystem::path& path) : file_(path) { file_.keep_sums(); }

  void add(std::string_view name, Bytes content);
  void add(std::string_view name, std::string_view text) { add(name, bytes_of(text)); }
  // A member whose content comes in pieces.
  void begin(std::string_view name);
  void append(Bytes piece);
  void end();
  // For a member that is written in any order: begin() it, put `size` bytes into file() from where
  // it ends then, and end it.
  AtomicFile& file() { return file_; }
  void end(uint64_t size);
  // Writes the directory and renames the file to its path.
  void commit();

 private:
  AtomicFile file_;
  std::vector<ZipMember> members_;
};

}  // namespace rill
