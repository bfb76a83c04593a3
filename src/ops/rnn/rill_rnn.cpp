// _RillLSTM, _RillGRU, _RillSimpleRNN: a recurrent layer of Keras over a whole sequence, as one op.
#include <cstring>
#include <memory>

#include "kernels/rnn_grad.h"
#include "op/emit.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/gradient_attrs.h"
#include "ops/rnn/rnn_decompose.h"
#include "ops/rnn/rnn_layout.h"

namespace rill {
namespace {

void shape(ShapeContext& ctx) {
  const RnnLayout at(ctx);
  const Shape &x = ctx.input(0), &recurrent = ctx.input(at.recurrent());
  ctx.require_rank_exactly(0, 3);
  ctx.require_rank_exactly(at.kernel(), 2);
  ctx.require_rank_exactly(at.recurrent(), 2);
  const int64_t batch = x.has_rank() ? x[0] : -1, steps = x.has_rank() ? x[1] : -1;
  const int64_t units = recurrent.has_rank() ? recurrent[0] : -1;
  ctx.set_output(0, {batch, steps, units});
  for (int i = 1; i < ctx.num_outputs(); ++i) ctx.set_output(i, {batch, units});
  if (ctx.attr<int64_t>("R") == 0) return;
  const bool known = batch >= 0 && steps >= 0 && units >= 0;
  ctx.set_output(ctx.num_outputs() - 1,
                 {known ? rnn_kept_floats(ctx, ctx.op(), batch, steps, units) : -1});
}

template <typename Call>
void set_inputs(Call& call, const RnnLayout& at, const RunArgs& args) {
  call.x = static_cast<const float*>(args.in[0]);
  if (at.states > 0) call.h0 = static_cast<const float*>(args.in[1]);
  if (at.states > 1) call.c0 = static_cast<const float*>(args.in[2]);
  if (at.masks > 0) call.mask = static_cast<const bool*>(args.in[at.mask_at()]);
}

// In training: the gradient goes on from what this keeps.
struct KeepingRun {
  RnnLayout at;
  std::shared_ptr<const kernels::RnnGradient> kernel;
  bool lstm;

  void operator()(const RunArgs& args) const {
    const auto out = [&](int i) { return static_cast<float*>(args.out[i]); };
    kernels::RnnGradCall call;
    set_inputs(call, at, args);
    call.kernel = static_cast<const float*>(args.in[at.kernel()]);
    call.recurrent = static_cast<const float*>(args.in[at.recurrent()]);
    if (at.bias > 0) call.bias = static_cast<const float*>(args.in[at.bias_at()]);
    kernel->forward(call, {out(0), out(1), out(2), lstm ? out(3) : nullptr}, out(lstm ? 4 : 3),
                    args.scratch);
  }
};

struct RillRnnRun {
  kernels::RnnSpec spec;
  RnnLayout at;
  std::shared_ptr<const kernels::Rnn> packed;  // null: weights change from run to run
  size_t state_bytes;

