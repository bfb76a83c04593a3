// GRUBlockCell and its gradient (tensorflow/core/kernels/rnn/gru_ops.cc).
#include <cmath>
#include <vector>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

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

float sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

// y[j] = b[j] + sum over i of v[i] * w[i, j], for the two parts v = [x, h].
void affine(const float* x, int64_t inputs, const float* h, int64_t units, const float* w,
            const float* b, int64_t columns, float* y) {
  for (int64_t j = 0; j < columns; ++j) y[j] = b[j];
  for (int64_t i = 0; i < inputs + units; ++i) {
    const float v = i < inputs ? x[i] : h[i - inputs];
    for (int64_t j = 0; j < columns; ++j) y[j] += v * w[i * columns + j];
  }
}

// r, u = sigmoid([x, h] w_ru + b_ru); c = tanh([x, r h] w_c + b_c); h' = u h + (1 - u) c
struct GruBlockRun {
  Sizes s;
  void operator()(const RunArgs& args) const {
    const auto in = [&](int i) { return static_cast<const float*>(args.in[i]); };
    const auto out = [&](int i) { return static_cast<float*>(args.out[i]); };
    std::vector<float> gates(static_cast<size_t>(2 * s.units)), gated(static_cast<size_t>(s.units));
    for (int64_t b = 0; b < s.batch; ++b) {
      const float* x = in(0) + b * s.inputs;
      const float* h = in(1) + b * s.units;
      const int64_t at = b * s.units;
      affine(x, s.inputs, h, s.units, in(2), in(4), 2 * s.units, gates.data());
      for (int64_t k = 0; k < s.units; ++k) {
        out(0)[at + k] = sigmoid(gates[static_cast<size_t>(k)]);
        out(1)[at + k] = sigmoid(gates[static_cast<size_t>(s.units + k)]);
        gated[static_cast<size_t>(k)] = out(0)[at + k] * h[k];
      }
      affine(x, s.inputs, gated.data(), s.units, in(3), in(5), s.units, out(2) + at);
      for (int64_t k = 0; k < s.units; ++k) {
        const float c = out(2)[at + k] = std::tanh(out(2)[at + k]);
        const float u = out(1)[at + k];
        out(3)[at + k] = u * h[k] + (1 - u) * c;
      }
    }
  }
};

Prepared prepare_gru_block(const PrepareContext& ctx) { return prepared(GruBlockRun{sizes(ctx)}); }

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
    const auto in = [&](int i) { return static_cast<const float*>(args.in[i]); };
    const auto out = [&](int i) { return static_cast<float*>(args.out[i]); };
    const int64_t n = s.units;
    for (int64_t b = 0; b < s.batch; ++b) {
      const int64_t at = b * n;
      const float *h = in(1) + at, *r = in(6) + at, *u = in(7) + at, *c = in(8) + at;
      const float* d_h = in(9) + at;
      float *dx = out(0) + b * s.inputs, *dh = out(1) + at, *dc = out(2) + at;
      float* d_ru = out(3) + 2 * at;
      for (int64_t k = 0; k < n; ++k) {
        dc[k] = d_h[k] * (1 - u[k]) * (1 - c[k] * c[k]);
        d_ru[n + k] = d_h[k] * (h[k] - c[k]) * u[k] * (1 - u[k]);
      }
      // The part of the candidate's weights that r h went through.
      for (int64_t i = 0; i < n; ++i) {
        const float* row = in(3) + (s.inputs + i) * n;
        float d_gated = 0;
        for (int64_t k = 0; k < n; ++k) d_gated += dc[k] * row[k];
        d_ru[i] = d_gated * h[i] * r[i] * (1 - r[i]);
        dh[i] = d_gated * r[i] + d_h[i] * u[i];
      }
      for (int64_t i = 0; i < s.inputs + n; ++i) {
        const float* gates = in(2) + i * 2 * n;
        float sum = 0;
        for (int64_t k = 0; k < 2 * n; ++k) sum += d_ru[k] * gates[k];
        if (i >= s.inputs) {
          dh[i - s.inputs] += sum;
          continue;
        }
        for (int64_t k = 0; k < n; ++k) sum += dc[k] * in(3)[i * n + k];
        dx[i] = sum;
      }
    }
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
