// Writes a folder so that its path always names a whole one: the old, or the new.
#pragma once

#include <filesystem>

namespace rill {

// A temporary folder beside `path` that commit() puts in its place. Without commit() the destructor
// removes it and nothing has changed. Temporary folders that a killed process left for the same
// path are removed when the next one is made.
class AtomicFolder {
 public:
  // Throws NOT_FOUND when the parent does not exist, ALREADY_EXISTS when `path` is a file.
  explicit AtomicFolder(std::filesystem::path path);
  AtomicFolder(const AtomicFolder&) = delete;
  AtomicFolder& operator=(const AtomicFolder&) = delete;
  ~AtomicFolder();

  // Where files are written until then.
  const std::filesystem::path& folder() const { return temporary_; }
  // Exchanges it with an older folder, which is removed then. Files inside must be on disk already.
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
};

}  // namespace rill
