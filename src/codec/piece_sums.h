// The CRC-32 of a part of a file, from the sums of the pieces that were written to it.
#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "base/function_ref.h"

namespace rill {

class PieceSums {
 public:
  using Read = FunctionRef<void(uint64_t offset, std::span<std::byte> out)>;

  // [offset, offset + size) is written again: sums of what lay there count no more.
  void forget(uint64_t offset, uint64_t size);
  // [offset, offset + size) was written, and has this sum.
  void add(uint64_t offset, uint64_t size, uint32_t sum);
  // The sum of [begin, end); what lies in no piece is read.
  uint32_t over(uint64_t begin, uint64_t end, Read read) const;

 private:
  struct Piece {
    uint64_t size;
    uint32_t sum;
  };
  std::map<uint64_t, Piece> pieces_;  // by offset, disjoint
};

}  // namespace rill
