#include "kernels/fft.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/fft_lanes.h"

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

// Each row of floats beside the transform in double precision; `used` of its floats are given.
void expect_lanes(int64_t n, FftKind kind, int64_t rows, int64_t used) {
  const bool forward = kind == FftKind::forward || kind == FftKind::real;
  const bool from_reals = kind == FftKind::real, to_reals = kind == FftKind::real_inverse;
  const FftLanes fft(n, kind);
  rows = std::min(rows, fft.lanes());
  const int64_t y_row = to_reals ? n : from_reals ? n + 2 : 2 * n;
  std::vector<float> x(static_cast<size_t>(rows * used)), y(static_cast<size_t>(rows * y_row));
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<float>(i * i % 1000));
  std::vector<float> memory(static_cast<size_t>(fft.work()), std::nanf(""));
  fft.run(x.data(), used, used, rows, y.data(), y_row, memory.data());
  const Fft wide(n);
  std::vector<Complex> want(static_cast<size_t>(n)), work(static_cast<size_t>(wide.work()));
  for (int64_t r = 0; r < rows; ++r) {
    const auto given = [&](int64_t i) {
      return i < used ? static_cast<double>(x[static_cast<size_t>(r * used + i)]) : 0.0;
    };
    for (int64_t k = 0; k < n; ++k) {
      Complex& v = want[static_cast<size_t>(k)];
      if (from_reals) {
        v = given(k);
      } else if (!to_reals) {
        v = {given(2 * k), given(2 * k + 1)};
      } else {
        const int64_t at = std::min(k, n - k);
        const double sign = k == 0 || 2 * k == n ? 0 : 2 * k < n ? 1 : -1;
        v = {given(2 * at), sign * given(2 * at + 1)};
      }
    }
    wide.run(want.data(), work.data(), !forward);
    for (int64_t i = 0; i < y_row; ++i) {
      const Complex v = want[static_cast<size_t>(to_reals ? i : i / 2)];
      EXPECT_NEAR(y[static_cast<size_t>(r * y_row + i)],
                  to_reals || i % 2 == 0 ? v.real() : v.imag(),
                  2e-6 * std::sqrt(static_cast<double>(forward ? n : 1)))
          << n << " kind " << static_cast<int>(kind) << " row " << r << " at " << i;
    }
  }
}

TEST(FftLanes, AgreeWithDoublePrecision) {
  for (const int64_t n :
       {2, 3, 4, 5, 6, 8, 9, 12, 30, 31, 37, 62, 64, 74, 100, 128, 210, 331, 1024}) {
    for (const FftKind kind :
         {FftKind::forward, FftKind::inverse, FftKind::real, FftKind::real_inverse}) {
      if (!FftLanes::fits(n, kind)) continue;
      const int64_t whole = kind == FftKind::real           ? n
                            : kind == FftKind::real_inverse ? n + 2
                                                            : 2 * n;
      expect_lanes(n, kind, 16, whole);
      expect_lanes(n, kind, 3, whole);
      expect_lanes(n, kind, 5, whole / 2);
    }
  }
}

TEST(FftLanes, ColumnsAreTransposedRows) {
  for (const int64_t n : {2, 12, 37, 64}) {
    for (const FftKind kind : {FftKind::forward, FftKind::inverse}) {
      const FftLanes fft(n, kind);
      for (const int64_t count : {fft.lanes(), int64_t{1}, fft.lanes() - 1}) {
        const int64_t row = 2 * count + 6;
        std::vector<float> x(static_cast<size_t>(n * row)),
            rows(static_cast<size_t>(2 * n * count));
        for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<float>(i * i % 1000));
        for (int64_t c = 0; c < 2 * count; ++c) {
          for (int64_t i = 0; i < n; ++i) {
            rows[static_cast<size_t>((c / 2 * n + i) * 2 + c % 2)] =
                x[static_cast<size_t>(i * row + c)];
          }
        }
        std::vector<float> want(rows.size()), got = x, work(static_cast<size_t>(fft.work()));
        fft.run(rows.data(), 2 * n, 2 * n, count, want.data(), 2 * n, work.data());
        fft.columns(got.data(), row, count, got.data(), work.data());
        for (int64_t i = 0; i < n; ++i) {
          for (int64_t c = 0; c < row; ++c) {
            const auto at = static_cast<size_t>(i * row + c);
            EXPECT_FLOAT_EQ(got[at], c < 2 * count
                                         ? want[static_cast<size_t>((c / 2 * n + i) * 2 + c % 2)]
                                         : x[at]);
          }
        }
      }
    }
  }
}

TEST(FftLanes, LengthsThatDoNotFit) {
  EXPECT_FALSE(FftLanes::fits(1, FftKind::forward));
  EXPECT_FALSE(FftLanes::fits(20011, FftKind::forward));
  EXPECT_FALSE(FftLanes::fits(9, FftKind::real));
  EXPECT_FALSE(FftLanes::fits(int64_t{1} << 20, FftKind::forward));
}

}  // namespace
}  // namespace rill::kernels
