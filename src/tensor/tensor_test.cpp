#include "rill/tensor.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "rill/error.hpp"
#include "tensor/buffer.h"

namespace rill {
namespace {

template <typename E, typename F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  }
  return "nothing of this type was thrown";
}

TEST(Tensor, OneThatTheMachineCannotHoldIsRefused) {
  // Nine tenths of the memory: the system would promise it and end the process later.
  const auto memory = static_cast<int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
  const Shape shape{memory / 10 * 9};
  EXPECT_NE(message_of<ResourceExhaustedError>([&] {
              Tensor t(DType::uint8, shape);
            }).find("that one may take on this machine"),
            std::string::npos);
  EXPECT_THROW(Tensor(DType::string, shape), ResourceExhaustedError);
  EXPECT_THROW(Tensor(DType::resource, shape), ResourceExhaustedError);
}

TEST(Tensor, HoldsValues) {
  const Tensor t = Tensor::of<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(t.dtype(), DType::float32);
  EXPECT_EQ(t.shape(), (Shape{2, 3}));
  EXPECT_EQ(t.dim(-1), 3);
  EXPECT_EQ(t.size(), 6);
  EXPECT_EQ(t.bytes(), 24u);
  EXPECT_EQ(t.to_vector<int>(), (std::vector<int>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(t.raw()) % 64, 0u);
  EXPECT_EQ(message_of<InvalidArgumentError>([] {
              Tensor::of<float>({1, 2}, {3});
            }),
            "2 values do not fill the shape [3]");
}

TEST(Tensor, CopiesShareTheStorage) {
  Tensor a = Tensor::zeros({3});
  EXPECT_TRUE(a.is_unique());
  Tensor b = a;
  EXPECT_FALSE(a.is_unique());
  b.data<float>()[1] = 5;
  EXPECT_EQ(a.data<float>()[1], 5);
  b = Tensor();
  EXPECT_TRUE(a.is_unique());
  a = *&a;
  EXPECT_EQ(a.data<float>()[1], 5);
  const Tensor c = a.clone();
  a.data<float>()[1] = 6;
  EXPECT_EQ(c.data<float>()[1], 5);
}

TEST(Tensor, ViewsBorrow) {
  std::array<float, 4> memory = {1, 2, 3, 4};
  Tensor view = Tensor::view(std::span<float>(memory), {2, 2});
  EXPECT_EQ(view.raw(), memory.data());
  EXPECT_FALSE(view.is_unique());
  view.data<float>()[3] = 9;
  EXPECT_EQ(memory[3], 9);
  const Tensor kept = view.owned();
  EXPECT_NE(kept.raw(), memory.data());
  memory[0] = 100;
  EXPECT_EQ(kept.data<float>()[0], 1);
  EXPECT_EQ(kept.owned().raw(), kept.raw());
  EXPECT_THROW(Tensor::view(std::span<float>(memory), {5}), InvalidArgumentError);
}

TEST(Tensor, RowsAndReshapesShare) {
  const Tensor t = Tensor::of<int>({0, 1, 2, 3, 4, 5}, {3, 2});
  const Tensor rows = t.rows(1, 3);
  EXPECT_EQ(rows.shape(), (Shape{2, 2}));
  EXPECT_EQ(rows.to_vector<int>(), (std::vector<int>{2, 3, 4, 5}));
  EXPECT_EQ(t.rows(2, 2).size(), 0);
  EXPECT_EQ(t.reshaped({2, 3}).raw(), t.raw());
  EXPECT_THROW(t.rows(2, 4), OutOfRangeError);
  EXPECT_THROW(t.rows(-1, 1), OutOfRangeError);
  EXPECT_THROW(Tensor(1).rows(0, 1), OutOfRangeError);
  EXPECT_EQ(message_of<InvalidArgumentError>([&] { (void)t.reshaped({4}); }),
            "cannot reshape a tensor of shape [3,2] to [4]");
  const Tensor words = Tensor::vector<std::string>({"a", "b", "c"}).rows(1, 3);
  EXPECT_EQ(words.to_vector<std::string>(), (std::vector<std::string>{"b", "c"}));
}

TEST(Tensor, ReadOnlyMemoryIsNotUnique) {
  static float memory[2] = {1, 2};
  const Tensor t =
      Tensor::from_buffer(DType::float32, {2}, foreign_buffer(memory, sizeof(memory), nullptr));
  EXPECT_FALSE(t.is_unique());
  EXPECT_EQ(t.owned().raw(), memory);  // its keeper keeps it
  const auto buffer = foreign_buffer(memory, sizeof(memory), nullptr);
  EXPECT_THROW(Tensor::from_buffer(DType::float32, {2}, buffer, 4), InternalError);
  EXPECT_THROW(Tensor::from_buffer(DType::float32, {1}, buffer, SIZE_MAX), InternalError);
}

TEST(Tensor, Items) {
  EXPECT_EQ(Tensor(2.5F).item<double>(), 2.5);
  EXPECT_EQ(Tensor(7).item<int64_t>(), 7);
  EXPECT_EQ(Tensor("text").item<std::string>(), "text");
  EXPECT_EQ(Tensor::scalar(bfloat16(1.5F)).item<float>(), 1.5F);
  EXPECT_TRUE(Tensor(true).item<bool>());
  EXPECT_THROW((void)Tensor::zeros({2}).item<float>(), InvalidArgumentError);
  EXPECT_THROW((void)Tensor().item<float>(), Error);
}

TEST(Tensor, NumbersAreWeak) {
  EXPECT_TRUE(Tensor(2.0F).is_weak());
  EXPECT_FALSE(Tensor::scalar(2.0F).is_weak());
  EXPECT_FALSE(Tensor(2.0F).without_weakness().is_weak());
}

TEST(Tensor, RefusesWhatItIsNot) {
  Tensor t = Tensor::zeros({2});
  EXPECT_EQ(message_of<InvalidArgumentError>([&] { t.data<int>(); }),
            "the tensor holds float32, not int32");
  EXPECT_THROW((void)Tensor().raw(), FailedPreconditionError);
  const Tensor symbolic = Tensor::symbolic(nullptr, 1, 0, DType::float32, Shape{-1});
  EXPECT_TRUE(symbolic.is_symbolic());
  EXPECT_THROW((void)symbolic.data<float>(), FailedPreconditionError);
  EXPECT_THROW((void)symbolic.reshaped({1}), FailedPreconditionError);
  EXPECT_THROW(Tensor(DType::float32, Shape{-1}), InvalidArgumentError);
  EXPECT_THROW(Tensor(DType::invalid, Shape{1}), InvalidArgumentError);
  EXPECT_THROW(Tensor(DType::float32, Shape{INT64_MAX}), ResourceExhaustedError);
  EXPECT_THROW(Tensor(DType::float64, Shape{int64_t{1} << 50}), ResourceExhaustedError);
}

TEST(Tensor, EmptyTensors) {
  Tensor t = Tensor::zeros({0, 3});
  EXPECT_EQ(t.size(), 0);
  EXPECT_EQ(t.clone().shape(), (Shape{0, 3}));
  EXPECT_EQ(t.rows(0, 0).size(), 0);
  EXPECT_EQ(t.reshaped({3, 0, 7}).size(), 0);
  EXPECT_TRUE(t.to_vector<float>().empty());
}

TEST(Tensor, OpaqueHandles) {
  struct Table final : Opaque {
    std::string_view type_name() const override { return "table"; }
  };
  const Tensor t = Tensor::opaque(DType::resource, std::make_shared<Table>());
  EXPECT_EQ(t.opaque_at()->type_name(), "table");
  EXPECT_EQ(t.clone().opaque_at().get(), t.opaque_at().get());
  EXPECT_EQ(t.to_string(), "<table>");
  EXPECT_THROW((void)Tensor(1).opaque_at(), InvalidArgumentError);
}

TEST(Tensor, RandomRepeats) {
  const Tensor a = Tensor::random({1000});
  EXPECT_EQ(a.to_vector<float>(), Tensor::random({1000}).to_vector<float>());
  EXPECT_NE(a.to_vector<float>(), Tensor::random({1000}, 1).to_vector<float>());
  for (const float x : a.flat<float>()) EXPECT_TRUE(x >= 0 && x < 1);
}

}  // namespace
}  // namespace rill
