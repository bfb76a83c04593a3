#include "codec/proto_wire.h"

#include <bit>
#include <cstring>

#include "base/fail.h"

namespace rill::proto {
namespace {

constexpr const char* wire_name(Wire wire) {
  constexpr const char* kNames[] = {"varint", "fixed64",      "bytes",
                                    "group",  "end of group", "fixed32"};
  return kNames[static_cast<int>(wire)];
}

}  // namespace

void Reader::damaged_at(const std::byte* at, std::string_view problem) const {
  fail(Code::data_loss, what_, ": at offset ", base_ + static_cast<uint64_t>(at - begin_), ": ",
       problem);
}

void Reader::damaged(std::string_view problem) const {
  damaged_at(field_ == nullptr ? begin_ : field_, problem);
}

void Reader::wrong_wire(Wire wanted) const {
  damaged(str("field ", number_, " is stored as ", wire_name(wire_), "; ", wire_name(wanted),
              " was expected"));
}

uint64_t Reader::varint(const std::byte*& at, const std::byte* end) const {
  if (at < end && *at < std::byte{0x80}) return static_cast<uint64_t>(*at++);  // nearly always
  uint64_t value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (at == end) damaged_at(at, "the message ends inside a varint");
    const auto byte = static_cast<uint64_t>(*at++);
    if (shift == 63 && byte > 1) break;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  damaged_at(at, "a varint is longer than 64 bits");
}

bool Reader::next() {
  while (at_ != end_) {
    field_ = at_;
    const uint64_t key = varint(at_, end_);
    const uint64_t number = key >> 3;
    if (number == 0 || number > 0x1fffffff) {
      damaged(str("field number ", number, " is not valid: these bytes are not such a message"));
    }
    number_ = static_cast<uint32_t>(number);
    wire_ = static_cast<Wire>(key & 7);
    if (wire_ == Wire::group) {
      skip_group();
      continue;
    }
    take_payload();
    return true;
  }
  return false;
}

void Reader::take_payload() {
  const auto left = static_cast<size_t>(end_ - at_);
  switch (wire_) {
    case Wire::varint:
      value_ = varint(at_, end_);
      return;
    case Wire::fixed64:
      if (left < 8) damaged("the message ends inside a fixed64 field");
      std::memcpy(&value_, at_, 8);
      at_ += 8;
      return;
    case Wire::fixed32: {
      if (left < 4) damaged("the message ends inside a fixed32 field");
      uint32_t value;
      std::memcpy(&value, at_, 4);
      value_ = value;
      at_ += 4;
      return;
    }
    case Wire::bytes: {
      const uint64_t size = varint(at_, end_);
      if (size > static_cast<uint64_t>(end_ - at_)) {
        damaged(str("field ", number_, " says it has ", size, " bytes, only ", end_ - at_,
                    " are left"));
      }
      bytes_ = {at_, static_cast<size_t>(size)};
      at_ += size;
      return;
    }
    case Wire::group_end:
      damaged("a group ends that never began");
    default:
      damaged(str("wire type ", static_cast<int>(wire_), " does not exist"));
  }
}

// Steps over a (deprecated) group with all that is in it.
void Reader::skip_group() {
  constexpr size_t kDeepest = 100;
  std::vector<uint32_t> open{number_};
  while (!open.empty()) {
    if (at_ == end_) damaged("the message ends inside a group");
    const uint64_t key = varint(at_, end_);
    const auto number = static_cast<uint32_t>(key >> 3);
    wire_ = static_cast<Wire>(key & 7);
    if (wire_ == Wire::group) {
      if (open.size() == kDeepest) damaged("groups are nested deeper than 100");
      open.push_back(number);
    } else if (wire_ == Wire::group_end) {
      if (open.back() != number) damaged("a group ends with another number than it began");
      open.pop_back();
    } else {
      take_payload();
    }
  }
}

float Reader::float32() const { return std::bit_cast<float>(fixed32()); }
double Reader::float64() const { return std::bit_cast<double>(fixed64()); }

template <typename T>
void Reader::append_varints(std::vector<T>& out) const {
  if (wire_ == Wire::varint) {
    out.push_back(static_cast<T>(value_));
    return;
  }
  const Bytes packed = bytes();
  const std::byte* at = packed.data();
  const std::byte* const end = at + packed.size();
  while (at != end) out.push_back(static_cast<T>(varint(at, end)));
}

template <typename T>
void Reader::append_fixed(std::vector<T>& out) const {
  constexpr Wire kSingle = sizeof(T) == 4 ? Wire::fixed32 : Wire::fixed64;
  if (wire_ == kSingle) {
    T value;
    std::memcpy(&value, &value_, sizeof(T));
    out.push_back(value);
    return;
  }
  const Bytes packed = bytes();
  if (packed.size() % sizeof(T) != 0) {
    damaged(
        str("field ", number_, " holds ", packed.size(), " bytes, not a multiple of ", sizeof(T)));
  }
  const size_t old = out.size();
  out.resize(old + packed.size() / sizeof(T));
  if (!packed.empty()) std::memcpy(out.data() + old, packed.data(), packed.size());
}

template void Reader::append_varints(std::vector<int64_t>&) const;
template void Reader::append_varints(std::vector<uint64_t>&) const;
template void Reader::append_varints(std::vector<int32_t>&) const;
template void Reader::append_varints(std::vector<uint32_t>&) const;
template void Reader::append_varints(std::vector<bool>&) const;
template void Reader::append_fixed(std::vector<float>&) const;
template void Reader::append_fixed(std::vector<double>&) const;
template void Reader::append_fixed(std::vector<int32_t>&) const;
template void Reader::append_fixed(std::vector<uint32_t>&) const;
template void Reader::append_fixed(std::vector<int64_t>&) const;
template void Reader::append_fixed(std::vector<uint64_t>&) const;

size_t varint_size(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

void Writer::raw_varint(uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<char>(value));
}

void Writer::fixed32(uint32_t field, uint32_t value) {
  tag(field, Wire::fixed32);
  out_.append(reinterpret_cast<const char*>(&value), 4);
}

void Writer::fixed64(uint32_t field, uint64_t value) {
  tag(field, Wire::fixed64);
  out_.append(reinterpret_cast<const char*>(&value), 8);
}

void Writer::float32(uint32_t field, float value) {
  fixed32(field, std::bit_cast<uint32_t>(value));
}
void Writer::float64(uint32_t field, double value) {
  fixed64(field, std::bit_cast<uint64_t>(value));
}

// -0.0 is not the default: protobuf compares bits.
void Writer::float32_or_skip(uint32_t field, float value) {
  if (std::bit_cast<uint32_t>(value) != 0) float32(field, value);
}

void Writer::bytes(uint32_t field, std::string_view value) {
  tag(field, Wire::bytes);
  raw_varint(value.size());
  out_.append(value);
}

void Writer::packed_varints(uint32_t field, const std::vector<int64_t>& values) {
  if (values.empty()) return;
  message(field, [&](Writer& inner) {
    for (const int64_t value : values) inner.raw_varint(static_cast<uint64_t>(value));
  });
}

void Writer::insert_length(size_t begin) {
  std::string length;
  Writer(length).raw_varint(out_.size() - begin);
  out_.insert(begin, length);
}

}  // namespace rill::proto
