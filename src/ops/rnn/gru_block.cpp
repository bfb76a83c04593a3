// GRUBlockCell and its gradient (tensorflow/core/kernels/rnn/gru_ops.cc).
#include <algorithm>
#include <vector>

#include "kernels/parallel.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/rnn/block_product.h"

namespace rill {
namespace {

struct Sizes {
  int64_t batch, inputs, units;
};

Sizes sizes(const NodeAccess& node, const Shape& x, const Shape& h, const Shape& w_ru,
            const Shape& w_c, const Shape& b_ru, const Shape& b_c) {
  node.require(x.rank() == 2 && h.rank() == 2,
               "x and h_prev must be 2-dimensional, but have shapes ", x, " and ", h);
  const Sizes s{x[0], x[1], h[1]};
  const auto require = [&](const char* name, const Shape& given, const Shape& wanted) {
    node.require(given == wanted, name, " must have shape ", wanted, ", but has ", given);
  };
  require("h_prev", h, {s.batch, s.units});
  require("w_ru", w_ru, {s.inputs + s.units, 2 * s.units});
  require("w_c", w_c, {s.inputs + s.units, s.units});
  require("b_ru", b_ru, {2 * s.units});
  require("b_c", b_c, {s.units});
  return s;
}

template <typename Context>
Sizes sizes(const Context& ctx) {
  return sizes(ctx, ctx.input(0), ctx.input(1), ctx.input(2), ctx.input(3), ctx.input(4),
               ctx.input(5));
}

bool all_known(const ShapeContext& ctx) {
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    if (!ctx.input(i).is_fully_defined()) return false;
  }
  return true;
}

void infer_gru_block(ShapeContext& ctx) {
  if (all_known(ctx)) sizes(ctx);
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 2);
  for (int i = 0; i < 4; ++i) ctx.set_output(i, ctx.input(1));
}

// r, u = sigmoid([x, h] w_ru + b_ru); c = tanh([x, r h] w_c + b_c); h' = u h + (1 - u) c
struct GruBlockRun {
  Sizes s;
  kernels::MatMul of_gates, of_candidate;

  // Weights that are constants are packed here.
  GruBlockRun(const Sizes& sizes, const float* w_ru, const float* w_c)
      : s(sizes),
        of_gates(rnn::product_spec(s.batch, s.inputs + s.units, 2 * s.units), w_ru),
        of_candidate(rnn::product_spec(s.batch, s.inputs + s.units, s.units), w_c) {}

  // In the scratch: the products', then [x, h], then the gates.
  size_t rows_at() const {
    return kernels::scratch_align(std::max(of_gates.scratch_bytes(), of_candidate.scratch_bytes()));
  }
  size_t gates_at() const {
    return rows_at() + kernels::scratch_floats(s.batch * (s.inputs + s.units));
  }
  size_t scratch_bytes() const {
    return gates_at() + kernels::scratch_floats(s.batch * 2 * s.units);
  }

  void operator()(const RunArgs& args) const {
    if (s.batch * s.units == 0) return;
    const auto in = [&](int i) { return static_cast<const float*>(args.in[i]); };
    const auto out = [&](int i) { return static_cast<float*>(args.out[i]); };
    auto* scratch = static_cast<std::byte*>(args.scratch);
    auto* const x_h = reinterpret_cast<float*>(scratch + rows_at());
    auto* const ru = reinterpret_cast<float*>(scratch + gates_at());
    const int64_t n = s.units, width = s.inputs + n;
    for (int64_t b = 0; b < s.batch; ++b) {
      std::copy_n(in(0) + b * s.inputs, s.inputs, x_h + b * width);
      std::copy_n(in(1) + b * n, n, x_h + b * width + s.inputs);
    }
    of_gates.run(x_h, in(2), in(4), nullptr, ru, scratch);
    rnn::apply(kernels::UnaryOp::sigmoid, ru, s.batch * 2 * n, ru);
    for (int64_t b = 0; b < s.batch; ++b) {
      const float* r = ru + b * 2 * n;
      std::copy_n(r, n, out(0) + b * n);
      std::copy_n(r + n, n, out(1) + b * n);
      float* gated = x_h + b * width + s.inputs;
      for (int64_t k = 0; k < n; ++k) gated[k] *= r[k];
    }
    float* c = out(2);
    of_candidate.run(x_h, in(3), in(5), nullptr, c, scratch);
    rnn::apply(kernels::UnaryOp::tanh, c, s.batch * n, c);
    const float *h = in(1), *u = out(1);
    for (int64_t k = 0; k < s.batch * n; ++k) out(3)[k] = u[k] * h[k] + (1 - u[k]) * c[k];
  }
};

