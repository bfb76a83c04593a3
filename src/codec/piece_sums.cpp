#include "codec/piece_sums.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "codec/crc32.h"

namespace rill {

void PieceSums::forget(uint64_t offset, uint64_t size) {
  auto at = pieces_.lower_bound(offset);
  if (at != pieces_.begin()) {
    const auto before = std::prev(at);
    if (before->second.size > offset - before->first) at = before;
  }
  while (at != pieces_.end() && (at->first < offset || at->first - offset < size)) {
    at = pieces_.erase(at);
  }
}

void PieceSums::add(uint64_t offset, uint64_t size, uint32_t sum) {
  forget(offset, size);
  pieces_.emplace(offset, Piece{size, sum});
}

uint32_t PieceSums::over(uint64_t begin, uint64_t end, Read read) const {
  constexpr uint64_t kBlock = 256 << 10;
  std::vector<std::byte> block;
  uint32_t sum = 0;
  auto next = pieces_.lower_bound(begin);
  for (uint64_t at = begin; at < end;) {
    const bool whole =
        next != pieces_.end() && next->first < end && next->second.size <= end - next->first;
    if (whole && next->first == at) {
      sum = crc32_join(sum, next->second.sum, next->second.size);
      at += next->second.size;
      ++next;
      continue;
    }
    const uint64_t stop = whole ? next->first : end;
    block.resize(std::min(stop - at, kBlock));
    read(at, block);
    sum = crc32(sum, block);
    at += block.size();
  }
  return sum;
}

}  // namespace rill
