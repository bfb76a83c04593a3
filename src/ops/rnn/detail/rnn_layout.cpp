#include "ops/rnn/rnn_layout.h"

#include <utility>

#include "base/thread_pool.h"
#include "kernels/rnn_grad.h"

namespace rill {
namespace {

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

void read_cell(const NodeAccess& node, std::string_view op, kernels::RnnSpec& spec) {
  spec.act = activation(node, "activation");
  if (op == "_RillLSTM") {
    spec.cell = kernels::RnnCell::lstm;
  } else if (op == "_RillGRU") {
    const bool after = node.attr<bool>("reset_after");
    spec.cell = after ? kernels::RnnCell::gru : kernels::RnnCell::gru_reset_before;
  } else {
    spec.cell = kernels::RnnCell::simple;
    return;
  }
  spec.recurrent_act = activation(node, "recurrent_activation");
}

}  // namespace

RnnLayout::RnnLayout(const NodeAccess& node)
    : states(static_cast<int>(node.attr<int64_t>("N"))),
      bias(static_cast<int>(node.attr<int64_t>("M"))),
      masks(static_cast<int>(node.attr<int64_t>("K"))) {
  node.require(bias <= 1 && masks <= 1, "takes at most one bias and one mask");
}

kernels::RnnSpec rnn_spec(const PrepareContext& ctx, const RnnLayout& at, std::string_view op) {
  if (ctx.input_dtype(0) != DType::float32) {
    ctx.fail(Code::unimplemented, "runs on float32, not on ", ctx.input_dtype(0));
  }
  const Shape &x = ctx.input(0), &kernel = ctx.input(at.kernel());
  const Shape& recurrent = ctx.input(at.recurrent());
  kernels::RnnSpec spec;
  read_cell(ctx, op, spec);
  const int64_t gates = op == "_RillLSTM" ? 4 : op == "_RillGRU" ? 3 : 1;
  ctx.require(at.states <= (gates == 4 ? 2 : 1), "takes no ", at.states, " initial states");
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
  spec.go_backwards = ctx.attr<bool>("go_backwards");
  spec.zero_output_for_mask = ctx.attr<bool>("zero_output_for_mask");
  spec.threads = max_threads();
  return spec;
}

int64_t rnn_kept_floats(const NodeAccess& node, std::string_view op, int64_t batch, int64_t steps,
                        int64_t units) {
  kernels::RnnSpec spec;
  read_cell(node, op, spec);
  spec.batch = batch;
  spec.steps = steps;
  spec.units = units;
  return kernels::RnnGradient::kept_floats(spec);
}

std::vector<AttrDef> rnn_attrs(bool gated, bool gru) {
  std::vector<AttrDef> attrs = {type_attr("T", kFloatTypes),
                                int_attr("N", 0, 0),
                                int_attr("M", 0, 0),
                                int_attr("K", 0, 0),
                                int_attr("R", 0, 0),
                                string_attr("activation", "tanh"),
                                bool_attr("go_backwards", false),
                                bool_attr("zero_output_for_mask", false)};
  if (gated) attrs.push_back(string_attr("recurrent_activation", "sigmoid"));
  if (gru) attrs.push_back(bool_attr("reset_after", true));
  return attrs;
}

}  // namespace rill
