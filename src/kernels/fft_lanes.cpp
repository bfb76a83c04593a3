#include "kernels/fft_lanes.h"

#include <algorithm>

#include "kernels/dense_table.h"
#include "kernels/fft.h"

namespace rill::kernels {
namespace {

bool of_reals(FftKind kind) { return kind == FftKind::real || kind == FftKind::real_inverse; }

std::vector<float> floats(const std::vector<Fft::Complex>& from) {
  std::vector<float> out;
  for (const Fft::Complex& w : from) {
    out.push_back(static_cast<float>(w.real()));
    out.push_back(static_cast<float>(w.imag()));
  }
  return out;
}

std::vector<float> roots(int64_t count, int64_t n) {
  std::vector<Fft::Complex> all;
  for (int64_t k = 0; k < count; ++k) all.push_back(fft_root(k, n));
  return floats(all);
}

}  // namespace

bool FftLanes::fits(int64_t n, FftKind kind) {
  constexpr int64_t kLongest = 1 << 15;
  if (n < 2 || n > kLongest || (of_reals(kind) && n % 2 != 0)) return false;
  const int64_t size = of_reals(kind) ? n / 2 : n;
  return fft_factors(size).rest == 1 || convolution_length(size) <= kLongest;
}

FftLanes::FftLanes(int64_t n, FftKind kind)
    : kind_(kind), size_(of_reals(kind) ? n / 2 : n), length_(size_) {
  if (fft_factors(size_).rest != 1) {
    const Chirp chirp(size_);
    length_ = static_cast<int64_t>(chirp.filter.size());
    chirp_ = floats(chirp.values);
    filter_ = floats(chirp.filter);
  }
  factors_ = fft_factors(length_).factors;
  roots_ = roots(length_, length_);
  if (of_reals(kind)) half_roots_ = roots(size_, n);
}

int64_t FftLanes::lanes() const noexcept { return dense_table().vector; }
int64_t FftLanes::work() const noexcept { return 2 * 2 * (length_ + 1) * lanes(); }

float* FftLanes::passes(float* from, float* to, float sign) const {
  FftPass job{};
  job.size = job.n = length_;
  job.stride = 1;
  job.roots = roots_.data();
  job.sign = sign;
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

// The inverse without its factor.
float* FftLanes::transform(float* from, float* to) const {
  const float sign = kind_ == FftKind::inverse || kind_ == FftKind::real_inverse ? -1.0f : 1.0f;
  if (chirp_.empty()) return passes(from, to, sign);
  const DenseTable& table = dense_table();
  const int64_t width = 2 * table.vector;
  table.fft_times(from, chirp_.data(), size_, sign, 1, from);
  std::fill(from + size_ * width, from + length_ * width, 0.0f);
  float* middle = passes(from, to, 1);
  table.fft_times(middle, filter_.data(), length_, sign, 1, middle);
  float* last = passes(middle, middle == from ? to : from, -1);
  table.fft_times(last, chirp_.data(), size_, sign, 1 / static_cast<float>(length_), last);
  return last;
}

void FftLanes::columns(const float* x, int64_t row, int64_t count, float* y, float* work) const {
  FftColumns job{};
  job.x = x;
  job.y = work;
  job.row = row;
  job.count = size_;
  job.lanes = count;
  dense_table().fft_split(job);
  job.x = transform(work, work + 2 * (length_ + 1) * lanes());
  job.y = y;
  job.scale = kind_ == FftKind::inverse ? 1 / static_cast<float>(size_) : 1;
  dense_table().fft_merge(job);
}

void FftLanes::run(const float* x, int64_t x_row, int64_t used, int64_t rows, float* y,
                   int64_t y_row, float* work) const {
  const DenseTable& table = dense_table();
  const int64_t width = table.vector, halves = 2 * (size_ + 1), whole = 2 * size_;
  float *a = work, *b = work + 2 * (length_ + 1) * width;
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
  float* result = transform(a, b);
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
