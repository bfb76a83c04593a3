#include "formats/hdf5/h5_dense.h"

#include <algorithm>
#include <bit>

#include "base/fail.h"

namespace rill::formats {
namespace {

// Bytes that numbers up to this one are stored in.
int bytes_for(uint64_t most) { return static_cast<int>(std::bit_width(most) + 7) / 8; }

constexpr size_t kMostDepth = 32;

}  // namespace

H5Dense::H5Dense(const H5View& view, uint64_t address) : view_(view), address_(address) {
  ByteCursor in = view.at(address, "FRHP");
  if (in.u8() != 0) in.damaged("the heap is of an unknown version");
  id_bytes_ = in.u16();
  if (in.u16() != 0) fail(Code::unimplemented, view.what, ": a packed heap is not read");
  in.skip(1);
  const uint64_t most_managed = in.u32();
  in.skip(8);
  huge_ = in.u64();
  in.skip(10 * 8);
  width_ = in.u16();
  start_ = in.u64();
  largest_ = in.u64();
  const uint16_t heap_bits = in.u16();
  in.skip(2);
  const uint64_t root = in.u64();
  const uint16_t rows = in.u16();
  view.checked(address, 146);
  if (width_ == 0 || !std::has_single_bit(start_) || !std::has_single_bit(largest_) ||
      largest_ < start_ || largest_ > (uint64_t{1} << 32) || heap_bits == 0 || heap_bits > 64 ||
      start_ > (uint64_t{1} << 32) || rows > 64) {
    in.damaged("the heap's table of blocks makes no sense");
  }
  offset_bytes_ = (heap_bits + 7) / 8;
  length_bytes_ = std::min(static_cast<int>(std::bit_width(largest_) + 6) / 8,
                           std::max(bytes_for(most_managed), 1));
  if (root == kH5Undefined) return;
  if (rows == 0) {
    blocks_.push_back({0, start_, root});
  } else {
    add_indirect(root, 0, rows, 0);
  }
}

uint64_t H5Dense::block_size(uint64_t row) const { return row == 0 ? start_ : start_ << (row - 1); }

void H5Dense::add_indirect(uint64_t address, uint64_t begin, uint64_t rows, int depth) {
  ByteCursor in = view_.at(address, "FHIB");
  if (in.u8() != 0 || in.u64() != address_) in.damaged("the heap block belongs to another heap");
  if (h5_number(in, offset_bytes_) != begin || depth > 16) {
    in.damaged("the heap block is not where it should be");
  }
  view_.checked(address, 4 + 1 + 8 + static_cast<uint64_t>(offset_bytes_) + rows * width_ * 8 + 4);
  for (uint64_t row = 0; row < rows; ++row) {
    if (row > 62 || block_size(row) > (uint64_t{1} << 48)) in.damaged("the heap is too large");
    const uint64_t size = block_size(row);
    for (uint64_t column = 0; column < width_; ++column, begin += size) {
      const uint64_t child = in.u64();
      if (child == kH5Undefined) continue;
      // Each block takes bytes of the file, so there are not more of them.
      if (blocks_.size() > view_.file.size() / 16) in.damaged("the heap has too many blocks");
      if (size <= largest_) {
        blocks_.push_back({begin, size, child});
      } else {
        const auto first = static_cast<uint64_t>(std::bit_width(start_ * width_) - 1);
        const auto mine = static_cast<uint64_t>(std::bit_width(size) - 1);
        if (mine < first) in.damaged("the heap's table of blocks makes no sense");
        add_indirect(child, begin, mine - first + 1, depth + 1);
      }
    }
  }
}

// By itself in the file: the id says where, or is a number that a tree of records leads on from.
Bytes H5Dense::huge_object(ByteCursor& id) const {
  if (id_bytes_ >= 1 + 16) {
    const uint64_t address = id.u64();
    return view_.bytes(address, id.u64());
  }
  const uint64_t number = h5_number(id, std::min(id_bytes_ - 1, 8));
  if (huge_ == kH5Undefined) id.damaged("a heap id leads nowhere");
  for (const Bytes record : h5_records(view_, huge_, 1)) {
    ByteCursor in(record, view_.what);
    const uint64_t address = in.u64(), length = in.u64();
    if (in.u64() == number) return view_.bytes(address, length);
  }
  id.damaged("a heap id leads nowhere");
}

Bytes H5Dense::object(Bytes id) const {
  ByteCursor in(id, view_.what);
  const uint8_t flags = in.u8();
  if ((flags >> 6) != 0) in.damaged("a heap id is of an unknown version");
  const int kind = flags >> 4 & 3;
  if (kind == 2) {  // within the id itself
    return in.bytes(std::min<uint64_t>((flags & 15u) + 1u, in.remaining()));
  }
  if (kind == 1) return huge_object(in);
  if (kind != 0) in.damaged("a heap id is of an unknown kind");
  const uint64_t offset = h5_number(in, offset_bytes_), length = h5_number(in, length_bytes_);
  auto after = std::upper_bound(blocks_.begin(), blocks_.end(), offset,
                                [](uint64_t at, const Block& block) { return at < block.begin; });
  if (after == blocks_.begin()) in.damaged("a heap id leads nowhere");
  const Block& block = *--after;
  const uint64_t within = offset - block.begin;
  if (within > block.size || length > block.size - within) {
    in.damaged("an object is larger than its heap block");
  }
  ByteCursor head = view_.at(block.address, "FHDB");
  if (head.u8() != 0 || head.u64() != address_) {
    head.damaged("the heap block belongs to another heap");
  }
  return view_.bytes(block.address, block.size).subspan(within, length);
}

namespace {

// Walks a tree; every node is visited once.
class Tree {
 public:
  Tree(const H5View& view, uint64_t address, uint8_t type) : view_(view), type_(type) {
    ByteCursor in = view.at(address, "BTHD");
    if (in.u8() != 0 || in.u8() != type) in.damaged("the b-tree is of another kind");
    node_ = in.u32();
    record_ = in.u16();
    const uint16_t depth = in.u16();
    in.skip(2);
    const uint64_t root = in.u64();
    const uint16_t count = in.u16();
    view.checked(address, 38);
    constexpr uint64_t kFrame = 10;  // of a node: signature, version, type, checksum
    if (record_ == 0 || node_ < kFrame + record_ || depth > kMostDepth) {
      in.damaged("the b-tree makes no sense");
    }
    most_ = {(node_ - kFrame) / record_};
    total_ = most_;
    for (int d = 1; d <= depth; ++d) {
      const uint64_t pointer = pointer_size(d);
      const uint64_t most =
          (node_ - kFrame) > pointer ? (node_ - kFrame - pointer) / (record_ + pointer) : 0;
      if (most == 0 || total_.back() > (uint64_t{1} << 40)) in.damaged("the b-tree makes no sense");
      most_.push_back(most);
      total_.push_back((most + 1) * total_.back() + most);
    }
    if (root != kH5Undefined && count > 0) walk(root, count, depth);
  }

