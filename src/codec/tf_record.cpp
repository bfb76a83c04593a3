#include "codec/tf_record.h"

#include <cerrno>
#include <cstring>

#include "base/fail.h"
#include "codec/crc32c.h"
#include "codec/file_error.h"

namespace rill {
namespace {

template <typename T>
T little(const char* bytes) {
  T out = 0;
  for (size_t i = sizeof(T); i-- > 0;) {
    out = static_cast<T>((out << 8) | static_cast<unsigned char>(bytes[i]));
  }
  return out;
}

template <typename T>
void append_little(std::string& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

uint32_t masked(std::string_view bytes) { return crc32c::mask(crc32c::value(bytes_of(bytes))); }

}  // namespace

TFRecordReader::TFRecordReader(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code error;
  if (std::filesystem::is_directory(path_, error)) {
    fail(Code::invalid_argument, path_.string(), ": is a folder, not a file of records");
  }
  file_ = std::fopen(path_.c_str(), "rb");
  if (!file_) fail_errno(path_, "open", errno);
  size_ = std::filesystem::file_size(path_, error);
  if (error) size_ = 0;
}

TFRecordReader::TFRecordReader(std::filesystem::path path, std::string records)
    : path_(std::move(path)), unpacked_(std::move(records)), size_(unpacked_.size()) {
  file_ = ::fmemopen(unpacked_.data(), unpacked_.size(), "rb");
  if (!file_) fail_errno(path_, "read", errno);
}

TFRecordReader::~TFRecordReader() {
  if (file_) std::fclose(file_);
}

bool TFRecordReader::next(std::string& record) {
  char head[12];
  const size_t got = std::fread(head, 1, sizeof(head), file_);
  if (got == 0 && std::feof(file_)) return false;
  const auto damaged = [&](const auto&... what) {
    fail(Code::data_loss, path_.string(), ": the record at offset ", offset_, " ", what...);
  };
  if (got >= 2 && offset_ == 0 && head[0] == '\x1f' && head[1] == '\x8b') {
    damaged("is none: the file is compressed by gzip");
  }
  if (got != sizeof(head)) damaged("is cut off in its header");
  const auto length = little<uint64_t>(head);
  if (masked({head, 8}) != little<uint32_t>(head + 8)) {
    damaged("has a length whose checksum does not fit: this is no TFRecord file, or it is damaged");
  }
  const uint64_t begin = offset_ + sizeof(head);
  if (begin > size_ || size_ - begin < 4 || length > size_ - begin - 4) {
    damaged("has ", length, " bytes; the file ends before");
  }
  record.resize(static_cast<size_t>(length));
  char sum[4];
  if (std::fread(record.data(), 1, record.size(), file_) != record.size() ||
      std::fread(sum, 1, sizeof(sum), file_) != sizeof(sum)) {
    damaged("is cut off");
  }
  if (masked(record) != little<uint32_t>(sum)) damaged("has another checksum than it says");
  offset_ = begin + length + 4;
  return true;
}

std::string tf_record(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + 16);
  append_little(out, static_cast<uint64_t>(bytes.size()));
  append_little(out, masked(out));
  out += bytes;
  append_little(out, masked(bytes));
  return out;
}

}  // namespace rill