  void operator()(const RunArgs& args) const {
    const auto in = [&](int i) { return static_cast<const float*>(args.in[i]); };
    const auto out = [&](int i) { return static_cast<float*>(args.out[i]); };
    kernels::RnnCall call;
    set_inputs(call, at, args);
    call.sequence = out(0);
    call.last_output = out(1);
    call.last_h = out(2);
    if (spec.cell == kernels::RnnCell::lstm) call.last_c = out(3);
    if (spec.steps == 0) {
      for (int i = 1; i < (spec.cell == kernels::RnnCell::lstm ? 4 : 3); ++i) {
        const int from = i == 3 ? 2 : 1;
        if (at.states >= from) {
          std::memcpy(args.out[i], args.in[from], state_bytes);
        } else {
          std::memset(args.out[i], 0, state_bytes);
        }
      }
      return;
    }
    if (packed) return packed->run(call, args.scratch);
    const kernels::Rnn rnn(spec, in(at.kernel()), in(at.recurrent()),
                           at.bias > 0 ? in(at.bias_at()) : nullptr);
    const std::unique_ptr<std::byte[]> scratch(new std::byte[rnn.scratch_bytes() + 64]);
    void* memory = scratch.get();
    size_t space = rnn.scratch_bytes() + 64;
    rnn.run(call, std::align(64, rnn.scratch_bytes(), memory, space));
  }
};

Prepared prepare_rill_rnn(const PrepareContext& ctx) {
  if (ctx.input_dtype(0) != DType::float32) {
    ctx.fail(Code::unimplemented, "runs on float32, not on ", ctx.input_dtype(0));
  }
  const RnnLayout at(ctx);
  const kernels::RnnSpec spec = rnn_spec(ctx, at, ctx.op());
  const Shape state{spec.batch, spec.units};
  if (ctx.attr<int64_t>("R") > 0) {
    ctx.require(at.masks == 0, "keeps nothing of a sequence with a mask");
    if (state.num_elements() > 0 && spec.steps > 0) {
      auto kernel = std::make_shared<const kernels::RnnGradient>(spec);
      const size_t scratch = kernel->work_bytes();
      return prepared(KeepingRun{at, std::move(kernel), spec.cell == kernels::RnnCell::lstm},
                      scratch);
    }
  }

  RillRnnRun run{spec, at, nullptr, static_cast<size_t>(state.num_elements()) * sizeof(float)};
  const Tensor* w = ctx.constant(at.kernel());
  const Tensor* u = ctx.constant(at.recurrent());
  const Tensor* b = at.bias > 0 ? ctx.constant(at.bias_at()) : nullptr;
  if (!w || !u || (at.bias > 0 && !b) || spec.steps == 0) return prepared(run);
  run.packed = std::make_shared<const kernels::Rnn>(spec, w->data<float>(), u->data<float>(),
                                                    b ? b->data<float>() : nullptr);
  const size_t scratch = run.packed->scratch_bytes();
  Prepared result = prepared(std::move(run), scratch);
  for (int i = at.kernel(); i < at.mask_at() && i < 32; ++i) result.absorbed |= 1u << i;
  return result;
}

// What flows back to sequence, last_output, last_h and last_c, as far as anything does.
Values gradient(const GradContext& ctx) {
  Values inputs;
  for (int i = 0; i < ctx.num_inputs(); ++i) inputs.push_back(ctx.input(i));
  int64_t present = 0, count = 0;
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    if (!ctx.output_gradient(i)) continue;
    inputs.push_back(ctx.output_gradient(i));
    present |= int64_t{1} << i;
    ++count;
  }
  AttrMap attrs = grads::same_attrs(ctx, {"N", "M", "K", "activation", "recurrent_activation",
                                          "reset_after", "go_backwards", "zero_output_for_mask"});
  attrs.set("G", count);
  attrs.set("present", present);
  attrs.set("x_gradient", ctx.needs_gradient(0));
  Values result = emit_all(ctx.def().name + "Grad", inputs, std::move(attrs));
  if (!ctx.needs_gradient(0)) result[0] = Value();
  result.resize(static_cast<size_t>(ctx.num_inputs()));  // the mask has none
  return result;
}

void add_recurrent(OpRegistry& registry, const char* name, const char* states, bool gated,
                   bool gru) {
  OpDef def;
  def.signature =
      str(name, "(x: T, initial_state: N*T, kernel: T, recurrent_kernel: T, bias: M*T, ",
          "mask: K*bool) -> (sequence: T, last_output: T, ", states, ", kept: R*T)");
  def.attrs = rnn_attrs(gated, gru);
  def.shape = shape;
  def.prepare = prepare_rill_rnn;
  def.gradient = gradient;
  def.decompose = decompose_rnn;
  registry.add(std::move(def));
}

}  // namespace

void register_rill_rnn(OpRegistry& registry) {
  add_recurrent(registry, "_RillLSTM", "last_h: T, last_c: T", true, false);
  add_recurrent(registry, "_RillGRU", "last_h: T", true, true);
  add_recurrent(registry, "_RillSimpleRNN", "last_h: T", false, false);
}

}  // namespace rill
