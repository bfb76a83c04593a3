// _RillLSTM, _RillGRU, _RillSimpleRNN: a recurrent layer of Keras over a whole sequence, as one op.
#include <cstring>
#include <memory>

#include "kernels/rnn.h"
#include "op/emit.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"

namespace rill {
namespace {

// Where the inputs stand: x, states, kernel, recurrent kernel, bias?, mask?.
struct Layout {
  int states, bias, masks;
  explicit Layout(const NodeAccess& node)
      : states(static_cast<int>(node.attr<int64_t>("N"))),
        bias(static_cast<int>(node.attr<int64_t>("M"))),
        masks(static_cast<int>(node.attr<int64_t>("K"))) {
    node.require(bias <= 1 && masks <= 1, "takes at most one bias and one mask");
  }
  int kernel() const { return 1 + states; }
  int recurrent() const { return 2 + states; }
  int bias_at() const { return 3 + states; }
  int mask_at() const { return 3 + states + bias; }
};

void shape(ShapeContext& ctx) {
  const Layout at(ctx);
  const Shape &x = ctx.input(0), &recurrent = ctx.input(at.recurrent());
  ctx.require_rank_exactly(0, 3);
  ctx.require_rank_exactly(at.kernel(), 2);
  ctx.require_rank_exactly(at.recurrent(), 2);
  const int64_t batch = x.has_rank() ? x[0] : -1, steps = x.has_rank() ? x[1] : -1;
  const int64_t units = recurrent.has_rank() ? recurrent[0] : -1;
  ctx.set_output(0, {batch, steps, units});
  for (int i = 1; i < ctx.num_outputs(); ++i) ctx.set_output(i, {batch, units});
}

kernels::Activation activation(const NodeAccess& node, const char* attr) {
  using kernels::Act;
  const std::string& name = node.attr<std::string>(attr);
  const std::pair<const char*, Act> known[] = {
      {"linear", Act::none},
      {"relu", Act::relu},
      {"relu6", Act::relu6},
      {"selu", Act::selu},
      {"sigmoid", Act::sigmoid},
      {"tanh", Act::tanh},
      {"silu", Act::swish},
      {"swish", Act::swish},
      {"hard_sigmoid", Act::hard_sigmoid},
      {"hard_sigmoid_keras2", Act::hard_sigmoid_keras2},
      {"softplus", Act::softplus},
      {"softsign", Act::softsign},
      {"exponential", Act::exp},
      {"elu", Act::elu},
  };
  for (const auto& [text, act] : known) {
    if (name == text) return {act, act == Act::elu ? 1.0f : 0.0f};
  }
  node.fail(Code::unimplemented, "activation ", quoted(name));
}

struct Run {
  kernels::RnnSpec spec;
  Layout at;
  std::shared_ptr<const kernels::Rnn> packed;  // null: weights change from run to run
  size_t state_bytes;

  void operator()(const RunArgs& args) const {
    const auto in = [&](int i) { return static_cast<const float*>(args.in[i]); };
    const auto out = [&](int i) { return static_cast<float*>(args.out[i]); };
    kernels::RnnCall call;
    call.x = in(0);
    if (at.states > 0) call.h0 = in(1);
    if (at.states > 1) call.c0 = in(2);
    if (at.masks > 0) call.mask = static_cast<const bool*>(args.in[at.mask_at()]);
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

Prepared prepare(const PrepareContext& ctx) {
  if (ctx.input_dtype(0) != DType::float32) {
    ctx.fail(Code::unimplemented, "runs on float32, not on ", ctx.input_dtype(0));
  }
  const Layout at(ctx);
  const Shape &x = ctx.input(0), &kernel = ctx.input(at.kernel());
  const Shape& recurrent = ctx.input(at.recurrent());
  kernels::RnnSpec spec;
  int64_t gates = 1;
  if (ctx.op() == "_RillLSTM") {
    spec.cell = kernels::RnnCell::lstm;
    gates = 4;
  } else if (ctx.op() == "_RillGRU") {
    const bool after = ctx.attr<bool>("reset_after");
    spec.cell = after ? kernels::RnnCell::gru : kernels::RnnCell::gru_reset_before;
    gates = 3;
  } else {
    spec.cell = kernels::RnnCell::simple;
  }
  spec.batch = x[0];
  spec.steps = x[1];
  spec.inputs = x[2];
  spec.units = recurrent[0];
  ctx.require(kernel[0] == spec.inputs && kernel[1] == gates * spec.units &&
                  recurrent[1] == gates * spec.units,
              "the kernel ", kernel, " and the recurrent kernel ", recurrent,
              " do not fit an input of shape ", x);
  const Shape state{spec.batch, spec.units};
  for (int i = 0; i < at.states; ++i) {
    ctx.require(ctx.input(1 + i) == state, "initial state ", i, " must have shape ", state,
                ", found ", ctx.input(1 + i));
  }
  const int64_t biases = spec.cell == kernels::RnnCell::gru ? 2 : 1;
  if (at.bias > 0) {
    ctx.require(ctx.input(at.bias_at()).num_elements() == biases * gates * spec.units,
                "the bias has shape ", ctx.input(at.bias_at()));
  }
  if (at.masks > 0) {
    const Shape wanted{spec.batch, spec.steps};
    ctx.require(ctx.input(at.mask_at()) == wanted, "the mask must have shape ", wanted, ", found ",
                ctx.input(at.mask_at()));
  }
  spec.act = activation(ctx, "activation");
  if (spec.cell != kernels::RnnCell::simple) {
    spec.recurrent_act = activation(ctx, "recurrent_activation");
  }
  spec.go_backwards = ctx.attr<bool>("go_backwards");
  spec.zero_output_for_mask = ctx.attr<bool>("zero_output_for_mask");

  Run run{spec, at, nullptr, static_cast<size_t>(state.num_elements()) * sizeof(float)};
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

void add(OpRegistry& registry, const char* name, const char* states, bool gated, bool gru) {
  OpDef def;
  def.signature =
      str(name, "(x: T, initial_state: N*T, kernel: T, recurrent_kernel: T, bias: M*T, ",
          "mask: K*bool) -> (sequence: T, last_output: T, ", states, ")");
  const DType none = DType::invalid;
  def.attrs = {type_attr("T", kFloatTypes, none),
               int_attr("N", 0, 0),
               int_attr("M", 0, 0),
               int_attr("K", 0, 0),
               string_attr("activation", "tanh"),
               bool_attr("go_backwards", false),
               bool_attr("zero_output_for_mask", false)};
  if (gated) def.attrs.push_back(string_attr("recurrent_activation", "sigmoid"));
  if (gru) def.attrs.push_back(bool_attr("reset_after", true));
  def.shape = shape;
  def.prepare = prepare;
  registry.add(std::move(def));
}

}  // namespace

void register_rill_rnn(OpRegistry& registry) {
  add(registry, "_RillLSTM", "last_h: T, last_c: T", true, false);
  add(registry, "_RillGRU", "last_h: T", true, true);
  add(registry, "_RillSimpleRNN", "last_h: T", false, false);
}

}  // namespace rill
