// LSTMBlockCell, BlockLSTM, BlockLSTMV2 and the gradients
// (tensorflow/core/kernels/rnn/lstm_ops.cc). Float32 and halves; computed in float. LSTMBlockCell
// and BlockLSTM keep their gates in the order i, c, f, o; BlockLSTMV2 in the order i, f, c, o.
#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"
#include "kernels/gemm.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_attrs.h"
#include "ops/rnn/lstm_block.h"

namespace rill {
namespace {

using namespace lstm;  // NOLINT: this file is about nothing else

template <Form form>
void infer_lstm_block(ShapeContext& ctx) {
  const int x = Layout<form>::x;
  bool known = true;
  for (int i = x; i < ctx.num_inputs(); ++i) known = known && ctx.input(i).is_fully_defined();
  if (known) {
    const Sizes s = sizes<form>(ctx);
    const Shape y =
        Layout<form>::is_block ? Shape{s.steps, s.batch, s.units} : Shape{s.batch, s.units};
    for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, y);
    return;
  }
  ctx.require_rank_exactly(x, Layout<form>::is_block ? 3 : 2);
  ctx.require_rank_exactly(x + 1, 2);
  Shape y =
      ctx.input(x).has_rank() ? ctx.input(x) : Shape::unknown_dims(Layout<form>::is_block ? 3 : 2);
  y[y.rank() - 1] = ctx.input(x + 1).has_rank() ? ctx.input(x + 1)[1] : Shape::kUnknownDim;
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, y);
}

float sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

// One row of one step: z holds the product with the bias.
template <Form form>
void cell_row(const Sizes& s, const float* z, const float* const peep[3], const float* cs_prev,
              float* const out[7], int64_t at) {
  using L = Layout<form>;
  const int64_t n = s.units;
  for (int64_t u = 0; u < n; ++u) {
    float zi = z[u], zc = z[L::candidate * n + u], zf = z[L::forget * n + u], zo = z[3 * n + u];
    zf += s.forget_bias;
    if (s.peephole) {
      zi += cs_prev[u] * peep[0][u];
      zf += cs_prev[u] * peep[1][u];
    }
    const float i = sigmoid(zi), f = sigmoid(zf), candidate = std::tanh(zc);
    float cs = candidate * i + cs_prev[u] * f;
    if (s.clip > 0) cs = std::clamp(cs, -s.clip, s.clip);
    if (s.peephole) zo += cs * peep[2][u];
    const float o = sigmoid(zo), co = std::tanh(cs);
    const float values[] = {i, cs, f, o, candidate, co, o * co};
    for (int k = 0; k < 7; ++k) out[k][at + u] = values[k];
  }
}

template <Form form>
struct LstmBlockRun {
  Sizes s;
  DType dtype;
  std::string node;

  void operator()(const RunArgs& args) const {
    const int x0 = Layout<form>::x;
    const int64_t state = s.batch * s.units, gates = 4 * s.units, width = s.inputs + s.units;
    Floats data(args, dtype);
    const float* x = data.in(x0, s.steps * s.batch * s.inputs);
    const float* cs_first = data.in(x0 + 1, state);
    const float* h_first = data.in(x0 + 2, state);
    const float* w = data.in(x0 + 3, width * gates);
    const float* peep[3] = {};
    for (int i = 0; i < 3 && s.peephole; ++i) peep[i] = data.in(x0 + 4 + i, s.units);
    const float* b = data.in(x0 + 7, gates);
    float* out[7];
    for (int i = 0; i < 7; ++i) out[i] = data.out(i, s.steps * state);

    int64_t steps = s.steps;
    if (Layout<form>::is_block) {
      const int64_t wanted = *static_cast<const int64_t*>(args.in[0]);
      if (wanted < 0 || wanted > steps) {
        fail(Code::invalid_argument, node, "seq_len_max ", wanted, " is not between 0 and ", steps);
      }
      steps = wanted;
    }
    // [x, h_prev] w as two products: that of h_prev adds to that of x.
    kernels::MatMulSpec spec;
    spec.m = s.batch;
    spec.n = gates;
    spec.threads = max_threads();
    spec.k = s.inputs;
    const kernels::MatMul of_x(spec, w);
    spec.k = s.units;
    const kernels::MatMul of_h(spec, w + s.inputs * gates);
    std::vector<float> z(static_cast<size_t>(s.batch * gates));
    const Scratch scratch(std::max(of_x.scratch_bytes(), of_h.scratch_bytes()));
    for (int64_t t = 0; t < steps && state > 0; ++t) {
      const float* h = t == 0 ? h_first : out[6] + (t - 1) * state;
      const float* cs = t == 0 ? cs_first : out[1] + (t - 1) * state;
      of_x.run(x + t * s.batch * s.inputs, nullptr, b, nullptr, z.data(), scratch.data());
      of_h.run(h, nullptr, nullptr, z.data(), z.data(), scratch.data());
      for (int64_t r = 0; r < s.batch; ++r) {
        cell_row<form>(s, z.data() + r * gates, peep, cs + r * s.units, out,
                       t * state + r * s.units);
      }
    }
    for (int i = 0; i < 7; ++i) std::fill(out[i] + steps * state, out[i] + s.steps * state, 0.0f);
    data.finish();
  }

