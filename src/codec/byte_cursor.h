// Reads little-endian values from a span and never beyond it.
#pragma once

#include <cstring>
#include <string_view>

#include "codec/bytes.h"

namespace rill {

class ByteCursor {
 public:
  // `what` names the thing in messages ("m.index", "zip directory") and must outlive the cursor.
  // `base` is where the span begins in its file: messages give offsets in the file.
  ByteCursor(Bytes bytes, std::string_view what, uint64_t base = 0)
      : bytes_(bytes), what_(what), base_(base) {}

  uint8_t u8() { return load<uint8_t>(); }
  uint16_t u16() { return load<uint16_t>(); }
  uint32_t u32() { return load<uint32_t>(); }
  uint64_t u64() { return load<uint64_t>(); }
  float f32() { return load<float>(); }
  double f64() { return load<double>(); }
  // A base-128 varint as protobuf and leveldb write it, at most 64 bits.
  uint64_t varint();
  Bytes bytes(uint64_t count) {
    need(count);
    const Bytes out = bytes_.subspan(position_, static_cast<size_t>(count));
    position_ += static_cast<size_t>(count);
    return out;
  }
  std::string_view text(uint64_t count) { return text_of(bytes(count)); }
  void skip(uint64_t count) { bytes(count); }

  bool at_end() const { return position_ == bytes_.size(); }
  size_t remaining() const { return bytes_.size() - position_; }
  size_t position() const { return position_; }
  uint64_t offset() const { return base_ + position_; }  // in the file
  // Throws DATA_LOSS when it lies outside.
  void seek(uint64_t position);

  // Throws DATA_LOSS "WHAT: at offset N: problem".
  [[noreturn]] void damaged(std::string_view problem) const;

 private:
  // Values are read with memcpy on a little-endian machine, the only kind rill is built for.
  template <typename T>
  T load() {
    need(sizeof(T));
    T value;
    std::memcpy(&value, bytes_.data() + position_, sizeof(T));
    position_ += sizeof(T);
    return value;
  }
  void need(uint64_t count) const {
    if (count > bytes_.size() - position_) too_short(count);
  }
  [[noreturn]] void too_short(uint64_t count) const;

  Bytes bytes_;
  std::string_view what_;
  uint64_t base_;
  size_t position_ = 0;
};

}  // namespace rill
