#include "formats/hdf5/h5_heap.h"

#include <algorithm>
#include <vector>

#include "base/fail.h"
#include "codec/byte_cursor.h"

namespace rill::formats {
namespace {

constexpr uint16_t kAttribute = 0x0c;
constexpr uint16_t kContinuation = 0x10;

struct Block {
  uint64_t offset;
  uint64_t size;
};

uint64_t padded(uint64_t size) { return (size + 7) / 8 * 8; }

// The elements of an attribute message when it is the one asked for.
std::optional<Bytes> match(Bytes message, std::string_view name, const std::string& what) {
  ByteCursor in(message, what);
  const uint8_t version = in.u8();
  if (version < 1 || version > 3) return std::nullopt;
  in.skip(1);
  const uint64_t sizes[3] = {in.u16(), in.u16(), in.u16()};  // name, type, space
  if (version == 3) in.skip(1);
  const auto part = [&](uint64_t size) { return in.bytes(version == 1 ? padded(size) : size); };
  std::string_view found = text_of(part(sizes[0]));
  found = found.substr(0, found.find('\0'));
  if (found != name) return std::nullopt;
  part(sizes[1]);
  part(sizes[2]);
  return in.bytes(in.remaining());
}

}  // namespace

std::optional<Bytes> H5Heap::attribute(uint64_t address, std::string_view name) const {
  ByteCursor header(file_, what_);
  const auto go = [&](uint64_t to) {
    if (to > file_.size() || base_ > file_.size() - to) header.damaged("an address lies outside");
    header.seek(base_ + to);
  };
  go(address);
  std::vector<Block> blocks;
  const bool second = header.remaining() >= 4 && header.text(4) == "OHDR";
  bool ordered = false;
  if (second) {
    header.skip(1);
    const uint8_t flags = header.u8();
    ordered = (flags & 0x04) != 0;
    if ((flags & 0x20) != 0) header.skip(16);
    if ((flags & 0x10) != 0) header.skip(4);
    uint64_t size = 0;
    for (int i = 0; i < 1 << (flags & 3); ++i)
      size |= static_cast<uint64_t>(header.u8()) << (8 * i);
    blocks.push_back({header.position(), size});
  } else {
    go(address);
    header.skip(8);
    const uint32_t size = header.u32();
    header.skip(4);
    blocks.push_back({header.position(), size});
  }
  constexpr size_t kMostBlocks = 10'000;  // continuations may form a circle
  for (size_t b = 0; b < blocks.size() && b < kMostBlocks; ++b) {
    header.seek(blocks[b].offset);
    const Bytes body = header.bytes(blocks[b].size);
    ByteCursor in(body, what_, blocks[b].offset);
    const size_t head = second ? (ordered ? 6 : 4) : 8;
    while (in.remaining() >= head) {
      const uint16_t type = second ? in.u8() : in.u16();
      const uint16_t size = in.u16();
      in.skip(second ? (ordered ? 3 : 1) : 4);
      if (size > in.remaining()) break;  // the gap at the end of a block
      const Bytes message = in.bytes(size);
      if (type == kAttribute) {
        if (const auto found = match(message, name, what_)) return found;
      } else if (type == kContinuation) {
        ByteCursor next(message, what_);
        Block block{next.u64(), next.u64()};
        if (block.offset > file_.size() || base_ > file_.size() - block.offset) continue;
        block.offset += base_;
        if (second) {  // a signature before, a checksum behind
          if (block.size < 8) continue;
          block.offset += 4;
          block.size -= 8;
        }
        blocks.push_back(block);
      }
    }
  }
  return std::nullopt;
}

const H5Heap::Objects& H5Heap::collection(uint64_t address) {
  const auto known = collections_.find(address);
  if (known != collections_.end()) return known->second;
  ByteCursor in(file_, what_);
  if (address > file_.size() || base_ > file_.size() - address) {
    in.damaged(str("a heap address, ", address, ", lies outside the file"));
  }
  in.seek(base_ + address);
  if (in.text(4) != "GCOL" || in.u8() != 1) in.damaged("a global heap is not where it should be");
  in.skip(3);
  const uint64_t size = in.u64();
  if (size < 16) in.damaged("a global heap is too small");
  const uint64_t begin = in.offset();
  ByteCursor objects(in.bytes(size - 16), what_, begin);
  Objects out;
  while (objects.remaining() >= 16) {
    const uint16_t index = objects.u16();
    objects.skip(6);
    const uint64_t length = objects.u64();
    if (index == 0) break;  // the free space, to the end
    out[index] = objects.bytes(length);
    objects.skip(std::min<uint64_t>(padded(length) - length, objects.remaining()));
  }
  return collections_.emplace(address, std::move(out)).first->second;
}

std::string H5Heap::text(Bytes reference) {
  ByteCursor in(reference, what_);
  const uint32_t length = in.u32();
  const uint64_t address = in.u64();
  const uint32_t index = in.u32();
  if (length == 0) return "";
  const Objects& objects = collection(address);
  const auto it = index > 0xffff ? objects.end() : objects.find(static_cast<uint16_t>(index));
  if (it == objects.end()) {
    fail(Code::data_loss, what_, ": the global heap at ", address, " has no object ", index);
  }
  if (length > it->second.size()) {
    fail(Code::data_loss, what_, ": a string of ", length, " bytes is in a heap object of ",
         it->second.size());
  }
  const std::string_view text = text_of(it->second.first(length));
  return std::string(text.substr(0, text.find('\0')));
}

}  // namespace rill::formats
