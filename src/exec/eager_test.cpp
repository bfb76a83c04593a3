// Eager calls that look alike share what was prepared; what differs must be seen.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "op/emit.h"

namespace rill {
namespace {

std::vector<float> eager_floats(const Tensor& t) { return t.to_vector<float>(); }

Tensor matrix() { return Tensor::of({1.0f, 2.0f, 3.0f, 4.0f}, Shape{2, 2}); }

TEST(Eager, ParametersAndAttributesAreSeenAmongRepeatedCalls) {
  const Tensor x = matrix();
  const auto sum = [&](int32_t axis, bool keep) {
    return emit("Sum", {x, Tensor::vector<int32_t>({axis})}, {{"keep_dims", keep}});
  };
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(eager_floats(sum(0, false)), (std::vector<float>{4, 6}));
    EXPECT_EQ(eager_floats(sum(1, false)), (std::vector<float>{3, 7}));
    EXPECT_EQ(sum(1, true).shape(), (Shape{2, 1}));
    EXPECT_EQ(sum(1, false).shape(), (Shape{2}));
  }
  for (int round = 0; round < 4; ++round) {
    for (const bool turned : {false, false, false, true, true}) {
      const Tensor y = emit("MatMul", {x, x}, {{"transpose_b", turned}});
      EXPECT_EQ(eager_floats(y),
                turned ? (std::vector<float>{5, 11, 11, 25}) : (std::vector<float>{7, 10, 15, 22}));
    }
  }
}

TEST(Eager, ShapesAndTypesAreSeenAmongRepeatedCalls) {
  for (int round = 0; round < 3; ++round) {
    for (const int64_t n : {1, 1, 1, 5, 5, 1, 0, 0, 0, 7}) {
      const Tensor x = Tensor::of(std::vector<float>(static_cast<size_t>(n), 2.0f), {n});
      const Tensor y = emit("Mul", {x, x});
      EXPECT_EQ(eager_floats(y), std::vector<float>(static_cast<size_t>(n), 4.0f));
    }
    for (int i = 0; i < 3; ++i) {
      const Tensor y = emit("Mul", {Tensor::vector<int32_t>({3}), Tensor::vector<int32_t>({5})});
      EXPECT_EQ(y.dtype(), DType::int32);
      EXPECT_EQ(*y.data<int32_t>(), 15);
    }
  }
}

// As TensorFlow, on the caller's thread and on the others alike.
TEST(Eager, DenormalsCountAsZero) {
  for (const size_t n : {size_t{1}, size_t{1} << 20}) {
    const Value small = Tensor::vector(std::vector<float>(n, 1e-30f));
    const Value product = emit("Mul", {small, Tensor::scalar(1e-10f)});
    const std::vector<float> y = eager_floats(product);
    EXPECT_EQ(std::count(y.begin(), y.end(), 0.0f), static_cast<int64_t>(n));
  }
}

TEST(Eager, EachCallHasAResultOfItsOwn) {
  const Tensor x = matrix();
  std::vector<Tensor> all;
  for (int i = 0; i < 4; ++i) {
    const Tensor factor = Tensor::scalar(static_cast<float>(i));
    all.push_back(emit("Mul", {x, factor}));
  }
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(eager_floats(all[static_cast<size_t>(i)])[3], 4.0f * static_cast<float>(i));
}

TEST(Eager, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  for (int t = 1; t <= 4; ++t) {
    threads.emplace_back([t] {
      const Tensor x = Tensor::of(std::vector<float>(static_cast<size_t>(t), 1.0f), {t});
      for (int i = 0; i < 500; ++i) {
        const Tensor y = emit("Sum", {x, Tensor::vector<int32_t>({0})});
        ASSERT_EQ(y.item<float>(), static_cast<float>(t));
      }
    });
  }
  for (std::thread& t : threads) t.join();
}

}  // namespace
}  // namespace rill
