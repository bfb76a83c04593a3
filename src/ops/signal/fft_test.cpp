// Transforms of float32, which lie side by side in vectors, beside those of float64.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "op/emit.h"

namespace rill {
namespace {

using Single = std::complex<float>;

Value noise(const Shape& shape, DType dtype) {
  const bool pairs = dtype == DType::complex64;
  std::vector<float> items(static_cast<size_t>(shape.num_elements() * (pairs ? 2 : 1)));
  for (size_t i = 0; i < items.size(); ++i) items[i] = std::sin(static_cast<float>(i * i % 1009));
  if (!pairs) return Tensor::vector(items).reshaped(shape);
  std::vector<Single> numbers;
  for (size_t i = 0; i < items.size(); i += 2) numbers.emplace_back(items[i], items[i + 1]);
  return Tensor::vector(numbers).reshaped(shape);
}

Value cast(const Value& x, DType to) { return emit("Cast", {x}, {{"DstT", to}}); }

void expect_near(const Value& single, const Value& twice, double tolerance) {
  ASSERT_EQ(single.shape(), twice.shape());
  const auto a = cast(single, DType::complex128).to_vector<std::complex<double>>();
  const auto b = cast(twice, DType::complex128).to_vector<std::complex<double>>();
  for (size_t i = 0; i < a.size(); ++i) ASSERT_LT(std::abs(a[i] - b[i]), tolerance) << i;
}

TEST(Fft, BoxesOfSingleAndDoublePrecisionAgree) {
  for (const Shape& shape : {Shape{2, 8, 8}, Shape{3, 17, 20}, Shape{1, 64, 37}, Shape{2, 5, 1, 9},
                             Shape{2, 6, 10, 33}, Shape{9, 4, 4, 8}}) {
    const std::string suffix = shape.rank() == 3 ? "2D" : "3D";
    const Value x = noise(shape, DType::complex64), wide = cast(x, DType::complex128);
    for (const std::string name : {"FFT", "IFFT"}) {
      SCOPED_TRACE(name + suffix + str(shape));
      expect_near(emit(name + suffix, {x}), emit(name + suffix, {wide}), 2e-4);
    }
  }
}

// All of it, and what lengths leave.
TEST(Fft, BoxesOfRealsAgree) {
  const Shape shape{2, 11, 18};
  const Value x = noise(shape, DType::float32), wide = cast(x, DType::float64);
  const Value y = noise(shape, DType::complex64), wide_y = cast(y, DType::complex128);
  for (const auto& [rows, columns] : {std::pair{11, 18}, {8, 16}, {11, 10}, {7, 9}, {4, 8}}) {
    SCOPED_TRACE(str(rows, " ", columns));
    const Value size = Tensor::vector(std::vector<int32_t>{rows, columns});
    expect_near(emit("RFFT2D", {x, size}),
                emit("RFFT2D", {wide, size}, {{"Tcomplex", DType::complex128}}), 2e-4);
    expect_near(emit("IRFFT2D", {y, size}),
                emit("IRFFT2D", {wide_y, size}, {{"Treal", DType::float64}}), 2e-5);
  }
  const Value size = Tensor::vector(std::vector<int32_t>{11, 34});
  expect_near(emit("IRFFT2D", {y, size}),
              emit("IRFFT2D", {wide_y, size}, {{"Treal", DType::float64}}), 2e-5);
}

}  // namespace
}  // namespace rill
