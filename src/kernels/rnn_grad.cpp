#include "kernels/rnn_grad.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/thread_pool.h"
#include "kernels/dense_table.h"
#include "kernels/parallel.h"

namespace rill::kernels {
namespace {

MatMul product(int64_t m, int64_t n, int64_t k, bool transpose_a, bool transpose_b, int threads) {
  MatMulSpec spec;
  spec.m = m;
  spec.n = n;
  spec.k = k;
  spec.transpose_a = transpose_a;
  spec.transpose_b = transpose_b;
  spec.threads = threads;
  return MatMul(spec);
}

template <typename F>
void scale_by(float* g, const float* y, int64_t n, F&& slope) {
  for (int64_t i = 0; i < n; ++i) g[i] *= slope(y[i]);
}

// g *= the slope of the activation whose value is y; `sum` is what it was taken of, and is needed
// for swish only.
void times_slope(Activation act, float* g, const float* y, const float* sum, int64_t n) {
  constexpr float kSeluScale = 1.0507009873554805f, kSeluAlpha = 1.6732632423543772f;
  switch (act.kind) {
    case Act::none:
      return;
    case Act::relu:
      return scale_by(g, y, n, [](float v) { return v > 0 ? 1.0f : 0.0f; });
    case Act::relu6:
      return scale_by(g, y, n, [](float v) { return v > 0 && v < 6 ? 1.0f : 0.0f; });
    case Act::elu:
      return scale_by(g, y, n, [a = act.alpha](float v) { return v > 0 ? 1.0f : v + a; });
    case Act::selu:
      return scale_by(g, y, n,
                      [](float v) { return v > 0 ? kSeluScale : v + kSeluScale * kSeluAlpha; });
    case Act::sigmoid:
      return scale_by(g, y, n, [](float v) { return v * (1 - v); });
    case Act::tanh:
      return scale_by(g, y, n, [](float v) { return 1 - v * v; });
    case Act::hard_sigmoid:
      return scale_by(g, y, n, [](float v) { return v > 0 && v < 1 ? 1.0f / 6 : 0.0f; });
    case Act::hard_sigmoid_keras2:
      return scale_by(g, y, n, [](float v) { return v > 0 && v < 1 ? 0.2f : 0.0f; });
    case Act::softplus:
      return scale_by(g, y, n, [](float v) { return -std::expm1(-v); });
    case Act::softsign:
      return scale_by(g, y, n, [](float v) { return (1 - std::abs(v)) * (1 - std::abs(v)); });
    case Act::exp:
      return scale_by(g, y, n, [](float v) { return v; });
    default:  // swish: s + y (1 - s), where s = sigmoid(sum)
      for (int64_t i = 0; i < n; ++i) {
        const float s = 1 / (1 + std::exp(-sum[i]));
        g[i] *= s + y[i] * (1 - s);
      }
  }
}

bool needs_sum(Activation act) { return act.kind == Act::swish; }
bool needs_sums(const RnnSpec& spec) {
  return needs_sum(spec.act) || needs_sum(spec.recurrent_act);
}

void set(float* to, const float* from, int64_t n) {
  const auto bytes = static_cast<size_t>(n) * sizeof(float);
  if (from) {
    std::memcpy(to, from, bytes);
  } else {
    std::memset(to, 0, bytes);
  }
}

// out[c] = the sum of column c of [rows, columns]; blocks keep the rounding small.
void column_sums(const float* from, int64_t rows, int64_t columns, float* out) {
  std::memset(out, 0, static_cast<size_t>(columns) * sizeof(float));
  parallel_for(columns, 64, [&](int64_t begin, int64_t end) {
    constexpr int64_t kWidth = 64, kBlock = 64;
    for (int64_t c0 = begin; c0 < end; c0 += kWidth) {
      const int64_t width = std::min(kWidth, end - c0);
      for (int64_t r0 = 0; r0 < rows; r0 += kBlock) {
        float part[kWidth] = {};
        for (int64_t r = r0; r < std::min(rows, r0 + kBlock); ++r) {
          const float* row = from + r * columns + c0;
          for (int64_t c = 0; c < width; ++c) part[c] += row[c];
        }
        for (int64_t c = 0; c < width; ++c) out[c0 + c] += part[c];
      }
    }
  });
}

}  // namespace

// What all workers share. Rows are numbered batch * steps + time. The first ones are kept from the
// forward pass to the backward.
struct RnnGradient::Memory {
  float* z;        // gates, then what flows back to their sums: [batch * steps, gates * units]
  float* h;        // the state before each step
  float* c;        // LSTM: the same of c
  float* out;      // LSTM: act(c) after each step
  float* inner;    // GRU: h U + b, then what flows back to it; reset before: r * h, [.., units]
  float* sums;     // sums before activation, when keep_sums_
  float* new_c;    // LSTM: c after each step, when keep_sums_
  float* packed;   // U
  float* turned;   // U^T
  float* packed2;  // reset before: the same of the last third of U
  float* turned2;
  std::byte* products;
  std::byte* lanes;
};

// What one worker has.
struct RnnGradient::Lane {
  float *h, *c, *dh, *dc, *carry, *part;
  const float** a;
  float** to;
};

RnnGradient::RnnGradient(const RnnSpec& spec)
    : spec_(spec),
      gates_(gates_of(spec.cell)),
      project_(product(spec.batch * spec.steps, gates_ * spec.units, spec.inputs, false, false,
                       spec.threads)),
      by_kernel_(product(spec.inputs, gates_ * spec.units, spec.batch * spec.steps, true, false,
                         spec.threads)),
      by_recurrent_(product(spec.units, gates_ * spec.units, spec.batch * spec.steps, true, false,
                            spec.threads)),
      by_input_(product(spec.batch * spec.steps, spec.inputs, gates_ * spec.units, false, true,
                        spec.threads)),
      by_candidate_(
          product(spec.units, spec.units, spec.batch * spec.steps, true, false, spec.threads)) {
  const DenseTable& table = dense_table();
  const int64_t u = spec.units, n = gates_ * u, all = spec.batch * spec.steps;
  keep_sums_ = needs_sums(spec);
  const int64_t work = all * n * u;
  slots_ = static_cast<int>(
      std::clamp<int64_t>(std::min(work / 200'000, spec.batch), 1, std::max(1, spec.threads)));
  rows_ = std::max<int64_t>(1, (spec.batch + slots_ - 1) / slots_);
  product_bytes_ =
      std::max({project_.scratch_bytes(), by_kernel_.scratch_bytes(), by_recurrent_.scratch_bytes(),
                by_input_.scratch_bytes(), by_candidate_.scratch_bytes()});
  lane_bytes_ = 6 * scratch_floats(rows_ * u) + 2 * scratch_align(static_cast<size_t>(rows_) * 8);
  const bool before = spec.cell == RnnCell::gru_reset_before;
  kept_bytes_ = static_cast<size_t>(kept_floats(spec)) * sizeof(float);
  work_bytes_ = scratch_floats(packed_floats(table, u, n)) +
                scratch_floats(packed_floats(table, n, u)) +
                2 * scratch_floats(before ? packed_floats(table, u, u) : 0) +
                scratch_align(product_bytes_) + lane_bytes_ * static_cast<size_t>(slots_);
}

int64_t RnnGradient::kept_floats(const RnnSpec& spec) {
  const int64_t u = spec.units, n = gates_of(spec.cell) * u, all = spec.batch * spec.steps;
  const bool lstm = spec.cell == RnnCell::lstm, sums = needs_sums(spec);
  const int64_t inner = spec.cell == RnnCell::gru                ? all * n
                        : spec.cell == RnnCell::gru_reset_before ? 2 * all * u + u * u
                                                                 : 0;
  const size_t bytes = scratch_floats(all * n) + scratch_floats(all * u) +
                       2 * scratch_floats(lstm ? all * u : 0) + scratch_floats(inner) +
                       scratch_floats(sums ? all * n : 0) +
                       scratch_floats(sums && lstm ? all * u : 0);
  return static_cast<int64_t>(bytes / sizeof(float));
}

RnnGradient::Memory RnnGradient::memory(float* kept, void* scratch) const {
  const DenseTable& table = dense_table();
  const int64_t u = spec_.units, n = gates_ * u, all = spec_.batch * spec_.steps;
  const bool lstm = spec_.cell == RnnCell::lstm, before = spec_.cell == RnnCell::gru_reset_before;
  auto* at = reinterpret_cast<std::byte*>(kept);
  const auto take = [&](int64_t count) {
    auto* from = reinterpret_cast<float*>(at);
    at += scratch_floats(count);
    return from;
  };
  Memory m{};
  m.z = take(all * n);
  m.h = take(all * u);
  m.c = take(lstm ? all * u : 0);
  m.out = take(lstm ? all * u : 0);
  m.inner = take(spec_.cell == RnnCell::gru ? all * n : before ? 2 * all * u + u * u : 0);
  m.sums = take(keep_sums_ ? all * n : 0);
  m.new_c = take(keep_sums_ && lstm ? all * u : 0);
  at = static_cast<std::byte*>(scratch);
  m.packed = take(packed_floats(table, u, n));
  m.turned = take(packed_floats(table, n, u));
  m.packed2 = take(before ? packed_floats(table, u, u) : 0);
  m.turned2 = take(before ? packed_floats(table, u, u) : 0);
  m.products = at;
  m.lanes = at + scratch_align(product_bytes_);
  return m;
}

RnnGradient::Lane RnnGradient::lane(const Memory& memory, int slot) const {
  std::byte* at = memory.lanes + lane_bytes_ * static_cast<size_t>(slot);
  const auto take = [&](size_t bytes) {
    std::byte* from = at;
    at += bytes;
    return from;
  };
  Lane l;
  for (float** part : {&l.h, &l.c, &l.dh, &l.dc, &l.carry, &l.part}) {
    *part = reinterpret_cast<float*>(take(scratch_floats(rows_ * spec_.units)));
  }
  const size_t pointers = scratch_align(static_cast<size_t>(rows_) * 8);
  l.a = reinterpret_cast<const float**>(take(pointers));
  l.to = reinterpret_cast<float**>(take(pointers));
  return l;
}

// to[i] (+)= a[i] B of the first `rows` pointers.
void RnnGradient::multiply(const Lane& l, int64_t rows, const float* packed, int64_t k, int64_t n,
                           bool accumulate, const float* bias) const {
  const DenseTable& table = dense_table();
  PanelJob job = product_job(l.a, l.to, rows, packed, k, n, table.panel_width);
  job.accumulate = accumulate;
  job.bias = bias;
  table.panels(job);
}

// The state after row `at`, whose sums stand in m.z; leaves the gates there.
void RnnGradient::forward_row(const Memory& m, int64_t at, float* h, float* c) const {
  const DenseTable& table = dense_table();
  const int64_t u = spec_.units, n = gates_ * u;
  float* z = m.z + at * n;
  if (spec_.cell == RnnCell::gru) {
    const float* inner = m.inner + at * n;
    for (int64_t i = 0; i < 2 * u; ++i) z[i] += inner[i];
  }
  const bool before = spec_.cell == RnnCell::gru_reset_before;  // then the gates are done
  if (keep_sums_) {
    const int64_t done = before ? 2 * u : 0;
    std::memcpy(m.sums + at * n + done, z + done, static_cast<size_t>(n - done) * sizeof(float));
  }
  switch (spec_.cell) {
    case RnnCell::simple:
      table.activate(z, u, spec_.act);
      std::memcpy(h, z, static_cast<size_t>(u) * sizeof(float));
      return;
    case RnnCell::lstm: {
      table.activate(z, 2 * u, spec_.recurrent_act);
      table.activate(z + 2 * u, u, spec_.act);
      table.activate(z + 3 * u, u, spec_.recurrent_act);
      float* out = m.out + at * u;
      for (int64_t i = 0; i < u; ++i) c[i] = z[u + i] * c[i] + z[i] * z[2 * u + i];
      std::memcpy(out, c, static_cast<size_t>(u) * sizeof(float));
      if (keep_sums_) std::memcpy(m.new_c + at * u, c, static_cast<size_t>(u) * sizeof(float));
      table.activate(out, u, spec_.act);
      for (int64_t i = 0; i < u; ++i) h[i] = z[3 * u + i] * out[i];
      return;
    }
    case RnnCell::gru: {
      const float* inner = m.inner + at * n + 2 * u;
      table.activate(z, 2 * u, spec_.recurrent_act);
      for (int64_t i = 0; i < u; ++i) z[2 * u + i] += z[u + i] * inner[i];
      if (keep_sums_) {
        std::memcpy(m.sums + at * n + 2 * u, z + 2 * u, static_cast<size_t>(u) * sizeof(float));
      }
      table.activate(z + 2 * u, u, spec_.act);
      for (int64_t i = 0; i < u; ++i) h[i] = z[i] * h[i] + (1 - z[i]) * z[2 * u + i];
      return;
    }
    case RnnCell::gru_reset_before:
      table.activate(z + 2 * u, u, spec_.act);
      for (int64_t i = 0; i < u; ++i) h[i] = z[i] * h[i] + (1 - z[i]) * z[2 * u + i];
      return;
  }
}

void RnnGradient::forward_lane(const RnnGradCall& call, const RnnResults& results, const Memory& m,
                               const Lane& l, int64_t first, int64_t last) const {
  const DenseTable& table = dense_table();
  const int64_t u = spec_.units, n = gates_ * u, rows = last - first;
  const auto state_bytes = static_cast<size_t>(u) * sizeof(float);
  set(l.h, call.h0 ? call.h0 + first * u : nullptr, rows * u);
  set(l.c, call.c0 ? call.c0 + first * u : nullptr, rows * u);
  const bool before = spec_.cell == RnnCell::gru_reset_before;
  for (int64_t step = 0; step < spec_.steps; ++step) {
    for (int64_t b = 0; b < rows; ++b) {
      const int64_t at = row_of(first + b, step);
      std::memcpy(m.h + at * u, l.h + b * u, state_bytes);
      if (spec_.cell == RnnCell::lstm) std::memcpy(m.c + at * u, l.c + b * u, state_bytes);
      l.a[b] = l.h + b * u;
      l.to[b] = spec_.cell == RnnCell::gru ? m.inner + at * n : m.z + at * n;
    }
    if (spec_.cell == RnnCell::gru) {
      multiply(l, rows, m.packed, u, n, false, call.bias ? call.bias + n : nullptr);
    } else {
      multiply(l, rows, m.packed, u, before ? 2 * u : n, true, nullptr);
    }
    if (before) {
      for (int64_t b = 0; b < rows; ++b) {
        const int64_t at = row_of(first + b, step);
        float *z = m.z + at * n, *reset = m.inner + at * u;
        if (keep_sums_) std::memcpy(m.sums + at * n, z, 2 * state_bytes);
        table.activate(z, 2 * u, spec_.recurrent_act);
        for (int64_t i = 0; i < u; ++i) reset[i] = z[u + i] * l.h[b * u + i];
        l.a[b] = reset;
        l.to[b] = z + 2 * u;
      }
      multiply(l, rows, m.packed2, u, u, true, nullptr);
    }
    for (int64_t b = 0; b < rows; ++b) {
      const int64_t at = row_of(first + b, step);
      if (call.mask && !call.mask[at]) continue;
      forward_row(m, at, l.h + b * u, l.c + b * u);
      if (results.sequence) {
        float* to = results.sequence + ((first + b) * spec_.steps + step) * u;
        std::memcpy(to, l.h + b * u, state_bytes);
      }
    }
  }
  const auto give = [&](float* to, const float* from) {
    if (to) std::memcpy(to + first * u, from, static_cast<size_t>(rows) * state_bytes);
  };
  give(results.last_output, l.h);
  give(results.last_h, l.h);
  give(results.last_c, l.c);
}

// dh: what flows back to the state after row `at`; leaves what flows back to the sums in m.z, and
// in dh (dc) what reaches the state before other than through the product.
void RnnGradient::backward_row(const Memory& m, int64_t at, float* dh, float* dc) const {
  const int64_t u = spec_.units, n = gates_ * u;
  float* z = m.z + at * n;
  const float* sums = keep_sums_ ? m.sums + at * n : nullptr;
  const auto part = [&](const float* from, int64_t k) { return from ? from + k * u : nullptr; };
  const float* h = m.h + at * u;
  if (spec_.cell == RnnCell::simple) {
    times_slope(spec_.act, dh, z, sums, u);
    std::memcpy(z, dh, static_cast<size_t>(u) * sizeof(float));
    std::memset(dh, 0, static_cast<size_t>(u) * sizeof(float));
    return;
  }
  if (spec_.cell == RnnCell::lstm) {
    const float *out = m.out + at * u, *c = m.c + at * u;
    const float* new_c = keep_sums_ ? m.new_c + at * u : nullptr;
    float *i_ = z, *f_ = z + u, *g_ = z + 2 * u, *o_ = z + 3 * u;
    constexpr int64_t kBlock = 64;
    for (int64_t k0 = 0; k0 < u; k0 += kBlock) {
      const int64_t k1 = std::min(kBlock, u - k0);
      float di[kBlock], df[kBlock], dg[kBlock], dout[kBlock], inner[kBlock];
      for (int64_t k = 0; k < k1; ++k) {
        dout[k] = dh[k0 + k] * out[k0 + k];
        inner[k] = dh[k0 + k] * o_[k0 + k];
      }
      times_slope(spec_.act, inner, out + k0, new_c ? new_c + k0 : nullptr, k1);
      for (int64_t k = 0; k < k1; ++k) {
        const float total = dc[k0 + k] + inner[k];
        di[k] = total * g_[k0 + k];
        df[k] = total * c[k0 + k];
        dg[k] = total * i_[k0 + k];
        dc[k0 + k] = total * f_[k0 + k];
      }
      const auto sum = [&](int64_t gate) { return sums ? sums + gate * u + k0 : nullptr; };
      times_slope(spec_.recurrent_act, di, i_ + k0, sum(0), k1);
      times_slope(spec_.recurrent_act, df, f_ + k0, sum(1), k1);
      times_slope(spec_.act, dg, g_ + k0, sum(2), k1);
      times_slope(spec_.recurrent_act, dout, o_ + k0, sum(3), k1);
      set(i_ + k0, di, k1);
      set(f_ + k0, df, k1);
      set(g_ + k0, dg, k1);
      set(o_ + k0, dout, k1);
    }
    std::memset(dh, 0, static_cast<size_t>(u) * sizeof(float));
    return;
  }
  // GRU: h = z h + (1 - z) y. Reset before: r waits for the product with U.
  float *z_ = z, *r_ = z + u, *y_ = z + 2 * u;
  float* inner = spec_.cell == RnnCell::gru ? m.inner + at * n : nullptr;
  constexpr int64_t kBlock = 64;
  for (int64_t k0 = 0; k0 < u; k0 += kBlock) {
    const int64_t k1 = std::min(kBlock, u - k0);
    float dz[kBlock], dy[kBlock], dr[kBlock];
    for (int64_t k = 0; k < k1; ++k) {
      dz[k] = dh[k0 + k] * (h[k0 + k] - y_[k0 + k]);
      dy[k] = dh[k0 + k] * (1 - z_[k0 + k]);
      dh[k0 + k] *= z_[k0 + k];
    }
    const auto sum = [&](int64_t gate) { return sums ? part(sums, gate) + k0 : nullptr; };
    times_slope(spec_.recurrent_act, dz, z_ + k0, sum(0), k1);
    times_slope(spec_.act, dy, y_ + k0, sum(2), k1);
    set(z_ + k0, dz, k1);
    set(y_ + k0, dy, k1);
    if (!inner) continue;
    for (int64_t k = 0; k < k1; ++k) {
      dr[k] = dy[k] * inner[2 * u + k0 + k];
      inner[2 * u + k0 + k] = dy[k] * r_[k0 + k];
    }
    times_slope(spec_.recurrent_act, dr, r_ + k0, sum(1), k1);
    set(r_ + k0, dr, k1);
    set(inner + k0, dz, k1);
    set(inner + u + k0, dr, k1);
  }
}

void RnnGradient::backward_lane(const RnnGradCall& call, const Memory& m, const Lane& l,
                                int64_t first, int64_t last) const {
  const int64_t u = spec_.units, n = gates_ * u, rows = last - first;
  const auto state_bytes = static_cast<size_t>(u) * sizeof(float);
  const bool plain_gru = spec_.cell == RnnCell::gru;
  const bool before = spec_.cell == RnnCell::gru_reset_before;
  const auto begin = [&](const float* from) { return from ? from + first * u : nullptr; };
  set(l.dh, begin(call.dlast_h), rows * u);
  set(l.dc, begin(call.dlast_c), rows * u);
  set(l.carry, begin(call.dlast_output), rows * u);
  for (int64_t step = spec_.steps - 1; step >= 0; --step) {
    int64_t live = 0;
    for (int64_t b = 0; b < rows; ++b) {
      const int64_t at = row_of(first + b, step);
      float *dh = l.dh + b * u, *carry = l.carry + b * u;
      if (call.dsequence) {
        const float* dy = call.dsequence + ((first + b) * spec_.steps + step) * u;
        for (int64_t i = 0; i < u; ++i) carry[i] += dy[i];
      }
      if (call.mask && !call.mask[at]) {
        // The state went by; the output was that of the step before, or zeros.
        std::memset(m.z + at * n, 0, static_cast<size_t>(n) * sizeof(float));
        if (plain_gru) std::memset(m.inner + at * n, 0, static_cast<size_t>(n) * sizeof(float));
        if (before) std::memset(m.inner + at * u, 0, state_bytes);
        if (spec_.zero_output_for_mask) std::memset(carry, 0, state_bytes);
        continue;
      }
      for (int64_t i = 0; i < u; ++i) dh[i] += carry[i];
      std::memset(carry, 0, state_bytes);
      backward_row(m, at, dh, l.dc + b * u);
      if (before) {
        l.a[live] = m.z + at * n + 2 * u;
        l.to[live] = l.part + b * u;
      } else {
        l.a[live] = plain_gru ? m.inner + at * n : m.z + at * n;
        l.to[live] = dh;
      }
      ++live;
    }
    if (!before) {
      multiply(l, live, m.turned, n, u, true, nullptr);
      continue;
    }
    // What flows back to r * h, and from there to r and h.
    multiply(l, live, m.turned2, u, u, false, nullptr);
    live = 0;
    for (int64_t b = 0; b < rows; ++b) {
      const int64_t at = row_of(first + b, step);
      if (call.mask && !call.mask[at]) continue;
      float *r = m.z + at * n + u, *dh = l.dh + b * u, *d = l.part + b * u;
      const float* h = m.h + at * u;
      for (int64_t i = 0; i < u; ++i) {
        dh[i] += d[i] * r[i];
        d[i] *= h[i];
      }
      times_slope(spec_.recurrent_act, d, r, keep_sums_ ? m.sums + at * n + u : nullptr, u);
      std::memcpy(r, d, state_bytes);
      l.a[live] = m.z + at * n;
      l.to[live++] = dh;
    }
    multiply(l, live, m.turned, 2 * u, u, true, nullptr);
  }
  const auto give = [&](float* to, const float* from) {
    if (to) std::memcpy(to + first * u, from, static_cast<size_t>(rows) * state_bytes);
  };
  give(call.dh0, l.dh);
  give(call.dc0, l.dc);
}

void RnnGradient::weights(const RnnGradCall& call, const Memory& m) const {
  const int64_t u = spec_.units, n = gates_ * u, all = spec_.batch * spec_.steps;
  const float* inner = spec_.cell == RnnCell::gru ? m.inner : m.z;
  if (call.dx) by_input_.run(m.z, call.kernel, nullptr, nullptr, call.dx, m.products);
  if (call.dkernel) by_kernel_.run(call.x, m.z, nullptr, nullptr, call.dkernel, m.products);
  if (call.drecurrent) {
    by_recurrent_.run(m.h, inner, nullptr, nullptr, call.drecurrent, m.products);
  }
  if (call.drecurrent && spec_.cell == RnnCell::gru_reset_before) {
    // The last third of U met r * h.
    float *candidate = m.inner + all * u, *result = candidate + all * u;
    for (int64_t r = 0; r < all; ++r) set(candidate + r * u, m.z + r * n + 2 * u, u);
    by_candidate_.run(m.inner, candidate, nullptr, nullptr, result, m.products);
    for (int64_t r = 0; r < u; ++r) set(call.drecurrent + r * n + 2 * u, result + r * u, u);
  }
  if (call.dbias) {
    column_sums(m.z, all, n, call.dbias);
    if (spec_.cell == RnnCell::gru) column_sums(m.inner, all, n, call.dbias + n);
  }
}

// f(lane, first row, behind the last) of each part of the batch.
template <typename F>
void RnnGradient::for_lanes(const Memory& m, F&& f) const {
  for_tasks(slots_, (spec_.batch + rows_ - 1) / rows_, [&](int slot, int64_t task) {
    const int64_t first = task * rows_;
    f(lane(m, slot), first, std::min(spec_.batch, first + rows_));
  });
}

void RnnGradient::forward(const RnnGradCall& call, const RnnResults& results, float* kept,
                          void* scratch) const {
  const DenseTable& table = dense_table();
  const int64_t u = spec_.units, n = gates_ * u;
  const Memory m = memory(kept, scratch);
  const bool before = spec_.cell == RnnCell::gru_reset_before;
  table.pack(call.recurrent, n, 1, u, before ? 2 * u : n, m.packed, 0, u);
  if (before) table.pack(call.recurrent + 2 * u, n, 1, u, u, m.packed2, 0, u);
  project_.run(call.x, call.kernel, call.bias, nullptr, m.z, m.products);
  for_lanes(m, [&](const Lane& l, int64_t first, int64_t last) {
    forward_lane(call, results, m, l, first, last);
  });
}

void RnnGradient::backward(const RnnGradCall& call, float* kept, void* scratch) const {
  const DenseTable& table = dense_table();
  const int64_t u = spec_.units, n = gates_ * u;
  const Memory m = memory(kept, scratch);
  const bool before = spec_.cell == RnnCell::gru_reset_before;
  const int64_t joint = before ? 2 * u : n;
  table.pack(call.recurrent, 1, n, joint, u, m.turned, 0, joint);
  if (before) table.pack(call.recurrent + joint, 1, n, u, u, m.turned2, 0, u);
  for_lanes(m, [&](const Lane& l, int64_t first, int64_t last) {
    backward_lane(call, m, l, first, last);
  });
  weights(call, m);
}

void RnnGradient::run(const RnnGradCall& call, void* scratch) const {
  auto* kept = static_cast<float*>(scratch);
  void* work = static_cast<std::byte*>(scratch) + kept_bytes_;
  forward(call, {}, kept, work);
  backward(call, kept, work);
}

}  // namespace rill::kernels
