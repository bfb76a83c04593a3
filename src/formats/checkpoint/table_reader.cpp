#include "formats/checkpoint/table_reader.h"

#include <algorithm>
#include <cstring>

#include "base/fail.h"
#include "codec/byte_cursor.h"
#include "codec/crc32c.h"
#include "codec/snappy.h"
#include "codec/sniff.h"

namespace rill::formats {
namespace {

constexpr size_t kFooterSize = 48;
constexpr size_t kTrailerSize = 5;  // compression type and checksum
constexpr uint64_t kLargestBlock = uint64_t{1} << 32;

// Keys may share so much that a small file would fill the memory: this much is let through.
uint64_t key_budget(size_t file_size) { return (uint64_t{1} << 20) + 64 * uint64_t{file_size}; }

}  // namespace

BlockCursor::BlockCursor(SharedBytes block, std::string_view what, uint64_t base)
    : block_(std::move(block)), what_(what), base_(base) {
  ByteCursor tail(block_.bytes, what_, base_);
  if (block_.size() < 4) tail.damaged("a block has no room for its restart count");
  tail.seek(block_.size() - 4);
  const uint64_t restarts = tail.u32();
  if (restarts > (block_.size() - 4) / 4) tail.damaged("a block has no room for its restarts");
  end_ = block_.size() - 4 - static_cast<size_t>(restarts) * 4;
}

bool BlockCursor::next() {
  if (at_ == end_) return false;
  ByteCursor in(block_.bytes.first(end_), what_, base_);
  in.seek(at_);
  const uint64_t shared = in.varint();
  const uint64_t rest = in.varint();
  const uint64_t value_size = in.varint();
  if (shared > key_.size()) in.damaged("a key shares more than the key before it has");
  const std::string_view tail = in.text(rest);
  const std::string_view old = std::string_view(key_).substr(static_cast<size_t>(shared));
  if (!first_ && tail <= old) in.damaged("keys do not rise");
  first_ = false;
  key_.resize(static_cast<size_t>(shared));
  key_.append(tail);
  value_ = in.bytes(value_size);
  at_ = in.position();
  return true;
}

bool looks_like_table(Bytes file) {
  if (file.size() < kFooterSize) return false;
  uint64_t magic;
  std::memcpy(&magic, file.data() + file.size() - 8, 8);
  return magic == kTableMagic;
}

TableReader::TableReader(SharedBytes file, std::string what)
    : file_(std::move(file)), what_(std::move(what)) {
  if (!looks_like_table(file_.bytes)) {
    fail(Code::data_loss, what_, ": is not a checkpoint table, or is truncated: its ", file_.size(),
         " bytes do not end with a table's footer, and it ", sniff(file_.bytes));
  }
  const size_t at = file_.size() - kFooterSize;
  ByteCursor footer(file_.bytes.subspan(at, kFooterSize - 8), what_, at);
  footer.varint();  // the meta index: nothing is in it
  footer.varint();
  const uint64_t offset = footer.varint();
  const uint64_t size = footer.varint();
  uint64_t keys = 0;
  uint64_t end = 0;
  for (BlockCursor index(load(offset, size), what_, offset); index.next();) {
    ByteCursor handle(index.value().bytes, what_, offset);
    Block block{index.key(), handle.varint(), 0};
    block.size = handle.varint();
    // Blocks follow one another; a table that names one block many times is a trap.
    if (block.offset < end || block.size > file_.size() - std::min(block.offset, file_.size())) {
      handle.damaged(str("a block of ", block.size, " bytes at ", block.offset,
                         " is not where a block can be"));
    }
    end = block.offset + block.size;
    keys += block.last_key.size();
    if (keys > key_budget(file_.size())) handle.damaged("the keys are far larger than the file");
    blocks_.push_back(std::move(block));
  }
}

SharedBytes TableReader::load(uint64_t offset, uint64_t size) const {
  ByteCursor in(file_.bytes, what_);
  in.seek(offset);
  if (size > in.remaining() || in.remaining() - size < kTrailerSize) {
    in.damaged(str("a block of ", size, " bytes does not fit the file of ", file_.size()));
  }
  const Bytes covered =
      file_.bytes.subspan(static_cast<size_t>(offset), static_cast<size_t>(size) + 1);
  in.skip(size);
  const uint8_t type = in.u8();
  const uint32_t stored = in.u32();
  const uint32_t sum = crc32c::mask(crc32c::value(covered));
  if (sum != stored) {
    fail(Code::data_loss, what_, ": at offset ", offset, ": the checksum of a block is ", sum,
         ", the file says ", stored);
  }
  const SharedBytes block = file_.sub(static_cast<size_t>(offset), static_cast<size_t>(size));
  if (type == 0) return block;
  if (type == 1) return SharedBytes::own(uncompress_snappy(block.bytes, kLargestBlock, what_));
  fail(Code::unimplemented, what_, ": at offset ", offset, ": block compression ",
       static_cast<int>(type), " is not known; none (0) and snappy (1) are");
}

BlockCursor TableReader::block(size_t i) const {
  return BlockCursor(load(blocks_[i].offset, blocks_[i].size), what_, blocks_[i].offset);
}

std::optional<SharedBytes> TableReader::get(std::string_view key) const {
  const auto it = std::lower_bound(
      blocks_.begin(), blocks_.end(), key,
      [](const Block& block, std::string_view wanted) { return block.last_key < wanted; });
  if (it == blocks_.end()) return std::nullopt;
  for (BlockCursor cursor = block(static_cast<size_t>(it - blocks_.begin())); cursor.next();) {
    if (cursor.key() == key) return cursor.value();
  }
  return std::nullopt;
}

}  // namespace rill::formats
