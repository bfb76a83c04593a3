// TFRecord files: length, its checksum, bytes, their checksum, all little-endian.
// Layout: tensorflow/core/lib/io/record_writer.h.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include "codec/atomic_file.h"

namespace rill {

// Reads one record after the other: no more than one is in memory.
class TFRecordReader {
 public:
  // Throws NOT_FOUND, PERMISSION_DENIED.
  explicit TFRecordReader(std::filesystem::path path);
  // The content of a file that was compressed.
  TFRecordReader(std::filesystem::path path, std::string records);
  TFRecordReader(const TFRecordReader&) = delete;
  TFRecordReader& operator=(const TFRecordReader&) = delete;
  ~TFRecordReader();
  // False at the end. Throws DATA_LOSS naming the offset of the record.
  bool next(std::string& record);
  uint64_t offset() const { return offset_; }  // of the next record

 private:
  std::filesystem::path path_;
  std::string unpacked_;
  std::FILE* file_ = nullptr;
  uint64_t size_ = 0;
  uint64_t offset_ = 0;
};

std::string tf_record(std::string_view bytes);

}  // namespace rill