Prepared prepare_gru_block(const PrepareContext& ctx) {
  const auto constant = [&](int i) {
    return ctx.constant(i) ? ctx.constant(i)->data<float>() : nullptr;
  };
  GruBlockRun run(sizes(ctx), constant(2), constant(3));
  const size_t scratch = run.scratch_bytes();
  return prepared(std::move(run), scratch);
}

// Inputs 6 to 9: r, u, c, d_h.
void infer_gradient(ShapeContext& ctx) {
  if (all_known(ctx)) {
    const Sizes s = sizes(ctx);
    for (int i = 6; i < 10; ++i) {
      ctx.require(ctx.input(i) == Shape{s.batch, s.units}, "input ", i, " has shape ", ctx.input(i),
                  ", but the state ", ctx.input(1));
    }
  }
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 2);
  const Shape h = ctx.input(1).has_rank() ? ctx.input(1) : Shape::unknown_dims(2);
  ctx.set_output(0, ctx.input(0));
  ctx.set_output(1, h);
  ctx.set_output(2, h);
  ctx.set_output(3, Shape{h[0], h[1] < 0 ? -1 : 2 * h[1]});
}

struct Gradient {
  Sizes s;
  void operator()(const RunArgs& args) const {
    const int64_t n = s.units, width = s.inputs + n;
    if (s.batch == 0) return;
    const auto in = [&](int i) { return static_cast<const float*>(args.in[i]); };
    const auto out = [&](int i) { return static_cast<float*>(args.out[i]); };
    for (int64_t b = 0; b < s.batch; ++b) {
      const int64_t at = b * n;
      const float *h = in(1) + at, *u = in(7) + at, *c = in(8) + at, *d_h = in(9) + at;
      float *dc = out(2) + at, *du = out(3) + 2 * at + n;
      for (int64_t k = 0; k < n; ++k) {
        dc[k] = d_h[k] * (1 - u[k]) * (1 - c[k] * c[k]);
        du[k] = d_h[k] * (h[k] - c[k]) * u[k] * (1 - u[k]);
      }
    }
    std::vector<float> rows(static_cast<size_t>(s.batch * width));
    through(n, in(3), out(2), rows.data());
    for (int64_t b = 0; b < s.batch; ++b) {
      const int64_t at = b * n;
      const float *h = in(1) + at, *r = in(6) + at, *u = in(7) + at, *d_h = in(9) + at;
      const float* d_gated = rows.data() + b * width + s.inputs;
      float *dh = out(1) + at, *dr = out(3) + 2 * at;
      std::copy_n(rows.data() + b * width, s.inputs, out(0) + b * s.inputs);
      for (int64_t k = 0; k < n; ++k) {
        dr[k] = d_gated[k] * h[k] * r[k] * (1 - r[k]);
        dh[k] = d_gated[k] * r[k] + d_h[k] * u[k];
      }
    }
    through(2 * n, in(2), out(3), rows.data());
    for (int64_t b = 0; b < s.batch; ++b) {
      const float* row = rows.data() + b * width;
      for (int64_t k = 0; k < s.inputs; ++k) out(0)[b * s.inputs + k] += row[k];
      for (int64_t k = 0; k < n; ++k) out(1)[b * n + k] += row[s.inputs + k];
    }
  }

  // What reaches [x, h] through weights of `columns` columns.
  void through(int64_t columns, const float* w, const float* gradient, float* rows) const {
    kernels::MatMulSpec spec = rnn::product_spec(s.batch, columns, s.inputs + s.units);
    spec.transpose_b = true;
    const kernels::MatMul product(spec);
    product.run(gradient, w, nullptr, nullptr, rows, rnn::BlockScratch(product).get());
  }
};

Prepared prepare_gradient(const PrepareContext& ctx) { return prepared(Gradient{sizes(ctx)}); }

}  // namespace

void register_gru_block(OpRegistry& registry) {
  const AttrDef type = type_attr("T", type_set<DType::float32>);
  registry.add({.signature = "GRUBlockCell(x: T, h_prev: T, w_ru: T, w_c: T, b_ru: T, b_c: T) -> "
                             "(r: T, u: T, c: T, h: T)",
                .attrs = {type},
                .shape = infer_gru_block,
                .prepare = prepare_gru_block});
  registry.add({.signature =
                    "GRUBlockCellGrad(x: T, h_prev: T, w_ru: T, w_c: T, b_ru: T, b_c: T, r: T, u: "
                    "T, c: T, d_h: T) -> (d_x: T, d_h_prev: T, d_c_bar: T, d_r_bar_u_bar: T)",
                .attrs = {type},
                .shape = infer_gradient,
                .prepare = prepare_gradient});
}

}  // namespace rill
