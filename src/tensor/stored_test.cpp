#include "tensor/stored.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "rill/error.hpp"

namespace rill {
namespace {

// 2 x 3 floats that begin one byte behind an aligned address.
Tensor misaligned() {
  auto memory = std::make_shared<std::vector<char>>(64);
  const float values[] = {1, 2, 3, 4, 5, 6};
  std::memcpy(memory->data() + 1, values, sizeof(values));
  return stored_tensor(DType::float32, {2, 3}, memory->data() + 1, memory);
}

bool is_stored(const Tensor& t) { return t.rep()->kind == detail::TensorKind::stored; }

TEST(Stored, IsDenseAndCopiedWhenRead) {
  const Tensor t = misaligned();
  EXPECT_TRUE(t.is_dense());
  EXPECT_EQ(t.bytes(), 24u);
  EXPECT_TRUE(is_stored(t));
  EXPECT_EQ(t.to_vector<float>(), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(is_stored(t));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(t.raw()) % alignof(float), 0u);
}

TEST(Stored, AlignmentIsThatOfAWord) {
  EXPECT_EQ(element_alignment(DType::bfloat16), 2u);
  EXPECT_EQ(element_alignment(DType::float32), 4u);
  EXPECT_EQ(element_alignment(DType::complex64), 8u) << "moved as a word of 8 bytes";
  EXPECT_EQ(element_alignment(DType::complex128), 8u);
}

TEST(Stored, WrongTypeIsRefused) {
  const Tensor t = misaligned();
  EXPECT_THROW(t.data<int32_t>(), InvalidArgumentError);
  EXPECT_TRUE(is_stored(t));
}

TEST(Stored, OtherShapesShareOneCopy) {
  const Tensor t = misaligned();
  const Tensor flat = t.reshaped({6});
  EXPECT_TRUE(is_stored(flat)) << "a shape reads nothing";
  const Tensor row = flat.reshaped({3, 2}).rows(1, 2);
  EXPECT_EQ(row.to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_EQ(flat.raw(), t.raw());
  EXPECT_EQ(t.reshaped({6}).raw(), t.raw());
}

TEST(Stored, PassingCopyLeavesItInTheFile) {
  const Tensor t = misaligned();
  const Tensor copy = passing_copy(t);
  EXPECT_EQ(copy.to_vector<float>(), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(is_stored(t));
  EXPECT_EQ(passing_copy(copy).raw(), copy.raw()) << "a dense tensor is not copied";
}

TEST(Stored, NobodyMayWriteIt) {
  Tensor t = misaligned();
  EXPECT_FALSE(t.is_unique());
  EXPECT_EQ(t.clone().to_vector<float>(), t.to_vector<float>());
}

TEST(Stored, ThreadsReadAtOnce) {
  for (int round = 0; round < 20; ++round) {
    const Tensor t = misaligned();
    const Tensor other = t.reshaped({6});
    float sums[2] = {};
    const auto add = [](const Tensor& x, float& sum) {
      for (const float f : x.flat<float>()) sum += f;
    };
    std::thread thread([&] { add(t, sums[0]); });
    add(other.reshaped({3, 2}), sums[1]);
    thread.join();
    EXPECT_EQ(sums[0], 21.0f);
    EXPECT_EQ(sums[1], 21.0f);
  }
}

}  // namespace
}  // namespace rill
