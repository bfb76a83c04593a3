#include "formats/hdf5/h5_chunk_array.h"

#include <algorithm>
#include <bit>

namespace rill::formats {
namespace {

// The entries of a block, in pages with a checksum each when there are many.
class Entries {
 public:
  Entries(const H5View& view, const H5SeeEntry& see) : view_(view), see_(see) {}

  void set_head(ByteCursor& in, bool packed, uint8_t size) {
    packed_ = packed;
    size_ = size;
    const uint8_t fixed = packed ? 12 : 8;
    if (size < fixed || size - fixed > 8) in.damaged("the array of chunks makes no sense");
  }
  uint8_t size() const { return size_; }

  void read(ByteCursor& in, uint64_t first, uint64_t number) {
    // Each entry takes bytes of the file, so there are not more of them.
    if (number > view_.file.size() / size_ - seen_) in.damaged("the array of chunks is too long");
    seen_ += number;
    for (uint64_t i = 0; i < number; ++i) see_(first + i, packed_, in.bytes(size_));
  }

  // Bit `bit` + p of `present` says whether page p was ever written.
  void read_pages(ByteCursor& in, uint64_t first, uint64_t number, uint64_t page, Bytes present,
                  uint64_t bit = 0) {
    for (uint64_t p = 0; p * page < number; ++p) {
      const uint64_t length = std::min(page, number - p * page);
      const uint64_t at = bit + p;
      if ((static_cast<unsigned>(present[at / 8]) & (0x80U >> (at % 8))) == 0) {
        in.skip(length * size_);
      } else {
        read(in, first + p * page, length);
      }
      in.skip(4);  // its checksum
    }
  }

 private:
  const H5View& view_;
  const H5SeeEntry& see_;
  bool packed_ = false;
  uint8_t size_ = 0;
  uint64_t seen_ = 0;
};

// Blocks grow: super block u has 2^(u/2) data blocks of 2^((u+1)/2) times the least number of
// entries. The first super blocks are written into the index block (H5EA in the specification:
// "Extensible Array").
class Extensible {
 public:
  Extensible(const H5View& view, uint64_t address, const H5SeeEntry& see)
      : view_(view), address_(address), entries_(view, see) {}

  void read() {
    ByteCursor in = view_.at(address_, "EAHD");
    if (in.u8() != 0) in.damaged("the array of chunks is of an unknown version");
    const bool packed = in.u8() == 1;
    entries_.set_head(in, packed, in.u8());
    const uint8_t bits = in.u8(), inside = in.u8(), least = in.u8(), pointers = in.u8(),
                  page_bits = in.u8();
    in.skip(4 * 8);
    end_ = in.u64();
    in.skip(8);
    const uint64_t index = in.u64();
    view_.checked(address_, 72);
    if (bits == 0 || bits > 64 || !std::has_single_bit(least) || !std::has_single_bit(pointers) ||
        page_bits > 32 || static_cast<int>(std::bit_width(least)) - 1 > bits) {
      in.damaged("the array of chunks makes no sense");
    }
    offset_bytes_ = (uint64_t{bits} + 7) / 8;
    page_ = uint64_t{1} << page_bits;
    least_ = least;
    const int super_blocks = bits - (static_cast<int>(std::bit_width(least)) - 1) + 1;
    if (index != kH5Undefined) read_index(index, inside, pointers, super_blocks);
  }

 private:
  ByteCursor block(uint64_t address, std::string_view signature) const {
    ByteCursor in = view_.at(address, signature);
    in.skip(2);
    if (in.u64() != address_) in.damaged("a block of chunks belongs to another array");
    return in;
  }

  uint64_t blocks_of(int super_block) const { return uint64_t{1} << (super_block / 2); }
  uint64_t length_of(int super_block) const { return least_ << ((super_block + 1) / 2); }

  void read_index(uint64_t address, uint64_t inside, uint64_t pointers, int super_blocks) {
    ByteCursor in = block(address, "EAIB");
    entries_.read(in, 0, inside);
    uint64_t first = inside;
    const int direct = std::min(2 * (static_cast<int>(std::bit_width(pointers)) - 1), super_blocks);
    for (int u = 0; u < super_blocks && first < end_; ++u) {
      if (u < direct) {
        for (uint64_t b = 0; b < blocks_of(u); ++b, first += length_of(u)) {
          read_data(in.u64(), first, length_of(u), {}, 0);
        }
      } else {
        read_super(in.u64(), first, u);
        first += blocks_of(u) * length_of(u);
      }
    }
  }

  void read_super(uint64_t address, uint64_t first, int u) {
    if (address == kH5Undefined) return;
    ByteCursor in = block(address, "EASB");
    in.skip(offset_bytes_);
    const uint64_t length = length_of(u), blocks = blocks_of(u);
    const uint64_t mask = length > page_ ? (length / page_ + 7) / 8 : 0;
    if (blocks > view_.file.size() / (8 + mask)) in.damaged("the array of chunks is too long");
    const Bytes present = in.bytes(blocks * mask);
    for (uint64_t b = 0; b < blocks; ++b) {
      read_data(in.u64(), first + b * length, length, present, b * (length / page_));
    }
  }

  void read_data(uint64_t address, uint64_t first, uint64_t length, Bytes present, uint64_t bit) {
    if (address == kH5Undefined || first >= end_) return;
    ByteCursor in = block(address, "EADB");
    in.skip(offset_bytes_);
    if (length <= page_) return entries_.read(in, first, length);
    if (present.empty()) in.damaged("the array of chunks makes no sense");
    in.skip(4);
    entries_.read_pages(in, first, length, page_, present, bit);
  }

  const H5View& view_;
  uint64_t address_;
  Entries entries_;
  uint64_t end_ = 0;  // no entry at or behind it was ever written
  uint64_t offset_bytes_ = 0, page_ = 0, least_ = 0;
};

}  // namespace

void h5_fixed_array(const H5View& view, uint64_t address, const H5SeeEntry& see) {
  ByteCursor head = view.at(address, "FAHD");
  if (head.u8() != 0) head.damaged("the array of chunks is of an unknown version");
  const bool packed = head.u8() == 1;
  Entries entries(view, see);
  entries.set_head(head, packed, head.u8());
  const uint8_t page_bits = head.u8();
  const uint64_t number = head.u64(), block = head.u64();
  view.checked(address, 28);
  if (page_bits > 32 || number > view.file.size() / entries.size()) {
    head.damaged("the array of chunks makes no sense");
  }
  if (block == kH5Undefined) return;
  ByteCursor in = view.at(block, "FADB");
  in.skip(1 + 1 + 8);
  const uint64_t page = uint64_t{1} << page_bits;
  if (number <= page) return entries.read(in, 0, number);
  const Bytes present = in.bytes(((number + page - 1) / page + 7) / 8);
  in.skip(4);
  entries.read_pages(in, 0, number, page, present);
}

void h5_extensible_array(const H5View& view, uint64_t address, const H5SeeEntry& see) {
  Extensible(view, address, see).read();
}

}  // namespace rill::formats
