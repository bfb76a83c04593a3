#include "kernels/gemm.h"

#include <algorithm>

#include "base/fail.h"
#include "kernels/dense_table.h"
#include "kernels/pack_panels.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

constexpr int64_t kMaxRows = 192;  // rows of a task: their pointers live on the stack
constexpr int64_t kTileRows = 6;   // what the kernels take at once: no task but the last breaks one
constexpr int64_t kKChunk = 1024;  // a panel of that many rows stays in the second cache
constexpr int64_t kKChunkTransposed = 256;
constexpr int64_t kWorthThreads = 200'000;  // multiply-adds below which a region costs more

bool all_equal_zero(const std::vector<int64_t>& index) {
  return !index.empty() &&
         std::all_of(index.begin(), index.end(), [](int64_t i) { return i == 0; });
}

bool in_order(const std::vector<int64_t>& index) {
  for (size_t i = 0; i < index.size(); ++i) {
    if (index[i] != static_cast<int64_t>(i)) return false;
  }
  return true;
}

// y[j] = sum over p of a[p] * b[p * row + j], j < columns: y stays near, and b is read in rows.
void row_times_columns(const float* a, int64_t k, const float* b, int64_t row, int64_t columns,
                       float* y) {
  std::fill_n(y, columns, 0.0f);
  int64_t p = 0;
  for (; p + 4 <= k; p += 4, b += 4 * row) {
    const float *b1 = b + row, *b2 = b1 + row, *b3 = b2 + row;
    const float a0 = a[p], a1 = a[p + 1], a2 = a[p + 2], a3 = a[p + 3];
    for (int64_t j = 0; j < columns; ++j) {
      y[j] = (((y[j] + a0 * b[j]) + a1 * b1[j]) + a2 * b2[j]) + a3 * b3[j];
    }
  }
  for (; p < k; ++p, b += row) {
    for (int64_t j = 0; j < columns; ++j) y[j] += a[p] * b[j];
  }
}

}  // namespace

struct MatMul::Call {
  const float* bias;
  const float* residual;
  const float* c_base;
};

MatMul::MatMul(const MatMulSpec& spec, const float* constant_b) : spec_(spec) {
  const DenseTable& table = dense_table();
  // One B for a whole batch of rows that lie one after another is one tall product.
  if (spec_.batch > 1 && all_equal_zero(spec_.b_index) && in_order(spec_.a_index) &&
      !spec_.transpose_a) {
    spec_.m *= spec_.batch;
    spec_.batch = 1;
    spec_.a_index.clear();
    spec_.b_index.clear();
  }
  const auto& s = spec_;
  a_row_ = s.steps ? s.steps->a_row : s.k;
  c_row_ = s.steps ? s.steps->c_row : s.n;
  b_row_ = s.steps ? s.steps->b_row : s.transpose_b ? 1 : s.n;
  b_column_ = s.steps ? s.steps->b_column : s.transpose_b ? s.k : 1;
  panels_ = (s.n + table.panel_width - 1) / table.panel_width;
  k_chunk_ = s.transpose_a ? kKChunkTransposed : kKChunk;
  const int64_t work = s.m * s.n * s.k;
  threads_ = static_cast<int>(
      std::max<int64_t>(1, std::min<int64_t>(s.threads, s.batch * work / (kWorthThreads / 2))));
  by_batch_ = s.batch > 1 && (threads_ == 1 || s.batch >= threads_ || work < kWorthThreads);
  int64_t most_rows = std::min(kMaxRows - kTileRows, std::max<int64_t>(s.m, 1));
  const bool shared_out = threads_ > 1 && !by_batch_;
  const int64_t wanted = 3 * threads_;
  if (shared_out && s.m > 48) {
    most_rows = std::clamp(round_up((s.m + wanted - 1) / wanted, 24), int64_t{48}, most_rows);
  }
  row_tasks_ = (s.m + most_rows - 1) / most_rows;
  if (shared_out && row_tasks_ < wanted) {
    panel_groups_ = std::clamp<int64_t>((wanted + row_tasks_ - 1) / row_tasks_, 1,
                                        std::max<int64_t>(panels_, 1));
  }
  pack_bytes_ = scratch_align(static_cast<size_t>(packed_floats(table, s.k, s.n)) * sizeof(float));
  if (constant_b) {
    if (s.steps || (s.batch > 1 && !all_equal_zero(s.b_index))) {
      fail(Code::internal, "a constant matrix must be the same for the whole batch");
    }
    packed_ = AlignedFloats(packed_floats(table, s.k, s.n));
    single_column_ = s.n == 1 && s.k > 0 && !s.transpose_a && s.batch == 1;
    if (single_column_) {
      std::copy_n(constant_b, s.k, packed_.get());
      return;
    }
    pack_panels(s.threads, constant_b, b_row_, b_column_, s.k, s.n, packed_.get(), 0, s.k);
  }
  gemv_ = table.gemv;
  single_row_ = packed_ && s.m == 1 && s.batch == 1 && threads_ == 1 && s.k <= k_chunk_;
  plain_row_ = !packed_ && s.m == 1 && s.batch == 1 && threads_ == 1 && !s.steps;
  if (plain_row_) return;
  if (s.transpose_a) {
    slot_bytes_ = scratch_align(
        static_cast<size_t>(std::min(kMaxRows, s.m) * std::min(k_chunk_, s.k)) * sizeof(float));
  }
  if (!packed_ && by_batch_) slot_bytes_ += pack_bytes_;
  scratch_bytes_ = slot_bytes_ * static_cast<size_t>(threads_);
  if (!packed_ && !by_batch_) scratch_bytes_ += pack_bytes_;
}

