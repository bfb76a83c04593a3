// The protobuf wire format: fields of one message at a time, without copies and without recursion.
//
//   proto::Reader node(bytes, "NodeDef");
//   while (node.next()) {
//     switch (node.number()) {
//       case 1: name = node.text(); break;
//       case 5: read_attr(node.message("AttrValue"), depth + 1); break;
//     }                       // whatever is not asked for is skipped
//   }
//
// Layout: https://protobuf.dev/programming-guides/encoding. Callers bound the nesting (100).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/bytes.h"

namespace rill::proto {

enum class Wire : uint8_t {
  varint = 0,
  fixed64 = 1,
  bytes = 2,
  group = 3,
  group_end = 4,
  fixed32 = 5
};

class Reader {
 public:
  // `what` names the message in errors and must outlive the reader; `base` is where it begins in
  // its file.
  Reader(Bytes message, const char* what, uint64_t base = 0)
      : begin_(message.data()),
        end_(begin_ + message.size()),
        at_(begin_),
        what_(what),
        base_(base) {}

  // To the next field; false at the end. Groups are stepped over. Throws DATA_LOSS.
  bool next();

  uint32_t number() const { return number_; }
  Wire wire() const { return wire_; }
  // Where the present field begins, in the file.
  uint64_t offset() const { return base_ + static_cast<uint64_t>(field_ - begin_); }
  // Where the present field's payload (of wire type bytes) begins, in the file.
  uint64_t payload_offset() const { return base_ + static_cast<uint64_t>(bytes_.data() - begin_); }

  // The present field's value. Throws DATA_LOSS when its wire type is another.
  uint64_t uint64() const { return expect(Wire::varint), value_; }
  int64_t int64() const { return static_cast<int64_t>(uint64()); }
  int32_t int32() const { return static_cast<int32_t>(uint64()); }  // enums, too
  uint32_t uint32() const { return static_cast<uint32_t>(uint64()); }
  bool boolean() const { return uint64() != 0; }
  int64_t sint64() const {  // zigzag
    return static_cast<int64_t>(uint64() >> 1) ^ -static_cast<int64_t>(uint64() & 1);
  }
  uint32_t fixed32() const { return expect(Wire::fixed32), static_cast<uint32_t>(value_); }
  uint64_t fixed64() const { return expect(Wire::fixed64), value_; }
  float float32() const;
  double float64() const;
  Bytes bytes() const { return expect(Wire::bytes), bytes_; }
  std::string_view text() const { return text_of(bytes()); }
  Reader message(const char* what) const {
    const Bytes inner = bytes();
    return Reader(inner, what, payload_offset());
  }

  // A repeated number, packed or not: appends what the present field holds.
  // T: int64_t, uint64_t, int32_t, uint32_t, bool as varints.
  template <typename T>
  void append_varints(std::vector<T>& out) const;
  // T: float, uint32_t, int32_t (fixed32) or double, uint64_t, int64_t (fixed64).
  template <typename T>
  void append_fixed(std::vector<T>& out) const;

  // Throws DATA_LOSS "WHAT: at offset N: problem".
  [[noreturn]] void damaged(std::string_view problem) const;

 private:
  void expect(Wire wire) const {
    if (wire_ != wire) wrong_wire(wire);
  }
  [[noreturn]] void wrong_wire(Wire wanted) const;
  [[noreturn]] void damaged_at(const std::byte* at, std::string_view problem) const;
  uint64_t varint(const std::byte*& at, const std::byte* end) const;
  void take_payload();
  void skip_group();

  const std::byte* begin_;
  const std::byte* end_;
  const std::byte* at_;
  const std::byte* field_ = nullptr;
  const char* what_;
  uint64_t base_;
  uint32_t number_ = 0;
  Wire wire_ = Wire::varint;
  uint64_t value_ = 0;
  Bytes bytes_;
};

// Appends fields to a string. Fields come out in the order of the calls; to be byte-identical with
// libprotobuf call in order of field numbers and leave default values out (the *_or_skip forms).
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void varint(uint32_t field, uint64_t value) { tag(field, Wire::varint), raw_varint(value); }
  void int64(uint32_t field, int64_t value) { varint(field, static_cast<uint64_t>(value)); }
  void int32(uint32_t field, int32_t value) { int64(field, value); }  // sign-extended
  void boolean(uint32_t field, bool value) { varint(field, value ? 1 : 0); }
  void fixed32(uint32_t field, uint32_t value);
  void fixed64(uint32_t field, uint64_t value);
  void float32(uint32_t field, float value);
  void float64(uint32_t field, double value);
  void bytes(uint32_t field, std::string_view value);
  void packed_varints(uint32_t field, const std::vector<int64_t>& values);
  void packed_fixed(uint32_t field, Bytes values) { bytes(field, text_of(values)); }

  // proto3 leaves default values out.
  void int64_or_skip(uint32_t field, int64_t value) {
    if (value != 0) int64(field, value);
  }
  void bytes_or_skip(uint32_t field, std::string_view value) {
    if (!value.empty()) bytes(field, value);
  }
  void boolean_or_skip(uint32_t field, bool value) {
    if (value) boolean(field, value);
  }
  void float32_or_skip(uint32_t field, float value);

  // A nested message: `fill(Writer&)` writes its fields.
  template <typename Fill>
  void message(uint32_t field, Fill&& fill) {
    const size_t begin = begin_message(field);
    fill(*this);
    end_message(begin);
  }
  // The same in two calls: end_message() takes what begin_message() gave.
  size_t begin_message(uint32_t field) {
    tag(field, Wire::bytes);
    return out_.size();
  }
  void end_message(size_t begin) { insert_length(begin); }

  void raw_varint(uint64_t value);

 private:
  void tag(uint32_t field, Wire wire) {
    raw_varint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(wire));
  }
  void insert_length(size_t begin);

  std::string& out_;
};

size_t varint_size(uint64_t value);

}  // namespace rill::proto
