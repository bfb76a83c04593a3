#include "formats/checkpoint/table_writer.h"

#include <algorithm>

#include "codec/crc32c.h"
#include "codec/proto_wire.h"
#include "formats/checkpoint/table_reader.h"

namespace rill::formats {
namespace {

constexpr size_t kBlockSize = 262144;  // tensorflow/core/lib/io/table_options.h

void put32(std::string& out, uint32_t value) {
  out.append(reinterpret_cast<const char*>(&value), 4);
}

void put_varint(std::string& out, uint64_t value) { proto::Writer(out).raw_varint(value); }

// A short key that is >= start and < limit (leveldb's bytewise comparator).
std::string separator(std::string start, std::string_view limit) {
  const size_t shorter = std::min(start.size(), limit.size());
  size_t at = 0;
  while (at < shorter && start[at] == limit[at]) ++at;
  if (at >= shorter) return start;
  const auto byte = static_cast<unsigned char>(start[at]);
  if (byte < 0xff && byte + 1 < static_cast<unsigned char>(limit[at])) {
    ++start[at];
    start.resize(at + 1);
  }
  return start;
}

// A short key that is >= key.
std::string successor(std::string key) {
  for (size_t i = 0; i < key.size(); ++i) {
    if (static_cast<unsigned char>(key[i]) != 0xff) {
      ++key[i];
      key.resize(i + 1);
      break;
    }
  }
  return key;
}

}  // namespace

void TableWriter::Block::add(std::string_view key, std::string_view value) {
  size_t shared = 0;
  if (count_ < interval_) {
    const size_t shorter = std::min(last_key_.size(), key.size());
    while (shared < shorter && last_key_[shared] == key[shared]) ++shared;
  } else {
    restarts_.push_back(static_cast<uint32_t>(bytes_.size()));
    count_ = 0;
  }
  put_varint(bytes_, shared);
  put_varint(bytes_, key.size() - shared);
  put_varint(bytes_, value.size());
  bytes_.append(key.substr(shared));
  bytes_.append(value);
  last_key_ = key;
  ++count_;
}

std::string TableWriter::Block::finish() {
  for (const uint32_t restart : restarts_) put32(bytes_, restart);
  put32(bytes_, static_cast<uint32_t>(restarts_.size()));
  std::string out = std::move(bytes_);
  *this = Block(interval_);
  return out;
}

std::string TableWriter::write_block(const std::string& contents) {
  std::string handle;
  put_varint(handle, out_.size());
  put_varint(handle, contents.size());
  out_ += contents;
  out_ += '\0';  // not compressed
  put32(out_, crc32c::mask(crc32c::extend(crc32c::value(bytes_of(contents)),
                                          bytes_of(std::string_view("\0", 1)))));
  return handle;
}

void TableWriter::flush() {
  if (data_.empty()) return;
  pending_handle_ = write_block(data_.finish());
}

void TableWriter::add(std::string_view key, std::string_view value) {
  if (!pending_handle_.empty()) {
    index_.add(separator(last_key_, key), pending_handle_);
    pending_handle_.clear();
  }
  last_key_ = key;
  data_.add(key, value);
  if (data_.size() >= kBlockSize) flush();
}

std::string TableWriter::finish() {
  flush();
  const std::string meta_index = write_block(Block(16).finish());
  if (!pending_handle_.empty()) index_.add(successor(last_key_), pending_handle_);
  const std::string index = write_block(index_.finish());
  std::string footer = meta_index + index;
  footer.resize(40, '\0');
  out_ += footer;
  out_.append(reinterpret_cast<const char*>(&kTableMagic), 8);
  return std::move(out_);
}

}  // namespace rill::formats
