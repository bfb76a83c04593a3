#include "base/mapped_ranges.h"

#include <gtest/gtest.h>

#include <vector>

namespace rill {
namespace {

TEST(MappedRanges, OtherMemoryIsLeftAlone) {
  std::vector<char> heap(1 << 20, 'x');
  release_if_mapped(heap.data(), heap.size());
  EXPECT_EQ(heap[heap.size() / 2], 'x');
  // Reaches past the end of a mapping: not touched either.
  add_mapped_range(heap.data(), heap.size() / 2);
  release_if_mapped(heap.data() + 100, heap.size() - 100);
  EXPECT_EQ(heap[heap.size() / 4], 'x');
  remove_mapped_range(heap.data());
  release_if_mapped(heap.data(), heap.size() / 2);
  EXPECT_EQ(heap[heap.size() / 4], 'x');
}

}  // namespace
}  // namespace rill
