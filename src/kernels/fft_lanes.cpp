#include "kernels/fft_lanes.h"

#include <algorithm>

#include "kernels/dense_table.h"
#include "kernels/fft.h"

namespace rill::kernels {
namespace {

bool of_reals(FftKind kind) { return kind == FftKind::real || kind == FftKind::real_inverse; }

std::vector<float> roots(int64_t count, int64_t n) {
  std::vector<float> out;
  for (int64_t k = 0; k < count; ++k) {
    const Fft::Complex w = fft_root(k, n);
    out.push_back(static_cast<float>(w.real()));
    out.push_back(static_cast<float>(w.imag()));
  }
  return out;
}

}  // namespace

bool FftLanes::fits(int64_t n, FftKind kind) {
  constexpr int64_t kLongest = 1 << 15;
  if (n < 2 || n > kLongest || (of_reals(kind) && n % 2 != 0)) return false;
  return fft_factors(of_reals(kind) ? n / 2 : n).rest == 1;
}

FftLanes::FftLanes(int64_t n, FftKind kind)
    : kind_(kind),
      size_(of_reals(kind) ? n / 2 : n),
      factors_(fft_factors(size_).factors),
      roots_(roots(size_, size_)) {
  if (of_reals(kind)) half_roots_ = roots(size_, n);
}

int64_t FftLanes::lanes() const noexcept { return dense_table().vector; }
int64_t FftLanes::work() const noexcept { return 2 * 2 * (size_ + 1) * lanes(); }

float* FftLanes::passes(float* from, float* to) const {
  FftPass job{};
  job.size = job.n = size_;
  job.stride = 1;
  job.roots = roots_.data();
  job.sign = kind_ == FftKind::inverse || kind_ == FftKind::real_inverse ? -1.0f : 1.0f;
  for (const int64_t radix : factors_) {
    job.radix = radix;
    job.x = from;
    job.y = to;
    dense_table().fft_pass(job);
    std::swap(from, to);
    job.n /= radix;
    job.stride *= radix;
  }
  return from;
}

void FftLanes::run(const float* x, int64_t x_row, int64_t used, int64_t rows, float* y,
                   int64_t y_row, float* work) const {
  const DenseTable& table = dense_table();
  const int64_t width = table.vector, halves = 2 * (size_ + 1), whole = 2 * size_;
  float *a = work, *b = work + halves * width;
  const int64_t wanted = kind_ == FftKind::real_inverse ? halves : whole;
  const int64_t given = std::min(used, wanted);
  if (rows < width) std::fill(a, a + given * width, 0.0f);
  table.transpose(x, x_row, rows, given, a, width);
  std::fill(a + given * width, a + wanted * width, 0.0f);
  FftHalves job{};
  job.half = size_;
  job.roots = half_roots_.data();
  if (kind_ == FftKind::real_inverse) {
    job.scale = 1.0f / static_cast<float>(whole);
    job.x = a;
    job.y = b;
    table.fft_part(job);
    std::swap(a, b);
  }
  float* result = passes(a, b);
  float* free = result == a ? b : a;
  if (kind_ == FftKind::inverse) {
    const float scale = 1.0f / static_cast<float>(size_);
    std::transform(result, result + whole * width, result, [&](float v) { return v * scale; });
  } else if (kind_ == FftKind::real) {
    job.x = result;
    job.y = free;
    table.fft_join(job);
    result = free;
  }
  table.transpose(result, width, kind_ == FftKind::real ? halves : whole, rows, y, y_row);
}

}  // namespace rill::kernels
