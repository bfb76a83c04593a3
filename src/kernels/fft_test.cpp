#include "kernels/fft.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rill::kernels {
namespace {

using Complex = Fft::Complex;

TEST(Fft, AgreesWithTheSumForEveryLength) {
  for (const int64_t n : {1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 30, 31, 37, 64, 74, 97, 100, 101, 128}) {
    std::vector<Complex> x(static_cast<size_t>(n));
    for (size_t i = 0; i < x.size(); ++i) {
      x[i] = {std::sin(1.0 + 3.0 * static_cast<double>(i)), std::cos(static_cast<double>(i * i))};
    }
    const Fft fft(n);
    std::vector<Complex> y = x, work(static_cast<size_t>(fft.work()));
    fft.run(y.data(), work.data(), false);
    for (int64_t k = 0; k < n; ++k) {
      Complex sum{};
      for (int64_t j = 0; j < n; ++j) {
        const double angle =
            -2 * std::numbers::pi * static_cast<double>(j * k % n) / static_cast<double>(n);
        sum += x[static_cast<size_t>(j)] * std::polar(1.0, angle);
      }
      EXPECT_LT(std::abs(sum - y[static_cast<size_t>(k)]), 1e-11) << n << " at " << k;
    }
    fft.run(y.data(), work.data(), true);
    for (size_t i = 0; i < x.size(); ++i) EXPECT_LT(std::abs(x[i] - y[i]), 1e-13) << n;
  }
}

TEST(RealFft, AgreesWithTheComplexOne) {
  for (const int64_t n : {2, 4, 6, 8, 10, 16, 62, 74, 100, 128}) {
    std::vector<Complex> x(static_cast<size_t>(n));
    for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(1.0 + 3.0 * static_cast<double>(i));
    const Fft fft(n);
    const RealFft real(n);
    std::vector<Complex> want = x, got = x;
    std::vector<Complex> work(static_cast<size_t>(std::max(fft.work(), real.work())));
    fft.run(want.data(), work.data(), false);
    real.forward(got.data(), work.data());
    for (size_t k = 0; k <= x.size() / 2; ++k) EXPECT_LT(std::abs(want[k] - got[k]), 1e-11) << n;
    got[0] += Complex(0, 7.0);  // counts as zero
    got[x.size() / 2] += Complex(0, 7.0);
    real.inverse(got.data(), work.data());
    for (size_t i = 0; i < x.size(); ++i) EXPECT_LT(std::abs(x[i].real() - got[i].real()), 1e-13);
  }
}

}  // namespace
}  // namespace rill::kernels