  std::vector<Bytes> take() { return std::move(records_); }

 private:
  uint64_t pointer_size(int depth) const {
    return 8 + static_cast<uint64_t>(bytes_for(most_[0])) +
           (depth > 1 ? static_cast<uint64_t>(bytes_for(total_[static_cast<size_t>(depth) - 1]))
                      : 0);
  }

  void walk(uint64_t address, uint64_t count, int depth) {  // at most kMostDepth deep
    // Nodes do not overlap, so that all of them fit the file.
    const uint64_t children = depth > 0 ? (count + 1) * pointer_size(depth) : 0;
    const uint64_t size = 6 + count * record_ + children + 4;
    seen_ += size;
    if (count > most_[static_cast<size_t>(depth)] || seen_ > view_.file.size()) {
      fail(Code::data_loss, view_.what, ": the b-tree has more records than fit the file");
    }
    ByteCursor in = view_.at(address, depth > 0 ? "BTIN" : "BTLF");
    if (in.u8() != 0 || in.u8() != type_) in.damaged("the b-tree's node is of another kind");
    view_.checked(address, size);
    std::vector<Bytes> own;
    for (uint64_t i = 0; i < count; ++i) own.push_back(in.bytes(record_));
    for (uint64_t i = 0; i <= count; ++i) {
      if (depth > 0) {
        const uint64_t child = in.u64();
        const uint64_t child_count = h5_number(in, bytes_for(most_[0]));
        if (depth > 1) h5_number(in, bytes_for(total_[static_cast<size_t>(depth) - 1]));
        walk(child, child_count, depth - 1);
      }
      if (i < count) records_.push_back(own[i]);
    }
  }

  const H5View& view_;
  uint8_t type_;
  uint64_t node_, record_, seen_ = 0;
  std::vector<uint64_t> most_, total_;  // records of a node, and below it, by depth
  std::vector<Bytes> records_;
};

}  // namespace

std::vector<Bytes> h5_records(const H5View& view, uint64_t address, uint8_t type) {
  return Tree(view, address, type).take();
}

}  // namespace rill::formats
