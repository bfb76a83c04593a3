// The bytes of a file one after the other, unpacked where gzip or zlib packed them: no more than a
// piece is in memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "codec/inflate.h"

namespace rill {

// "GZIP", "ZLIB", or "" for neither, as tf.data says it. Throws INVALID_ARGUMENT.
std::optional<Packing> packing_of(const std::string& compression);

class ByteFile {
 public:
  // Throws NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT for a folder.
  explicit ByteFile(std::filesystem::path path, const std::string& compression = {});
  ByteFile(const ByteFile&) = delete;
  ByteFile& operator=(const ByteFile&) = delete;
  ~ByteFile();

  // As many as there are, at most `count`. Throws DATA_LOSS when packed bytes are damaged.
  size_t read(char* to, size_t count);
  // -1 at the end.
  int get() { return at_ < end_ || fill() ? static_cast<unsigned char>(piece_[at_++]) : -1; }
  // Of what read() gives; nothing when it is packed.
  std::optional<uint64_t> size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  class Unpacker;
  bool fill();

  std::filesystem::path path_;
  std::FILE* file_ = nullptr;
  std::unique_ptr<Unpacker> unpacker_;
  std::optional<uint64_t> size_;
  std::string piece_;
  size_t at_ = 0;
  size_t end_ = 0;
};

// Packs what it is given, piece by piece.
class Packer {
 public:
  explicit Packer(Packing packing);
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  ~Packer();
  std::string add(std::string_view bytes) { return pack(bytes, false); }
  std::string end() { return pack({}, true); }

 private:
  std::string pack(std::string_view bytes, bool last);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rill
