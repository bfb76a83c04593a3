#include "kernels/packed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace rill::kernels {
namespace {

constexpr int64_t kSizes[] = {0, 1, 1000, 65'536, 65'537, 300'000, 1'900'000, 2'200'000};

TEST(AlignedFloats, LieApartAndAligned) {
  std::vector<AlignedFloats> all;
  for (int round = 0; round < 3; ++round) {
    for (const int64_t n : kSizes) {
      AlignedFloats& one = all.emplace_back(n);
      ASSERT_NE(one.get(), nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(one.get()) % 64, 0U);
      std::fill_n(one.get(), n, static_cast<float>(all.size()));
    }
  }
  for (size_t i = 0; i < all.size(); ++i) {
    const int64_t n = kSizes[i % std::size(kSizes)];
    const float* begin = all[i].get();
    EXPECT_TRUE(std::all_of(begin, begin + n, [&](float x) { return x == i + 1.0F; })) << i;
  }
}

TEST(AlignedFloats, OutliveTheirNeighbours) {
  AlignedFloats kept;
  EXPECT_FALSE(kept);
  {
    const AlignedFloats before(300'000);
    AlignedFloats one(300'000);
    const AlignedFloats behind(300'000);
    std::fill_n(one.get(), 300'000, 7.0F);
    kept = std::move(one);
  }
  const AlignedFloats later(300'000);
  std::fill_n(later.get(), 300'000, 8.0F);
  EXPECT_TRUE(std::all_of(kept.get(), kept.get() + 300'000, [](float x) { return x == 7.0F; }));
}

}  // namespace
}  // namespace rill::kernels