// Tasks of as many rows as each other, but for a tile: the last one is not the odd end.
int64_t MatMul::first_row(int64_t row_task) const {
  if (row_task == row_tasks_) return spec_.m;
  const int64_t first = spec_.m / row_tasks_ * row_task + std::min(row_task, spec_.m % row_tasks_);
  return first / kTileRows * kTileRows;
}

// Rows [row0, row1), panels [panel0, panel1) of one product; at most kMaxRows rows.
void MatMul::rows(const Call& call, const float* a, const float* packed, float* c, int64_t row0,
                  int64_t row1, int64_t panel0, int64_t panel1, float* transposed) const {
  const DenseTable& table = dense_table();
  const auto& s = spec_;
  const float* a_rows[kMaxRows];
  float* c_rows[kMaxRows];
  const int64_t zero = 0;
  PanelJob job;
  job.a = a_rows;
  job.c = c_rows;
  job.m = row1 - row0;
  job.taps = &zero;
  job.ntaps = 1;
  job.b = packed;
  job.k_total = s.k;
  job.first_panel = panel0;
  job.last_panel = panel1;
  job.n = s.n;
  job.bias = call.bias;
  // C that is the residual is added to from the start: parts of a long sum would overwrite it.
  const bool onto = call.residual != nullptr && call.residual == call.c_base && s.k > k_chunk_;
  job.residual = onto ? nullptr : call.residual;
  job.c_base = call.c_base;
  job.act = s.act;
  for (int64_t i = 0; i < job.m; ++i) c_rows[i] = c + (row0 + i) * c_row_;
  int64_t k0 = 0;
  do {
    job.k_first = k0;
    job.klen = std::min(k_chunk_, s.k - k0);
    job.accumulate = onto || k0 > 0;
    job.finish = k0 + job.klen >= s.k;
    if (s.transpose_a) {
      table.transpose(a + k0 * s.m + row0, s.m, job.klen, job.m, transposed, job.klen);
      for (int64_t i = 0; i < job.m; ++i) a_rows[i] = transposed + i * job.klen;
    } else {
      for (int64_t i = 0; i < job.m; ++i) a_rows[i] = a + (row0 + i) * a_row_ + k0;
    }
    if (s.m == 1) {
      table.gemv(job);
    } else {
      table.panels(job);
    }
    k0 += job.klen;
  } while (k0 < s.k);
}

void MatMul::product(const Call& call, const float* a, const float* packed, float* c, int threads,
                     std::byte* scratch) const {
  for_tasks(threads, row_tasks_ * panel_groups_, [&](int slot, int64_t task) {
    const int64_t row_task = task / panel_groups_;
    const Part panels = part_of(panels_, panel_groups_, task % panel_groups_);
    rows(call, a, packed, c, first_row(row_task), first_row(row_task + 1), panels.first,
         panels.last, reinterpret_cast<float*>(scratch + static_cast<size_t>(slot) * slot_bytes_));
  });
}

