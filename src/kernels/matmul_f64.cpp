#include "kernels/matmul_f64.h"

#include <algorithm>
#include <utility>

#include "kernels/dense_table.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

constexpr int64_t kRows = 32;  // of a task

int64_t matrix_of(const std::vector<int64_t>& index, int64_t product) {
  return index.empty() ? product : index[static_cast<size_t>(product)];
}

}  // namespace

MatMulF64::MatMulF64(MatMulShape shape, int threads) : shape_(std::move(shape)) {
  const auto& s = shape_;
  const int64_t width = dense_table().panel_f64;
  threads_ = static_cast<int>(
      std::clamp<int64_t>(s.batch * s.m * s.n * s.k / 50'000, 1, std::max(1, threads)));
  slots_ = std::clamp<int64_t>(s.batch, 1, threads_);
  packed_ = round_up(s.n, width) * s.k;
}

size_t MatMulF64::scratch_bytes() const noexcept {
  return static_cast<size_t>(slots_) * scratch_align(static_cast<size_t>(packed_) * sizeof(double));
}

// Columns [panel * width, ...) of B, a row of the panel after the other; zeros beyond the last.
void MatMulF64::pack(const double* b, int64_t panel, double* packed) const {
  const auto& s = shape_;
  const int64_t width = dense_table().panel_f64, first = panel * width;
  const int64_t columns = std::min(width, s.n - first);
  const int64_t row = s.transpose_b ? 1 : s.n, column = s.transpose_b ? s.k : 1;
  double* to = packed + first * s.k;
  for (int64_t p = 0; p < s.k; ++p, to += width) {
    const double* from = b + p * row + first * column;
    for (int64_t j = 0; j < columns; ++j) to[j] = from[j * column];
    std::fill(to + columns, to + width, 0.0);
  }
}

void MatMulF64::multiply(const double* a, const double* packed, int64_t first_row, int64_t last_row,
                         double* c) const {
  const auto& s = shape_;
  const int64_t width = dense_table().panel_f64;
  ProductF64 job;
  job.a_row = s.transpose_a ? 1 : s.k;
  job.a_column = s.transpose_a ? s.m : 1;
  job.a = a + first_row * job.a_row;
  job.m = last_row - first_row;
  job.k = s.k;
  job.c_row = s.n;
  for (int64_t first = 0; first < s.n; first += width) {
    job.b = packed + first * s.k;
    job.c = c + first_row * s.n + first;
    job.n = std::min(width, s.n - first);
    dense_table().product_f64(job);
  }
}

void MatMulF64::run(const double* a, const double* b, double* c, void* scratch) const {
  const auto& s = shape_;
  const int64_t panels = div_up(s.n, dense_table().panel_f64);
  const size_t slot_bytes = scratch_align(static_cast<size_t>(packed_) * sizeof(double));
  const auto a_of = [&](int64_t product) { return a + matrix_of(s.a_index, product) * s.m * s.k; };
  const auto b_of = [&](int64_t product) { return b + matrix_of(s.b_index, product) * s.k * s.n; };
  if (s.batch > 1) {
    for_tasks(static_cast<int>(slots_), s.batch, [&](int slot, int64_t product) {
      auto* packed = reinterpret_cast<double*>(static_cast<std::byte*>(scratch) +
                                               static_cast<size_t>(slot) * slot_bytes);
      for (int64_t panel = 0; panel < panels; ++panel) pack(b_of(product), panel, packed);
      multiply(a_of(product), packed, 0, s.m, c + product * s.m * s.n);
    });
    return;
  }
  auto* packed = static_cast<double*>(scratch);
  for_tasks(threads_, panels, [&](int, int64_t panel) { pack(b_of(0), panel, packed); });
  for_tasks(threads_, div_up(s.m, kRows), [&](int, int64_t task) {
    multiply(a_of(0), packed, task * kRows, std::min(s.m, (task + 1) * kRows), c);
  });
}

}  // namespace rill::kernels
