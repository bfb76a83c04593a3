#include "formats/hdf5/h5_heap.h"

#include <algorithm>

#include "base/fail.h"
#include "codec/byte_cursor.h"

namespace rill::formats {
H5Heap::Collection& H5Heap::collection(uint64_t address) {
  const auto known = collections_.find(address);
  if (known != collections_.end()) return known->second;
  ByteCursor in = view_.at(address, "GCOL");
  if (in.u8() != 1) in.damaged("a global heap is of an unknown version");
  in.skip(3);
  const uint64_t size = in.u64();
  if (size < 16) in.damaged("a global heap is too small");
  // Heaps do not overlap.
  if (size > view_.file.size() - seen_) in.damaged("the global heaps are larger than the file");
  seen_ += size;
  const uint64_t begin = in.offset();
  Collection found{ByteCursor(in.bytes(size - 16), what_, begin), 0, {}};
  return collections_.emplace(address, std::move(found)).first->second;
}

// An attribute has one text or two: not worth a table of all that its collection holds.
std::optional<Bytes> H5Heap::find(Collection& in, uint16_t index) {
  constexpr int kFew = 4;
  if (in.known.empty()) {
    const bool keep = ++in.searches > kFew;
    for (ByteCursor objects = in.objects; objects.remaining() >= 16;) {
      const uint16_t at = objects.u16();
      objects.skip(6);
      const uint64_t length = objects.u64();
      if (at == 0) break;  // the free space, to the end
      const Bytes body = objects.bytes(length);
      if (keep) {
        in.known.emplace(at, body);
      } else if (at == index) {
        return body;
      }
      objects.skip(std::min<uint64_t>(h5_padded(length) - length, objects.remaining()));
    }
  }
  const auto it = in.known.find(index);
  return it == in.known.end() ? std::nullopt : std::optional(it->second);
}

std::string H5Heap::text(Bytes reference) {
  ByteCursor in(reference, what_);
  const uint32_t length = in.u32();
  const uint64_t address = in.u64();
  const uint32_t index = in.u32();
  if (length == 0) return "";
  const std::optional<Bytes> found =
      index > 0xffff ? std::nullopt : find(collection(address), static_cast<uint16_t>(index));
  if (!found) {
    fail(Code::data_loss, what_, ": the global heap at ", address, " has no object ", index);
  }
  if (length > found->size()) {
    fail(Code::data_loss, what_, ": a string of ", length, " bytes is in a heap object of ",
         found->size());
  }
  const std::string_view text = text_of(found->first(length));
  return std::string(text.substr(0, text.find('\0')));
}

}  // namespace rill::formats