// Packing B would cost more than the product.
void MatMul::row(const Call& call, const float* a, const float* b, float* c) const {
  const DenseTable& table = dense_table();
  const auto& s = spec_;
  constexpr int64_t kMost = 1024, kDots = 64;
  const int64_t at_once = s.transpose_b ? kDots : kMost;
  for (int64_t first = 0; first < s.n; first += at_once) {
    float sums[kMost];  // C may be the residual
    const int64_t count = std::min(at_once, s.n - first);
    if (s.transpose_b) {
      table.dot_rows(b + first * s.k, count, s.k, a, sums);
    } else {
      row_times_columns(a, s.k, b + first, s.n, count, sums);
    }
    for (int64_t i = 0; i < count; ++i) {
      c[first + i] = sums[i] + (call.bias ? call.bias[first + i] : 0.0f) +
                     (call.residual ? call.residual[first + i] : 0.0f);
    }
  }
  table.activate(c, s.n, s.act);
}

void MatMul::run(const float* a, const float* b, const float* bias, const float* residual, float* c,
                 void* scratch) const {
  const auto& s = spec_;
  if (s.m == 0 || s.n == 0 || s.batch == 0) return;
  if (single_column_) {
    const DenseTable& table = dense_table();
    constexpr int64_t kRowsAtOnce = 64;
    const int64_t step = round_up(std::max<int64_t>(1, 30'000 / s.k), kRowsAtOnce);
    for_tasks(threads_, (s.m + step - 1) / step, [&](int, int64_t task) {
      const int64_t last = std::min(s.m, (task + 1) * step);
      for (int64_t first = task * step; first < last; first += kRowsAtOnce) {
        float sums[kRowsAtOnce];  // C may be the residual
        const int64_t rows = std::min(kRowsAtOnce, last - first);
        table.dot_rows(a + first * s.k, rows, s.k, packed_.get(), sums);
        for (int64_t i = 0; i < rows; ++i) {
          c[first + i] = sums[i] + (bias ? *bias : 0.0f) + (residual ? residual[first + i] : 0.0f);
        }
        table.activate(c + first, rows, s.act);
      }
    });
    return;
  }
  if (single_row_) {
    const int64_t zero = 0;
    PanelJob job;
    job.a = &a;
    job.c = &c;
    job.m = 1;
    job.taps = &zero;
    job.ntaps = 1;
    job.klen = s.k;
    job.b = packed_.get();
    job.k_total = s.k;
    job.last_panel = panels_;
    job.n = s.n;
    job.bias = bias;
    job.residual = residual;
    job.c_base = c;
    job.act = s.act;
    gemv_(job);
    return;
  }
  const Call call{bias, residual, c};
  if (plain_row_) return row(call, a, b, c);
  const DenseTable& table = dense_table();
  auto* bytes = static_cast<std::byte*>(scratch);
  const auto begin = [](const std::vector<int64_t>* steps, const std::vector<int64_t>& index,
                        int64_t i, int64_t size) {
    if (steps != nullptr) return (*steps)[static_cast<size_t>(i)];
    return (index.empty() ? i : index[static_cast<size_t>(i)]) * size;
  };
  const auto a_of = [&](int64_t i) {
    return a + begin(s.steps ? &s.steps->a : nullptr, s.a_index, i, s.m * s.k);
  };
  const auto b_of = [&](int64_t i) {
    return b + begin(s.steps ? &s.steps->b : nullptr, s.b_index, i, s.k * s.n);
  };
  const auto c_of = [&](int64_t i) {
    return c + (s.steps ? s.steps->c[static_cast<size_t>(i)] : i * s.m * s.n);
  };
  if (by_batch_) {
    for_tasks(threads_, s.batch, [&](int slot, int64_t i) {
      std::byte* mine = bytes + static_cast<size_t>(slot) * slot_bytes_;
      const float* packed = packed_.get();
      if (!packed) {
        auto* out = reinterpret_cast<float*>(mine);
        table.pack(b_of(i), b_row_, b_column_, s.k, s.n, out, 0, s.k);
        packed = out;
        mine += pack_bytes_;
      }
      product(call, a_of(i), packed, c_of(i), 1, mine);
    });
    return;
  }
  for (int64_t i = 0; i < s.batch; ++i) {
    const float* packed = packed_.get();
    std::byte* slots = bytes;
    if (!packed) {
      auto* out = reinterpret_cast<float*>(bytes);
      const float* from = b_of(i);
      for_tasks(threads_, panels_, [&](int, int64_t p) {
        const int64_t column = p * table.panel_width;
        table.pack(from + column * b_column_, b_row_, b_column_, s.k,
                   std::min(table.panel_width, s.n - column), out + column * s.k, 0, s.k);
      });
      packed = out;
      slots += pack_bytes_;
    }
    product(call, a_of(i), packed, c_of(i), threads_, slots);
  }
}

}  // namespace rill::kernels
