#include <gtest/gtest.h>

#include <algorithm>

#include "base/thread_pool.h"
#include "op/emit.h"
#include "rill/error.hpp"

namespace rill {
namespace {

constexpr int64_t kMany = 300'000;
constexpr int32_t kBins = 11;

// Values of [0, 16): some lie behind the bins.
Tensor values() {
  Tensor out(DType::int32, Shape{kMany});
  uint32_t state = 1;
  for (int32_t& v : out.flat<int32_t>()) v = static_cast<int32_t>((state *= 69069) >> 28);
  return out;
}

Value size() { return Tensor::scalar<int32_t>(kBins); }

std::vector<int32_t> counted(const Tensor& in) {
  std::vector<int32_t> out(kBins);
  for (const int32_t v : in.flat<int32_t>()) {
    if (v < kBins) ++out[static_cast<size_t>(v)];
  }
  return out;
}

TEST(Bincount, LongInputsAreCountedInParts) {
  const Tensor in = values();
  const Value none = Tensor::zeros(DType::int32, Shape{0});
  EXPECT_EQ(emit("Bincount", {in, size(), none}).to_vector<int32_t>(), counted(in));
  EXPECT_EQ(emit("DenseBincount", {in, size(), none}).to_vector<int32_t>(), counted(in));
  EXPECT_EQ(
      emit("DenseBincount", {in, size(), none}, {{"binary_output", true}}).to_vector<int32_t>(),
      std::vector<int32_t>(kBins, 1));
}

TEST(Bincount, ThreadsChangeNoSum) {
  const Tensor in = values();
  Tensor weights(DType::float32, Shape{kMany});
  float next = 0.1F;
  for (float& w : weights.flat<float>()) w = next = next * 1.7F - static_cast<int>(next * 1.7F);
  const auto all = emit("Bincount", {in, size(), weights}).to_vector<float>();
  const ScopedThreads one(1);
  EXPECT_EQ(emit("Bincount", {in, size(), weights}).to_vector<float>(), all);
}

TEST(Bincount, NegativeValuesAreRefusedInEveryPart) {
  Tensor in = values();
  in.flat<int32_t>()[kMany - 1] = -1;
  EXPECT_THROW(emit("Bincount", {in, size(), Tensor::zeros(DType::int32, Shape{0})}),
               InvalidArgumentError);
}

TEST(DenseBincount, CountsEachRow) {
  const Value rows = Tensor::of<int32_t>({0, 1, 1, 2, 5, 0}, Shape{2, 3});
  const Value none = Tensor::zeros(DType::int64, Shape{0});
  EXPECT_EQ(emit("DenseBincount", {rows, Tensor::scalar<int32_t>(3), none}).to_vector<int64_t>(),
            (std::vector<int64_t>{1, 2, 0, 1, 0, 1}));
  const Value empty = Tensor::zeros(DType::int32, Shape{2, 0});
  EXPECT_EQ(emit("DenseBincount", {empty, Tensor::scalar<int32_t>(1), none}).to_vector<int64_t>(),
            (std::vector<int64_t>{0, 0}));
}

TEST(HistogramFixedWidth, LongInputsAreCountedInParts) {
  Tensor in(DType::float32, Shape{kMany});
  std::vector<int32_t> expected(4);
  int64_t i = 0;
  for (float& v : in.flat<float>()) {
    v = static_cast<float>(i++ % 6) - 0.5F;  // -0.5 and 4.5 go to the outer bins
    ++expected[static_cast<size_t>(std::clamp(static_cast<int>(v), 0, 3))];
  }
  const Value range = Tensor::vector<float>({0, 4});
  EXPECT_EQ(
      emit("HistogramFixedWidth", {in, range, Tensor::scalar<int32_t>(4)}).to_vector<int32_t>(),
      expected);
}

}  // namespace
}  // namespace rill
