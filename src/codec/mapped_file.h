// A whole file in memory, read-only. Tensors share it and keep it open.
//
// Small files are read; larger ones are mapped, so that only what is used takes memory. Who cuts a
// mapped file short while it is in use ends the process (SIGBUS), as with any mapping: replace
// model files by renaming a new one over them, as rill does when it writes.
#pragma once

#include <filesystem>
#include <memory>

#include "codec/bytes.h"

namespace rill {

class MappedFile : public std::enable_shared_from_this<MappedFile> {
 public:
  // Throws NOT_FOUND, PERMISSION_DENIED, or INVALID_ARGUMENT for what is not a regular file; the
  // message begins with the path. An empty file is fine.
  static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  const std::filesystem::path& path() const { return path_; }
  Bytes bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }
  SharedBytes shared() const { return {bytes_, shared_from_this()}; }

  // Tells the system that the pages are not needed for now: the memory they take can go elsewhere.
  // They stay readable. A range that reaches past the end is clipped.
  void release(size_t offset, size_t size) const;

 private:
  MappedFile(std::filesystem::path path, Bytes bytes, size_t reserved, bool mapped)
      : path_(std::move(path)), bytes_(bytes), reserved_(reserved), mapped_(mapped) {}

  std::filesystem::path path_;
  Bytes bytes_;
  size_t reserved_;  // of address space: a file may be shorter by the time it is read
  bool mapped_;
};

}  // namespace rill
