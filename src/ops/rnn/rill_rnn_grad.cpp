// _RillLSTMGrad, _RillGRUGrad, _RillSimpleRNNGrad: what flows back through a recurrent layer that
// is one op. Inputs: those of the layer, then what flows to its outputs (bit i of `present`: output
// i has some). Outputs: one an input but the mask.
#include <cstring>
#include <memory>

#include "kernels/rnn_grad.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"
#include "ops/rnn/rnn_layout.h"

namespace rill {
namespace {

void infer_rill_rnn_grad(ShapeContext& ctx) {
  const RnnLayout at(ctx);
  ctx.require_rank_exactly(0, 3);
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, ctx.input(i));
  if (!ctx.attr<bool>("x_gradient")) ctx.set_output(0, Shape{0});
}

struct RillRnnGradRun {
  kernels::RnnSpec spec;
  RnnLayout at;
  std::shared_ptr<const kernels::RnnGradient> kernel;  // null: no step at all
  int64_t present;
  bool x_gradient;
  bool kept;                  // the last input is what the layer kept: it is used up
  std::vector<size_t> bytes;  // of the outputs

  void operator()(const RunArgs& args) const {
    const auto in = [&](int i) { return static_cast<const float*>(args.in[i]); };
    const auto out = [&](int i) { return static_cast<float*>(args.out[i]); };
    kernels::RnnGradCall call;
    const float** const targets[] = {&call.dsequence, &call.dlast_output, &call.dlast_h,
                                     &call.dlast_c};
    int next = at.mask_at() + at.masks;
    for (int i = 0; i < 4; ++i) {
      if (present >> i & 1) *targets[i] = in(next++);
    }
    if (!kernel) return without_steps(call, args);
    call.x = in(0);
    if (at.states > 0) call.h0 = in(1);
    if (at.states > 1) call.c0 = in(2);
    call.kernel = in(at.kernel());
    call.recurrent = in(at.recurrent());
    if (at.bias > 0) call.bias = in(at.bias_at());
    if (at.masks > 0) call.mask = static_cast<const bool*>(args.in[at.mask_at()]);
    if (x_gradient) call.dx = out(0);
    if (at.states > 0) call.dh0 = out(1);
    if (at.states > 1) call.dc0 = out(2);
    call.dkernel = out(at.kernel());
    call.drecurrent = out(at.recurrent());
    if (at.bias > 0) call.dbias = out(at.bias_at());
    if (kept) return kernel->backward(call, const_cast<float*>(in(next)), args.scratch);
    kernel->run(call, args.scratch);
  }

  // The last states and the last output are the first ones.
  void without_steps(const kernels::RnnGradCall& call, const RunArgs& args) const {
    for (size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] > 0) std::memset(args.out[i], 0, bytes[i]);
    }
    const int64_t n = spec.batch * spec.units;
    const auto add = [&](int output, const float* from) {
      auto* to = static_cast<float*>(args.out[output]);
      for (int64_t i = 0; from && i < n; ++i) to[i] += from[i];
    };
    if (at.states > 0) {
      add(1, call.dlast_output);
      add(1, call.dlast_h);
    }
    if (at.states > 1) add(2, call.dlast_c);
  }
};

Prepared prepare_rill_rnn_grad(const PrepareContext& ctx) {
  const RnnLayout at(ctx);
  const std::string& op = ctx.op();
  RillRnnGradRun run{rnn_spec(ctx, at, std::string_view(op).substr(0, op.size() - 4)),
                     at,
                     nullptr,
                     ctx.attr<int64_t>("present"),
                     ctx.attr<bool>("x_gradient"),
                     ctx.attr<int64_t>("R") > 0,
                     {}};
  const kernels::RnnSpec& s = run.spec;
  const Shape sequence{s.batch, s.steps, s.units}, state{s.batch, s.units};
  int next = at.mask_at() + at.masks;
  for (int i = 0; i < 4; ++i) {
    if (!(run.present >> i & 1)) continue;
    const Shape& wanted = i == 0 ? sequence : state;
    ctx.require(next < ctx.num_inputs() && ctx.input(next) == wanted, "gradient ", i,
                " must have shape ", wanted);
    ++next;
  }
  ctx.require(next + run.kept == ctx.num_inputs() &&
                  (s.cell == kernels::RnnCell::lstm || !(run.present >> 3)),
              "the gradients do not fit the outputs named by present = ", run.present);
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    run.bytes.push_back(static_cast<size_t>(ctx.output(i).num_elements()) * sizeof(float));
  }
  if (s.batch == 0 || s.steps == 0 || s.units == 0) return prepared(std::move(run));
  run.kernel = std::make_shared<const kernels::RnnGradient>(s);
  if (run.kept) {
    const Shape wanted{kernels::RnnGradient::kept_floats(s)};
    ctx.require(at.masks == 0 && ctx.input(next) == wanted, "what was kept must have shape ",
                wanted);
  }
  const size_t scratch = run.kept ? run.kernel->work_bytes() : run.kernel->scratch_bytes();
  return prepared(std::move(run), scratch);
}

void add_recurrent_grad(OpRegistry& registry, const char* name, bool gated, bool gru) {
  OpDef def;
  def.signature =
      str(name,
          "(x: T, initial_state: N*T, kernel: T, recurrent_kernel: T, bias: M*T, mask: "
          "K*bool, gradients: G*T, kept: R*T) -> (dx: T, dinitial_state: N*T, dkernel: T, "
          "drecurrent_kernel: T, dbias: M*T)");
  def.attrs = rnn_attrs(gated, gru);
  def.attrs.push_back(int_attr("G", 0, 0));
  def.attrs.push_back(int_attr("present", 0, 0));
  def.attrs.push_back(bool_attr("x_gradient", true));
  def.shape = infer_rill_rnn_grad;
  def.prepare = prepare_rill_rnn_grad;
  registry.add(std::move(def));
}

}  // namespace

void register_rill_rnn_grad(OpRegistry& registry) {
  add_recurrent_grad(registry, "_RillLSTMGrad", true, false);
  add_recurrent_grad(registry, "_RillGRUGrad", true, true);
  add_recurrent_grad(registry, "_RillSimpleRNNGrad", false, false);
}

}  // namespace rill