  class Scratch {
   public:
    explicit Scratch(size_t bytes) : memory_(bytes + 64), bytes_(bytes) {}
    void* data() const {
      void* at = memory_.data();
      size_t space = memory_.size();
      return std::align(64, bytes_, at, space);
    }

   private:
    mutable std::vector<std::byte> memory_;
    size_t bytes_;
  };
};

template <Form form>
Prepared prepare_lstm_block(const PrepareContext& ctx) {
  Sizes s = sizes<form>(ctx);
  s.forget_bias = ctx.attr_or<float>("forget_bias", 0.0f);
  s.clip = ctx.attr<float>("cell_clip");
  return prepared(LstmBlockRun<form>{s, ctx.output_dtype(0), who(ctx)});
}

// tensorflow/python/ops/rnn_grad.py: what flows back through cs and h counts.
// TensorFlow 2.21 registers the gradient of the first version for both (python/ops/rnn_grad.py),
// although the gates of the second lie in another order: what it gives there is not the slope.
Values gradient(const GradContext& ctx) {
  Values inputs;
  for (int i = 0; i < ctx.num_inputs(); ++i) inputs.push_back(ctx.input(i));
  for (int i = 0; i < ctx.num_outputs(); ++i) inputs.push_back(ctx.output(i));
  inputs.push_back(grads::gradient_or_zeros(ctx, 1));
  inputs.push_back(grads::gradient_or_zeros(ctx, 6));
  const bool second = ctx.def().name == "BlockLSTMV2";
  Values result = emit_all(second ? "BlockLSTMGradV2" : "BlockLSTMGrad", inputs,
                           {{"use_peephole", ctx.attr<bool>("use_peephole")}});
  result.insert(result.begin(), Value());
  return result;
}

}  // namespace

void register_lstm_block(OpRegistry& registry) {
  const AttrDef type = type_attr("T", type_set<DType::float16, DType::float32>);
  const AttrDef peephole = bool_attr("use_peephole", false);
  const std::string inputs = "x: T, cs_prev: T, h_prev: T, w: T, wci: T, wcf: T, wco: T, b: T";
  const std::string outputs = " -> (i: T, cs: T, f: T, o: T, ci: T, co: T, h: T)";
  const auto add = [&](std::string signature, std::vector<AttrDef> attrs, ShapeFn shape,
                       PrepareFn prepare, GradientFn gradient = nullptr) {
    attrs.push_back(type);
    attrs.push_back(peephole);
    registry.add({.signature = std::move(signature) + outputs,
                  .attrs = std::move(attrs),
                  .shape = shape,
                  .prepare = prepare,
                  .gradient = gradient});
  };
  add("LSTMBlockCell(" + inputs + ")",
      {float_attr("forget_bias", 1.0f), float_attr("cell_clip", 3.0f)},
      infer_lstm_block<Form::cell>, prepare_lstm_block<Form::cell>);
  add("BlockLSTM(seq_len_max: int64, " + inputs + ")",
      {float_attr("forget_bias", 1.0f), float_attr("cell_clip", 3.0f)},
      infer_lstm_block<Form::block>, prepare_lstm_block<Form::block>, gradient);
  add("BlockLSTMV2(seq_len_max: int64, " + inputs + ")", {float_attr("cell_clip", 0.0f)},
      infer_lstm_block<Form::block_v2>, prepare_lstm_block<Form::block_v2>, gradient);
}

}  // namespace rill
